"""What a table version says about itself: a small JSON file beside its Parquet files.

Put here: the manifest and its reading and writing. Keep out: the Parquet files, and what the facts mean to a step.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from hubsync_assets.errors import PermanentError
from hubsync_assets.tables.disk import clear_disk_failures
from hubsync_assets.tables.errors import damaged_table
from hubsync_assets.tables.file_list import BucketFiles
from hubsync_assets.tables.private import make_file

__all__ = ["LAYOUT", "Manifest", "columns_of", "fsync_folder", "write_text_durably"]

LAYOUT = 3
"""Version of everything in storage: folders, manifests, column names. A reader refuses a higher one, and takes over a lower one. 2: columns
follow a declaration. 3: a manifest lists its files."""

FILE_NAME = "_manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one version is.

    Attributes:
        id: unique for ever, so that a table made again after a deletion is not taken for the old one.
        table: the table's name.
        rows: over all its files.
        bits: the version has 2**bits buckets.
        created_at: ISO 8601, UTC.
        layout: version of everything in storage.
        columns: name and dtype of each column, as ``columns_of`` writes them; empty: an earlier version of the project wrote it.
        facts: what the step that wrote it noted for later, as JSON values.
        buckets: the files, by bucket; None: an earlier version of the project wrote it, and what lies there is what there is.
    """

    id: str
    table: str
    rows: int
    bits: int
    created_at: str
    layout: int = LAYOUT
    columns: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    buckets: list[BucketFiles] | None = None

    def write(self, folder: Path) -> None:
        """Write the manifest into a version's folder."""
        write_text_durably(folder / FILE_NAME, json.dumps(asdict(self), indent=2, sort_keys=True))

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read a version's manifest.

        Raises:
            DamagedTableError: it is missing, or is not what was written.
            PermanentError: it may not be read, or was written by a newer version of the project.
        """
        path = folder / FILE_NAME
        try:
            with clear_disk_failures(path):
                content = json.loads(path.read_text(encoding="utf-8"))
            refuse_newer_layout(int(content["layout"]), folder)
            listed = content.get("buckets")
            buckets = None if listed is None else [BucketFiles.from_json(bucket) for bucket in listed]
            return cls(**{**content, "buckets": buckets})
        except (FileNotFoundError, NotADirectoryError):
            raise damaged_table(folder.parent, f"{path} is missing") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise damaged_table(folder.parent, f"{path} cannot be read") from None


def columns_of(schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> dict[str, str]:
    """Column names and dtypes in a form that JSON can hold and that is equal only where the dtypes are."""
    return {
        name: f"Enum{dtype.categories.to_list()}" if isinstance(dtype, pl.Enum) else str(dtype)
        for name, dtype in schema.items()
    }


def refuse_newer_layout(layout: int, where: Path) -> None:
    """Raise when storage was written by a newer version of the project than this one."""
    if layout > LAYOUT:
        msg = (
            f"{where} was written by a newer version of hubsync_assets (storage layout {layout}, this one knows {LAYOUT}): "
            "update the project, or point HUBSYNC_STORAGE at another folder"
        )
        raise PermanentError(msg)


def write_text_durably(path: Path, text: str) -> None:
    """Write a small file under a temporary name, sync it to disk and rename it into place."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with clear_disk_failures(path, len(text)):
        make_file(temporary)
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable: after a power cut a rename without this may be undone."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""``hubsync_assets.scan``: the public way to read a table.

Put here: finding the storage folder without a declaration. Keep out: how a version is found and checked (``tables``).
"""

import os
from pathlib import Path

import polars as pl
from dotenv import dotenv_values

from hubsync_assets.errors import PermanentError
from hubsync_assets.settings import storage_folder
from hubsync_assets.tables.disk import clear_disk_failures
from hubsync_assets.tables.table import Table

__all__ = ["scan"]


def scan(table: str, storage: str | os.PathLike[str] | None = None, *, prefix: str = "") -> pl.LazyFrame:
    """The newest version of a table, lazily.

    The size and the rows of its files were looked at. It can be read until the second newer version is published.

    Args:
        table: its name, which is its asset's key: ``merged_contacts``.
        storage: the storage folder; None: ``HUBSYNC_STORAGE`` of the environment, or of ``.env`` where the process runs, or ``storage``.
        prefix: of a sync that is not alone: its ``key_prefix``.

    Returns:
        The columns that docs/architecture.md and the asset's page in Dagster have.

    Raises:
        PermanentError: there is no such table, or a file of it is lost, damaged or may not be read; the text says what to do.

    Example:
        >>> import hubsync_assets
        >>> hubsync_assets.scan("merged_contacts").select("email", "phone").collect()  # doctest: +SKIP
    """
    in_file = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    folder = Path(storage) if storage is not None else storage_folder({**in_file, **os.environ}, prefix)
    with clear_disk_failures(folder):
        version = Table(folder / table, {}).current() if Path(table).name == table else None
    if version is None:
        tables = sorted(path.parent.name for path in folder.glob("*/current"))
        there = f"there are {', '.join(tables)}" if tables else "no table is there"
        raise PermanentError(
            f"no table {table} in {folder.absolute()} ({there}): run the job sync_contacts, or name another folder"
        )
    return pl.scan_parquet(version.files(), glob=False, hive_partitioning=False)

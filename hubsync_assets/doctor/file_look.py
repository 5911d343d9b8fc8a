"""The tables' files: whether all are there, as large and with as many rows as was written; asked to, also their bytes.

Keep out: how that is found (``tables``), and mending (``tables.errors`` names the command).
"""

from collections.abc import Iterator

from hubsync_assets.doctor.findings import Finding, Level
from hubsync_assets.errors import HubsyncError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.settings import Settings
from hubsync_assets.tables.errors import REBUILD, DamagedTableError
from hubsync_assets.tables.table import Table, Version

__all__ = ["bytes_of", "find_files", "versions_of"]


def find_files(model: ContactModel, settings: Settings, *, read_all: bool) -> Iterator[Finding]:
    """Look at the newest version of each table.

    Args:
        model: What tables there are.
        settings: Where.
        read_all: Read every file, and compare its checksum.
    """
    whole, rows, size = 0, 0, 0
    for name in model.tables.columns:
        try:
            version = Table(settings.storage / name, model.tables.columns[name]).current()
            if version is None:
                continue
            if read_all:
                version.verify()
        except DamagedTableError as error:
            yield Finding(str(error), Level.BROKEN, REBUILD)
        except HubsyncError as error:
            yield Finding(str(error), Level.BROKEN)
        except OSError as error:
            yield Finding(
                f"{name} cannot be opened ({error.strerror})",
                Level.BROKEN,
                f"make {settings.storage / name} readable for this user",
            )
        else:
            whole += 1
            rows += version.manifest.rows
            size += bytes_of(version)
    how = "every byte was read" if read_all else "sizes and rows; --files reads every byte"
    yield Finding(f"{whole} tables are whole ({how}): {rows:,} rows, {size / 1e6:,.1f} MB")


def versions_of(model: ContactModel, settings: Settings) -> Iterator[Version]:
    """The newest version of each table that can be opened."""
    for name in model.tables.columns:
        try:
            version = Table(settings.storage / name, model.tables.columns[name]).current()
        except (HubsyncError, OSError):
            continue
        if version is not None:
            yield version


def bytes_of(version: Version) -> int:
    """How large its files are."""
    return sum(path.stat().st_size for path in version.files())

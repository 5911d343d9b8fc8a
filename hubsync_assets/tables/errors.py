"""What is wrong with a table that is damaged: what, where, and the command that mends it.

Keep out: finding it (``table``, ``file_list``), and mending it (``rebuild``).
"""

from pathlib import Path

from hubsync_assets.errors import PermanentError

__all__ = ["REBUILD", "DamagedTableError", "damaged_file", "damaged_table"]

REBUILD = "python -m hubsync_assets.rebuild"


class DamagedTableError(PermanentError):
    """A table in storage is not what was written."""


def damaged_file(path: Path, what: str) -> DamagedTableError:
    """A file of a version is lost or damaged.

    Args:
        path: ``<storage>/<table>/v<number>/<file>``.
        what: is wrong with it, such as ``is missing``.
    """
    return damaged_table(path.parent.parent, f"{path} {what}")


def damaged_table(table: Path, what: str) -> DamagedTableError:
    """A table is damaged.

    Args:
        table: its folder.
        what: is wrong, and where.
    """
    return DamagedTableError(f"{what}, so the table {table.name} is damaged: {REBUILD} makes it again")

"""The errors of spreadsheets: what is wrong with one, and what to do about it, without a word of what its cells say but names.

Keep out: deciding when something is an error (``workbook``).
"""

from collections.abc import Iterable

from hubsync_assets.sources.errors import FileRefusedError

__all__ = ["no_library", "no_records", "no_such_sheet", "not_one", "several_sheets", "too_large"]

_MOST_NAMES = 40


def not_one(name: str, seems: str) -> FileRefusedError:
    """Its name promises a spreadsheet. ``seems``: see ``looks_like``."""
    like = f" (it looks like {seems})" if seems else ""
    return FileRefusedError(
        name, f"its name promises a spreadsheet, and it is none{like}: save it as .xlsx, or correct its name"
    )


def no_library(name: str) -> FileRefusedError:
    """The extra is not installed."""
    return FileRefusedError(
        name, "a spreadsheet, and what reads it is not installed: pip install 'hubsync_assets[excel]'"
    )


def too_large(name: str, what: str) -> FileRefusedError:
    """It would need too much memory."""
    return FileRefusedError(name, f"a spreadsheet that is too large, {what}: export the records as CSV or Parquet")


def no_such_sheet(name: str, sheet: str, there: Iterable[str]) -> FileRefusedError:
    """Its source declares one that is not there."""
    return FileRefusedError(name, f"it has no sheet {sheet}, but {_listed(there)}: correct sheet")


def several_sheets(name: str, key: str, sheets: Iterable[str]) -> FileRefusedError:
    """Nobody knows which of them is meant."""
    return FileRefusedError(name, f"several of its sheets have an {key}, {_listed(sheets)}: say which one with sheet")


def no_records(name: str) -> FileRefusedError:
    """It has not a word."""
    return FileRefusedError(name, "its sheets are empty: put the records there, below a row that names the columns")


def _listed(there: Iterable[str]) -> str:
    names = list(there)
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more

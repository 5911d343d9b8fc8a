"""What goes wrong with the log's database, in one line that quotes nothing.

Put here: what a database refused, by its own code, and where its file lies. Keep out: what is done with the database (``log``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hubsync_assets.errors import TransientError
from hubsync_assets.tables.disk import disk_failure, free_space

__all__ = ["clear_failures", "remember_where"]

_FULL = {"SQLITE_FULL", "53100"}
_READ_ONLY = {"SQLITE_READONLY", "25006", "42501"}
_FILE = "hubsync_file"


def remember_where(engine: sa.Engine) -> None:
    """Let each error of a log in a file know which: SQLite's own words do not say it."""
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    if path is None:
        return

    def note(context: sa.engine.ExceptionContext) -> None:
        setattr(context.original_exception, _FILE, path)

    sa.event.listen(engine, "handle_error", note)


@contextmanager
def clear_failures(verb: str) -> Iterator[None]:
    """Turn a failure of the database into one of the project's.

    It is told without the statement and its parameters, which hold contacts, and without the URL, which holds a password.

    Args:
        verb: What could not be done with the log.

    Raises:
        TransientError: It could not.
    """
    try:
        yield
    except (DBAPIError, OSError) as error:
        raise TransientError(f"the sync log could not be {verb}{_why(error)}") from None


def _why(error: DBAPIError | OSError) -> str:
    if isinstance(error, OSError) and (refused := disk_failure(error)) is not None:
        return f": {refused}"
    original = getattr(error, "orig", None) or error
    code = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or ""
    file = getattr(original, _FILE, None)
    if code in _FULL:
        room = f" at {file}, {free_space(Path(file))} free" if file else " of its database's server"
        return f": the disk is full{room}: make room and start again"
    if code in _READ_ONLY or code.startswith("SQLITE_READONLY"):
        what = f"{file}, or a file beside it," if file else "its database"
        return f": {what} may not be written by the user of this process: give it the right to"
    return (
        f" ({type(original).__name__}): check that the database of HUBSYNC_LOG_URL runs, has space and may be written"
    )

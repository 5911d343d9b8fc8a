"""What goes wrong with the log's database, in one line that quotes nothing.

Keep out: what is done with the database (``log``).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from hubsync_assets.errors import TransientError

__all__ = ["clear_failures"]


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
        reason = type(getattr(error, "orig", None) or error).__name__
        msg = f"the sync log could not be {verb} ({reason}): check that the database of HUBSYNC_LOG_URL runs, has space and may be written"
        raise TransientError(msg) from None

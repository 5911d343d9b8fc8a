"""From the log's URL to its database.

Put here: which URLs there are, and what is wrong with one. Keep out: what is in the database (``log``).
"""

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from hubsync_assets.errors import PermanentError
from hubsync_assets.sync_log.durable import DATABASES

__all__ = ["engine_of"]

NO_URL = (
    "HUBSYNC_LOG_URL is not a usable database URL: write sqlite:///<path> or postgresql+psycopg://<host>/<database>"
)


def engine_of(url: str) -> sa.Engine:
    """The database of a log; nothing is connected yet.

    Raises:
        PermanentError: The URL or the driver is wrong.
    """
    try:
        engine = sa.create_engine(url, pool_pre_ping=True)
    except ImportError as error:
        msg = f"the driver {error.name} of HUBSYNC_LOG_URL is not installed; for PostgreSQL: pip install '.[postgres]'"
        raise PermanentError(msg) from None
    except SQLAlchemyError:
        raise PermanentError(NO_URL) from None
    if engine.dialect.name not in DATABASES:
        raise PermanentError(NO_URL)
    return engine

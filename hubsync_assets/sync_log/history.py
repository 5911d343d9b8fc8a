"""What the log says of one contact, for a person who asks: read without becoming a writer, and without making a log where there is none.

Put here: that one question. Keep out: writing (``log``), and what the answers come to (``fold``).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from hubsync_assets.errors import TransientError
from hubsync_assets.sync_log.answers import ANSWERS

__all__ = ["history_of"]

MOST = 200


def history_of(url: str, email: str) -> list[Mapping[str, Any]]:
    """All answers about a contact, of every portal, the newest first and no more than 200.

    The log has no index of emails, so this looks at all its rows: a second for each few million.

    Args:
        url: an SQLAlchemy URL, as ``SyncLog`` takes it.
        email: as in ``merged_contacts``.

    Returns:
        Rows of ``ANSWERS``; nothing where there is no log yet.

    Raises:
        TransientError: the database cannot be read now.
    """
    try:
        engine = sa.create_engine(url)
        database = engine.url.database
        if engine.dialect.name == "sqlite" and not (database and Path(database).exists()):
            return []
        query = sa.select(ANSWERS).where(ANSWERS.c.email == email).order_by(ANSWERS.c.seq.desc()).limit(MOST)
        try:
            with engine.connect() as connection:
                return [dict(row) for row in connection.execute(query).mappings()]
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError, OSError) as error:
        msg = (
            f"the sync log could not be read ({type(error).__name__}): check that the database of HUBSYNC_LOG_URL runs"
        )
        raise TransientError(msg) from None

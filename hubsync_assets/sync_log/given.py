"""To whom a source has ever given a value, by the log, seen from outside: nothing is made or changed by looking.

Put here: the query. Keep out: when it is asked (``steps.given_before``), and what the state says.
"""

from collections.abc import Collection
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from hubsync_assets.sync_log.answers import ANSWERS, LAYOUT
from hubsync_assets.sync_log.engine import engine_of
from hubsync_assets.sync_log.failures import clear_failures
from hubsync_assets.tables.buckets import email_hash

__all__ = ["given_by"]

_ROWS_AT_A_TIME = 50_000


def given_by(url: str, sources: Collection[str], folded: tuple[str, int, int] | None = None) -> pl.Series:
    """The hashes (UInt64, ``email_hash``) of the contacts whom a source gave a value that was written.

    Args:
        url: As for ``SyncLog``; the log need not be there.
        sources: The names that the source has and had.
        folded: The log's id, the portal and the last row that the caller knows of already.

    Raises:
        PermanentError: The URL or the driver is wrong.
        TransientError: The database cannot be reached now.
    """
    engine = engine_of(url)
    found = [pl.Series("hash", [], pl.UInt64)]
    try:
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        if file is not None and not Path(file).exists():
            return found[0]
        with clear_failures("read"), engine.connect() as connection:
            if not sa.inspect(connection).has_table(ANSWERS.name):
                return found[0]
            query = sa.select(ANSWERS.c.email).where(
                sa.or_(*(ANSWERS.c.provenance.contains(f':"{name}"', autoescape=True) for name in sources))
            )
            if folded is not None and connection.execute(sa.select(LAYOUT.c.log_id)).scalar() == folded[0]:
                query = query.where(sa.or_(ANSWERS.c.portal_id != folded[1], ANSWERS.c.seq > folded[2]))
            rows = connection.execution_options(yield_per=_ROWS_AT_A_TIME).execute(query)
            for emails in rows.scalars().partitions():
                hashes = pl.DataFrame({"email": list(emails)}, schema={"email": pl.String})
                found.append(hashes.select(email_hash(pl.col("email")).alias("hash"))["hash"].unique())
    finally:
        engine.dispose()
    return pl.concat(found).unique()

"""Whom a source has given values, where its last accepted reading is not known any more because its raw table is lost.

Unknown is not missing: a reading that has no record of many of them is doubted. Put here: who they are, and how many of them a reading
lacks. Keep out: the query of the log (``sync_log.given``), and what is doubted (``acceptance``).
"""

import polars as pl

from hubsync_assets.model.tables import STATE
from hubsync_assets.sync_log.given import given_by
from hubsync_assets.sync_log.log import sqlite_url
from hubsync_assets.tables.buckets import email_hash
from hubsync_assets.tables.errors import DamagedTableError
from hubsync_assets.tables.storage import Storage

__all__ = ["GivenBefore", "given_before"]

_NOBODY = pl.Series("hash", [], pl.UInt64)


class GivenBefore:
    """Contacts that a reading is looked through for.

    Args:
        hashes: Theirs (UInt64, unique); eight bytes a contact is all that is kept of them.
    """

    def __init__(self, hashes: pl.Series = _NOBODY) -> None:
        self._hashes = hashes
        self._seen = [_NOBODY]

    def see(self, emails: pl.Series) -> None:
        """Take note of the contacts of a piece of the reading (String)."""
        if self._hashes.len():
            there = pl.DataFrame({"email": emails}).select(email_hash(pl.col("email")).alias("hash"))
            self._seen.append(there.unique().join(self._hashes.to_frame(), on="hash", how="semi")["hash"])

    @property
    def unseen(self) -> tuple[int, int]:
        """How many of them the reading lacks, and how many they are."""
        total = self._hashes.len()
        return total - (pl.concat(self._seen).n_unique() if total else 0), total


def given_before(storage: Storage, log_url: str | None, source: str) -> GivenBefore:
    """Look for them: in the state, and in what the log has beyond it.

    Args:
        storage: Where the state may be.
        log_url: The sync log's database; None: SQLite in storage.
        source: The source.

    Raises:
        HubsyncError: The log is there and cannot be read.
    """
    was = storage.model.source(source).was
    names = [source] if was is None else [source, was]
    try:
        state = storage.table(STATE).current()
    except DamagedTableError:
        state = None
    known, folded = _NOBODY, None
    # What another declaration wrote has sources that this one cannot name; the log knows them all.
    if state is not None and state.has_its_schema:
        gave = [pl.col(f"{name}:source").cast(pl.String).is_in(names) for name in storage.model.names]
        hashes = state.scan().filter(pl.any_horizontal(gave)).select(email_hash(pl.col("email")).alias("hash"))
        known = hashes.collect()["hash"]
        folded = (str(state.facts["log_id"]), int(state.facts["portal_id"]), int(state.facts["folded_through"]))
    log = given_by(log_url or sqlite_url(storage.folder), names, folded)
    return GivenBefore(pl.concat([known, log]).unique())

"""A portal's answers since some point of the log, by bucket: each is read from the log once, however often it is needed.

Keep out: the query (``log``), what the answers mean (``fold``), and up to where they are known already (``refresh``).
"""

from collections.abc import Sequence
from typing import Self

import polars as pl

from hubsync_assets.sync_log.answers import ANSWER_SCHEMA
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.tables.bucket_spill import BucketSpill
from hubsync_assets.tables.storage import Storage

__all__ = ["NewAnswers"]


class NewAnswers:
    """To be used with ``with``: what does not fit in memory is in a temporary folder of the storage until the block ends.

    Args:
        storage: its lock is held by the caller.
        log: the sync log.
        portal_id: whose answers.
        since: number of the log's row after which they begin.
        bits: they are sorted into 2**bits buckets.
        table_bits: tables that are folded from them get 2**table_bits buckets, no more than ``bits``; left out: as many.

    Attributes:
        through: number of the newest row that was read, or ``since``.
    """

    def __init__(
        self, storage: Storage, log: SyncLog, portal_id: int, since: int, bits: int, table_bits: int | None = None
    ) -> None:
        self.since = self.through = since
        self.bits = bits
        self.table_bits = bits if table_bits is None else table_bits
        self._portal_id = portal_id
        self._log = log
        self._spill = BucketSpill(storage.temporary_folder(), ANSWER_SCHEMA, bits)

    @property
    def rows(self) -> int:
        """How many were read."""
        return self._spill.rows

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spill.__exit__()

    def read_on(self) -> None:
        """Read what the log has and was not read yet."""
        for rows in self._log.rows_after(self._portal_id, self.through):
            self._spill.add(rows)
            self.through = int(rows["seq"][-1])

    def bucket(self, bucket: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The answers of one bucket (ANSWER_SCHEMA, or some columns of it, ``seq`` among them), oldest first."""
        answers = self._spill.bucket(bucket, columns)
        # What was read later may come first.
        return answers if answers["seq"].is_sorted() else answers.sort("seq")

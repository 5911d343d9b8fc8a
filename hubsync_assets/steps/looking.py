"""The plan's first pass: which contacts have to be looked at in HubSpot, kept on disk until they are.

Put here: going through all contacts, and whom to ask for by id and by email. Keep out: who that is (``contacts.unlike``), and calls.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import polars as pl

from hubsync_assets.contacts.rules import Rules
from hubsync_assets.contacts.unlike import Known, Unlike, find_unlike, unlike_schema
from hubsync_assets.hubspot.mapping import ADDITIONAL_EMAILS, EMAIL
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.schema import SETTLED_SCHEMA
from hubsync_assets.steps.other_twins import others_of
from hubsync_assets.sync_log.refresh import State
from hubsync_assets.tables.bucket_spill import BucketSpill, read_bucket, split_by_bucket
from hubsync_assets.tables.in_turn import in_turn
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["Looking", "TableReader"]

ROWS_TOGETHER = 20_000

_ASKED = {"email": pl.String, "hubspot_id": pl.String}


@dataclass(frozen=True, slots=True)
class TableReader:
    """The tables of one plan, by bucket.

    Attributes:
        storage: where they are.
        merged: the golden records.
        state: what is known of them.
        bits: 2**bits buckets.
    """

    storage: Storage
    merged: Version
    state: State
    bits: int

    def contacts(self, bucket: int) -> pl.DataFrame:
        """``Schemas.merged``."""
        return read_bucket(self.merged, bucket, self.bits, self.merged.schema).collect()

    def known(self, bucket: int, in_doubt: pl.DataFrame) -> Known:
        """What is known of a bucket's contacts."""
        schema = self.storage.model.schema
        return Known(
            state=read_bucket(self.state.contacts, bucket, self.bits, schema.state).collect(),
            settled=read_bucket(self.state.settled, bucket, self.bits, SETTLED_SCHEMA).collect(),
            refused=read_bucket(self.state.failed, bucket, self.bits, schema.failed).collect(),
            in_doubt=in_doubt,
        )


class Looking:
    """To be used with ``with``: temporary folders of the storage hold the contacts until the block ends.

    Args:
        tables: what is compared.
        rules: what may be done.
        doubts: by source, what is not believed of its last reading.
        in_doubt: by bucket, the contacts of which nobody knows what HubSpot took; what it holds of them was read already.
        found: what was.

    Attributes:
        rows: ``unlike_schema``, the contacts to look at.
        known_rows: how many are asked for by record id.
        unknown_rows: how many are asked for by email.
    """

    def __init__(
        self,
        tables: TableReader,
        rules: Rules,
        doubts: Mapping[str, SourceDoubts],
        in_doubt: Callable[[int], pl.DataFrame],
        found: BucketSpill,
    ) -> None:
        self._tables = tables
        self._rules = rules
        self._doubts = doubts
        self._in_doubt = in_doubt
        self._found = found
        self._model = tables.storage.model
        folder = tables.storage.temporary_folder
        # Written at once: a few rows that wait would hold all the texts of the bucket that they were taken from.
        self.rows = BucketSpill(folder(), unlike_schema(self._model), tables.bits, buffer_bytes=0)
        self._asked = BucketSpill(folder(), _ASKED, tables.bits, buffer_bytes=0)
        self.known_rows = self.unknown_rows = 0
        self._heights: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.rows.__exit__()
        self._asked.__exit__()

    def all(self) -> Iterator[Unlike]:
        """Go through all contacts, and give what each bucket comes to."""
        at_once = self._tables.storage.buckets_at_once
        for bucket, unlike in enumerate(in_turn(self._unlike, range(1 << self._tables.bits), at_once)):
            self.rows.add(unlike.rows)
            self._heights.append(unlike.rows.height)
            asked = unlike.rows.select("email", pl.col("state:hubspot_id").alias("hubspot_id"), "doubt")
            if asked["doubt"].any():
                asked = self._unread(asked, self._found.bucket(bucket)["email"])
            self._asked.add(asked)
            known = asked.height - asked["hubspot_id"].null_count()
            self.known_rows += known
            self.unknown_rows += asked.height - known
            yield unlike

    def list_others(self, twins: pl.DataFrame, found: Callable[[int], pl.DataFrame]) -> int:
        """Also look at golden records that share their record with one that is looked at; returns how many there are.

        Args:
            twins: ``twins.TWINS_SCHEMA``.
            found: gives by bucket what was found, one row a contact.
        """
        if twins.is_empty():
            return 0
        buckets = range(1 << self._tables.bits)
        there = pl.concat([found(bucket).join(twins, on="email", how="semi") for bucket in buckets])
        here = pl.concat(
            [self.rows.bucket(bucket).select("email").join(twins, on="email", how="semi") for bucket in buckets]
        )
        others = others_of(twins, there, here, self._tables.state.failed.scan())
        for bucket, some in split_by_bucket(others, self._tables.bits):
            contacts = self._tables.contacts(bucket).join(some, on="email", how="semi")
            known = self._tables.known(bucket, in_doubt=some.select("email"))
            rows = find_unlike(self._model, contacts, known, self._rules, self._doubts).rows
            # Nothing of them is in doubt: that only makes them be looked at.
            self.rows.add(rows.with_columns(pl.lit(value=False).alias("doubt")))
            self._heights[bucket] += rows.height
            self._found.add(some)
        return others.height

    def groups(self) -> Iterator[range]:
        """Buckets that are worth being worked on together: a few contacts in each of many would take as long as many contacts."""
        first, rows = 0, 0
        for bucket, height in enumerate(self._heights):
            if rows and rows + height > ROWS_TOGETHER:
                yield range(first, bucket)
                first, rows = bucket, 0
            rows += height
        yield range(first, len(self._heights))

    def known(self) -> Iterator[tuple[str, str]]:
        """Email and id of those to be asked for by id."""
        for bucket in range(1 << self._tables.bits):
            yield from self._asked.bucket(bucket).filter(pl.col("hubspot_id").is_not_null()).iter_rows()

    def unknown(self) -> Iterator[str]:
        """The emails of the others."""
        for bucket in range(1 << self._tables.bits):
            yield from self._asked.bucket(bucket).filter(pl.col("hubspot_id").is_null())["email"]

    def golden(self, found: Callable[[int], pl.DataFrame], bucket: int) -> pl.DataFrame:
        """``twins.NOW_SCHEMA`` of what was found, but only of those that are looked at: a listing finds others, too."""
        known = self.rows.bucket(bucket).select("email", pl.col("state:hubspot_id").alias("known_id"))
        there = found(bucket).join(known, on="email", how="inner", maintain_order="left")
        primary, others = (pl.col("properties").str.json_path_match(f"$.{name}") for name in (EMAIL, ADDITIONAL_EMAILS))
        text = pl.concat_str(primary, others, separator=";", ignore_nulls=True)
        return there.select(
            "email", "hubspot_id", "known_id", text.str.to_lowercase().str.split(";").alias("addresses")
        )

    def _unlike(self, bucket: int) -> Unlike:
        tables = self._tables
        known = tables.known(bucket, self._in_doubt(bucket))
        return find_unlike(self._model, tables.contacts(bucket), known, self._rules, self._doubts)

    def _unread(self, asked: pl.DataFrame, there: pl.Series) -> pl.DataFrame:
        """Without the contacts in doubt that were found, or of which no id is known: they were asked for by email."""
        done = pl.col("doubt") & (pl.col("email").is_in(there.implode()) | pl.col("hubspot_id").is_null())
        return asked.filter(~done)

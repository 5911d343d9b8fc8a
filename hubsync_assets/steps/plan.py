"""The third step: ``contact_changes``, what has to be written to make HubSpot hold exactly the golden records.

Reads the acknowledged state, learns from the portal what the log does not know, and compares bucket by bucket. Writes nothing
to HubSpot. Keep out: the rules (``contacts.changes``) and the calls (``portal_lookup``, ``hubspot``).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any

import polars as pl

from hubsync_assets.contacts.changes import Changes, find_changes, held_by_refusal
from hubsync_assets.contacts.refusals import may_be_over
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import MAPPING_VERSION
from hubsync_assets.model.schema import FAILED_SCHEMA, MERGED_SCHEMA, PORTAL_SCHEMA, STATE_SCHEMA
from hubsync_assets.model.tables import FAILED, MERGED, PLAN, STATE
from hubsync_assets.steps.plan_report import PlanOptions, PlanReport
from hubsync_assets.steps.portal_lookup import FOUND_SCHEMA, learn, portal_rows
from hubsync_assets.sync_log.answers import Answer, AnswerKind, provenance_as_json, values_as_json
from hubsync_assets.sync_log.buffer import MAX_ANSWERS
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.refresh import State, refresh_state
from hubsync_assets.tables.bucket_spill import BucketSpill, read_bucket
from hubsync_assets.tables.in_turn import BUCKETS_AT_ONCE, in_turn
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["PlanOptions", "PlanReport", "plan_changes"]

UNKNOWN_SCHEMA = {"email": pl.String}

PLAN_VERSION = 2
"""Part of what makes an old plan reusable; raise it when planning gives other rows, or logs other contacts, than before."""


def plan_changes(
    storage: Storage, log: SyncLog, client: HubSpotClient, options: PlanOptions, run_id: str
) -> PlanReport:
    """Make the plan for the current ``merged_contacts`` and publish it as ``contact_changes``.

    Args:
        storage: its lock is held by the caller.
        log: the sync log; contacts that the portal already holds exactly are noted there.
        client: the portal; only reads are made.
        options: how to plan.
        run_id: noted with what is logged.

    Raises:
        TransientError, PermanentError: the portal cannot be read.
    """
    merged = storage.table(MERGED).require()
    portal_id = client.account().portal_id
    return _Planning(storage, log, client, options, run_id, merged, portal_id).run()


class _Planning:
    """One plan being made: its tables, and the counts of its report."""

    def __init__(
        self,
        storage: Storage,
        log: SyncLog,
        client: HubSpotClient,
        options: PlanOptions,
        run_id: str,
        merged: Version,
        portal_id: int,
    ) -> None:
        self.storage = storage
        self.log = log
        self.client = client
        self.options = options
        self.run_id = run_id
        self.merged = merged
        self.portal_id = portal_id
        self.state: State = refresh_state(storage, log, portal_id)
        self.bits = max(merged.bits, self.state.contacts.bits, self.state.failed.bits)
        self.now = datetime.now(UTC)
        self.counts: Counter[str] = Counter()
        self.unchanged: Counter[str] = Counter()
        self.held_back: Counter[str] = Counter()
        self.fields: Counter[str] = Counter()

    def run(self) -> PlanReport:
        """Learn, compare, publish; or find that nothing has changed since a plan that had nothing to do."""
        before = self.storage.table(PLAN).current()
        if before is not None and self._is_reusable(before):
            same = {**before.facts["report"], "learned": 0, "calls": self.client.meter.usage().calls, "reused": True}
            return PlanReport(**same)
        with (
            BucketSpill(self.storage.temporary_folder(), UNKNOWN_SCHEMA, self.bits) as unknown,
            BucketSpill(self.storage.temporary_folder(), FOUND_SCHEMA, self.bits) as found,
            self.storage.table(PLAN).new_version(bits=self.bits) as writer,
        ):
            for emails in in_turn(self._unknown, self._buckets, BUCKETS_AT_ONCE):
                unknown.add(emails)
            learn(self.client, self._emails(unknown), unknown.rows, found)
            compare = partial(self._changes, unknown, found)
            for bucket, changes in enumerate(in_turn(compare, self._buckets, BUCKETS_AT_ONCE)):
                self._count(changes)
                self._log_unchanged(bucket, pl.concat([changes.unchanged, changes.confirmed]))
                writer.parquet.add(changes.planned, bucket)
                # A few rows held back would hold all the texts of the bucket that they were taken from.
                writer.parquet.flush()
            report = self._report(unknown.rows)
            writer.publish({**self._origin(), "report": asdict(report)})
        return report

    def _origin(self) -> dict[str, Any]:
        """All that the plan follows from."""
        return {
            "made_from": {
                MERGED: self.merged.id,
                STATE: self.state.contacts.id,
                FAILED: self.state.failed.id,
            },
            "portal_id": self.portal_id,
            "options": asdict(self.options),
            "mapping_version": MAPPING_VERSION,
            "plan_version": PLAN_VERSION,
        }

    def _is_reusable(self, before: Version) -> bool:
        """Only a plan with no contacts in it: what another one would write has to be learned from the portal again."""
        same = all(before.facts.get(name) == value for name, value in self._origin().items())
        return same and not before.manifest.rows and not self._has_refusal_that_may_be_over()

    def _has_refusal_that_may_be_over(self) -> bool:
        over = self.state.failed.scan().filter(may_be_over(self.now)).select("email").collect()
        if over.is_empty():
            return False
        # A contact that has left the sources stays refused for ever, and is no reason to plan.
        contacts = self.merged.scan().select("email")
        return not contacts.join(over.lazy(), on="email", how="semi").limit(1).collect().is_empty()

    @property
    def _buckets(self) -> range:
        return range(1 << self.bits)

    def _contacts(self, bucket: int) -> pl.LazyFrame:
        return read_bucket(self.merged, bucket, self.bits, MERGED_SCHEMA)

    def _failed(self, bucket: int) -> pl.LazyFrame:
        return read_bucket(self.state.failed, bucket, self.bits, FAILED_SCHEMA)

    def _unknown(self, bucket: int) -> pl.DataFrame:
        """``email`` of golden records that the log knows nothing of; one that stays held back as refused needs no call."""
        known = read_bucket(self.state.contacts, bucket, self.bits, STATE_SCHEMA).select("email")
        unknown = self._contacts(bucket).select("email").join(known, on="email", how="anti").collect()
        refused = self._failed(bucket).collect()
        if unknown.is_empty() or refused.is_empty():
            return unknown
        held = held_by_refusal(
            self._contacts(bucket).join(unknown.lazy(), on="email", how="semi").collect(),
            refused,
            mapping_version=MAPPING_VERSION,
            retry_failed=self.options.retry_failed,
            now=self.now,
        )
        return unknown.join(held, on="email", how="anti")

    def _emails(self, unknown: BucketSpill) -> Iterator[str]:
        for bucket in self._buckets:
            yield from unknown.bucket(bucket)["email"]

    def _changes(self, unknown: BucketSpill, found: BucketSpill, bucket: int) -> Changes:
        contacts = self._contacts(bucket).collect()
        return find_changes(
            contacts,
            read_bucket(self.state.contacts, bucket, self.bits, STATE_SCHEMA).collect(),
            self._failed(bucket).collect(),
            portal_rows(contacts.join(unknown.bucket(bucket), on="email", how="semi"), found.bucket(bucket))
            if found.rows
            else pl.DataFrame(schema=PORTAL_SCHEMA),
            mode=self.options.mode,
            clear_unknown=self.options.clear_unknown,
            incomplete=self.merged.facts["report"]["incomplete"],
            mapping_version=MAPPING_VERSION,
            retry_failed=self.options.retry_failed,
            now=self.now,
        )

    def _count(self, changes: Changes) -> None:
        self.counts.update(create=changes.creates, update=changes.updates)
        self.unchanged.update(log=changes.unchanged_by_log, portal=changes.unchanged.height)
        self.held_back.update(changes.held_back)
        names = changes.planned.select(pl.col("changes").explode().struct.field("field").drop_nulls().alias("field"))
        self.fields.update(dict(names.group_by("field").len().iter_rows()))

    def _log_unchanged(self, bucket: int, unchanged: pl.DataFrame) -> None:
        """Log contacts that HubSpot already holds exactly, so that the portal need not be asked again, their provenance is known, and a refusal ends."""
        if unchanged.is_empty():
            return
        contacts = self._contacts(bucket).join(unchanged.lazy(), on="email").collect()
        for rows in contacts.iter_slices(MAX_ANSWERS):
            self.log.append(
                [
                    Answer(
                        portal_id=self.portal_id,
                        run_id=self.run_id,
                        at=self.now,
                        email=row["email"],
                        kind=AnswerKind.UNCHANGED,
                        hubspot_id=row["hubspot_id"],
                        sent=values_as_json(row),
                        cleared="[]",
                        provenance=provenance_as_json(row),
                        mapping_version=MAPPING_VERSION,
                    )
                    for row in rows.iter_rows(named=True)
                ]
            )

    def _report(self, learned: int) -> PlanReport:
        return PlanReport(
            portal_id=self.portal_id,
            merged=self.merged.manifest.rows,
            creates=self.counts["create"],
            updates=self.counts["update"],
            unchanged=dict(self.unchanged),
            held_back=dict(self.held_back),
            fields=dict(sorted(self.fields.items())),
            learned=learned,
            calls=self.client.meter.usage().calls,
            folded=self.state.folded,
            other_portal=self.state.other_portal,
        )

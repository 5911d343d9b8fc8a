"""The third step: ``contact_changes``, what has to be written to make HubSpot hold exactly the golden records.

Reads the acknowledged state, learns from the portal what the log does not know, and compares bucket by bucket. Writes nothing
to HubSpot. Keep out: the rules (``contacts.changes``) and the calls (``portal_lookup``, ``hubspot``).
"""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice

import polars as pl

from hubsync_assets.contacts.changes import Changes, find_changes, held_by_refusal
from hubsync_assets.contacts.look_up import to_look_up
from hubsync_assets.contacts.staleness import Written
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.tables import MERGED, PLAN
from hubsync_assets.steps.doubt import DOUBT_SCHEMA, IN_DOUBT_SCHEMA, Doubt, confirmed, find_doubt
from hubsync_assets.steps.merge import doubts_to_look_at
from hubsync_assets.steps.plan_answers import PlanAnswers
from hubsync_assets.steps.plan_counts import PlanCounts
from hubsync_assets.steps.plan_origin import has_refusal_that_may_be_over, origin_of
from hubsync_assets.steps.plan_report import PlanOptions, PlanReport
from hubsync_assets.steps.portal_lookup import FOUND_SCHEMA, learn, portal_rows, read_each
from hubsync_assets.sync_log.answers import AnswerText
from hubsync_assets.sync_log.buffer import MAX_ANSWERS
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.refresh import State, refresh_state
from hubsync_assets.tables.bucket_spill import BucketSpill, read_bucket
from hubsync_assets.tables.in_turn import BUCKETS_AT_ONCE, in_turn
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["PlanOptions", "PlanReport", "plan_changes"]

ASKED_SCHEMA = {"email": pl.String}


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
    report = _Planning(storage, log, client, options, run_id, merged, portal_id).run()
    return replace(report, doubts=doubts_to_look_at(merged))


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
        self.model = storage.model
        self.mapping = PropertyMapping(self.model)
        self.text = AnswerText(self.model)
        self.log = log
        self.client = client
        self.options = options
        self.run_id = run_id
        self.merged = merged
        self.portal_id = portal_id
        self.state: State = refresh_state(storage, log, portal_id, ways=self.mapping.ways)
        self.written = Written.now(log.mapping_version(self.mapping.ways), log.mappings())
        self.bits = max(merged.bits, self.state.contacts.bits, self.state.failed.bits)
        self.now = datetime.now(UTC)
        found = merged.facts["report"]["doubts"]
        self.doubts = {source: SourceDoubts.from_json(values) for source, values in found.items()}
        self.doubt: Doubt
        self.counts = PlanCounts()

    def run(self) -> PlanReport:
        """Look at what is in doubt, learn, compare, publish; or find that nothing has changed since there was nothing to do."""
        before = self.storage.table(PLAN).current()
        with BucketSpill(self.storage.temporary_folder(), DOUBT_SCHEMA, self.bits) as doubt_rows:
            self.doubt = find_doubt(
                self.storage, self.log, self.state, self.run_id, doubt_rows, distrust=self.options.distrust
            )
            if before is not None and self._is_reusable(before):
                same = {
                    **before.facts["report"],
                    "learned": 0,
                    "calls": self.client.meter.usage().calls,
                    "reused": True,
                }
                return PlanReport(**same)
            with BucketSpill(self.storage.temporary_folder(), FOUND_SCHEMA, self.bits) as found:
                return self._plan(found)

    def _plan(self, found: BucketSpill) -> PlanReport:
        in_doubt = self._resolve(found) if self.doubt else 0
        with (
            BucketSpill(self.storage.temporary_folder(), ASKED_SCHEMA, self.bits) as asked,
            self.storage.table(PLAN).new_version(bits=self.bits) as writer,
        ):
            for emails in in_turn(self._to_ask, self._buckets, BUCKETS_AT_ONCE):
                asked.add(emails)
            known = self.state.contacts.manifest.rows
            learn(self.client, self.mapping.read_properties(), self._emails(asked), asked.rows, found, known=known)
            compare = partial(self._changes, asked, found)
            for bucket, changes in enumerate(in_turn(compare, self._buckets, BUCKETS_AT_ONCE)):
                self.counts.add(changes)
                self._note(changes)
                writer.parquet.add(changes.planned, bucket)
                # A few rows held back would hold all the texts of the bucket that they were taken from.
                writer.parquet.flush()
            calls = self.client.meter.usage().calls
            report = self.counts.report(
                self.state, merged=self.merged.manifest.rows, learned=asked.rows, in_doubt=in_doubt, calls=calls
            )
            facts = {
                **origin_of(self.merged, self.state, self.options, self.written.version),
                "resolves": self.doubt.plans,
                "report": asdict(report),
            }
            # What the log says from here on is said of this plan.
            facts["log_seq"] = self.log.last_seq(self.portal_id)
            writer.publish(facts, pinned=self.doubt.plans)
        return report

    def _resolve(self, found: BucketSpill) -> int:
        """Read who is in doubt, log what is there as it was sent, and take that into the state; returns how many were read."""
        read = 0
        for bucket in self._buckets:
            emails = self._in_doubt(bucket)["email"]
            read += emails.len()
            read_each(self.client, self.mapping.read_properties(), emails, found)
            there = found.bucket(bucket)
            confirmations = confirmed(
                self.mapping,
                self.doubt.rows.bucket(bucket),
                there,
                portal_id=self.portal_id,
                run_id=self.run_id,
                at=self.now,
                mapping_version=self.written.version,
            )
            while answers := list(islice(confirmations, MAX_ANSWERS)):
                self.log.append(answers)
        self.state = refresh_state(self.storage, self.log, self.portal_id, ways=self.mapping.ways)
        return read

    def _in_doubt(self, bucket: int) -> pl.DataFrame:
        """IN_DOUBT_SCHEMA of one bucket."""
        if not self.doubt:
            return pl.DataFrame(schema=IN_DOUBT_SCHEMA)
        state = read_bucket(self.state.contacts, bucket, self.bits, self.model.schema.state)
        return self.doubt.of_bucket(bucket, [self._contacts(bucket), state])

    def _is_reusable(self, before: Version) -> bool:
        """Only a plan with no contacts in it: what another one would write has to be learned from the portal again."""
        same = all(
            before.facts.get(name) == value
            for name, value in origin_of(self.merged, self.state, self.options, self.written.version).items()
        )
        nothing_to_do = not before.manifest.rows and not self.doubt.plans
        return (
            same and nothing_to_do and not has_refusal_that_may_be_over(self.model, self.merged, self.state, self.now)
        )

    @property
    def _buckets(self) -> range:
        return range(1 << self.bits)

    def _contacts(self, bucket: int) -> pl.LazyFrame:
        return read_bucket(self.merged, bucket, self.bits, self.model.schema.merged)

    def _failed(self, bucket: int) -> pl.LazyFrame:
        return read_bucket(self.state.failed, bucket, self.bits, self.model.schema.failed)

    def _to_ask(self, bucket: int) -> pl.DataFrame:
        """``email`` of golden records of which HubSpot is to be asked; one in doubt was read already, one held back as refused needs no call."""
        contacts = self._contacts(bucket)
        state = read_bucket(self.state.contacts, bucket, self.bits, self.model.schema.state)
        wanted = to_look_up(self.model, contacts, state, self.doubts, self.written)
        if wanted.is_empty():
            return wanted
        if self.doubt:
            wanted = wanted.join(self._in_doubt(bucket), on="email", how="anti")
        refused = self._failed(bucket).collect()
        if wanted.is_empty() or refused.is_empty():
            return wanted
        held = held_by_refusal(
            self.model,
            contacts.join(wanted.lazy(), on="email", how="semi").collect(),
            refused,
            mapping_version=self.written.version,
            retry_failed=self.options.retry_failed,
            now=self.now,
        )
        return wanted.join(held, on="email", how="anti")

    def _emails(self, asked: BucketSpill) -> Iterator[str]:
        for bucket in self._buckets:
            yield from asked.bucket(bucket)["email"]

    def _changes(self, asked: BucketSpill, found: BucketSpill, bucket: int) -> Changes:
        contacts, in_doubt = self._contacts(bucket).collect(), self._in_doubt(bucket)
        looked_up = pl.concat([asked.bucket(bucket), in_doubt.select("email")])
        return find_changes(
            self.model,
            contacts,
            read_bucket(self.state.contacts, bucket, self.bits, self.model.schema.state).collect(),
            self._failed(bucket).collect(),
            portal_rows(
                self.model, self.mapping, contacts.join(looked_up, on="email", how="semi"), found.bucket(bucket)
            )
            if found.rows
            else pl.DataFrame(schema=self.model.schema.portal),
            mode=self.options.mode,
            clear_unknown=self.options.clear_unknown,
            doubts=self.doubts,
            in_doubt=in_doubt,
            written=self.written,
            retry_failed=self.options.retry_failed,
            now=self.now,
        )

    def _note(self, changes: Changes) -> None:
        """Note what the log is to know of contacts that are not written."""
        answers = PlanAnswers(self.text, self.portal_id, self.run_id, self.now)
        # What HubSpot already holds exactly: nobody has to ask again, what it is made from, and no refusal stands.
        for rows in pl.concat([changes.unchanged, changes.confirmed]).iter_slices(MAX_ANSWERS):
            self.log.append([answers.unchanged(row) for row in rows.iter_rows(named=True)])
        for rows in changes.left_out.iter_slices(MAX_ANSWERS):
            self.log.append([answers.left_out(row) for row in rows.iter_rows(named=True)])

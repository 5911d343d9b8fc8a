"""The third step: ``contact_changes``, what has to be written to make HubSpot hold exactly the golden records.

Three passes, bucket by bucket: who may not be as known (``looking``); what HubSpot holds of those now (``portal_lookup``); what becomes of them.
Writes nothing to HubSpot. Keep out: the rules (``contacts``), HubSpot's form (``forming``) and the calls (``portal_lookup``, ``hubspot``).
"""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice

import polars as pl

from hubsync_assets.contacts.changes import Changes, Found, find_changes
from hubsync_assets.contacts.regions import with_regions
from hubsync_assets.contacts.uncertainty import Uncertainty, marked_fields
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.live import Live
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.schema import SETTLED_SCHEMA
from hubsync_assets.model.tables import MERGED, PLAN
from hubsync_assets.steps.doubt import DOUBT_SCHEMA, IN_DOUBT_SCHEMA, Doubt, confirmed, find_doubt
from hubsync_assets.steps.forming import FOUND_SCHEMA, Forming
from hubsync_assets.steps.interrupted import UNCOUNTED, uncounted_before
from hubsync_assets.steps.looking import Looking, TableReader
from hubsync_assets.steps.merge import doubts_to_look_at
from hubsync_assets.steps.plan_answers import PlanAnswers
from hubsync_assets.steps.plan_counts import PlanCounts
from hubsync_assets.steps.plan_digest import PlanDigest
from hubsync_assets.steps.plan_origin import has_refusal_that_may_be_over, made_under, origin_of
from hubsync_assets.steps.plan_report import PlanOptions, PlanReport
from hubsync_assets.steps.plan_rules import portal_values, rules_of
from hubsync_assets.steps.portal_lookup import learn_all, one_each, read_each
from hubsync_assets.steps.scoping import Scoping
from hubsync_assets.steps.twins import TWINS_SCHEMA, find_twins, places_of_twins
from hubsync_assets.sync_log.answers import AnswerText
from hubsync_assets.sync_log.buffer import MAX_ANSWERS
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.plan_events import PlanEvent
from hubsync_assets.sync_log.refresh import State, refresh_state
from hubsync_assets.tables.bucket_spill import BucketSpill, read_bucket, split_by_bucket
from hubsync_assets.tables.in_turn import in_turn
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["PlanOptions", "PlanReport", "plan_changes"]


def plan_changes(
    storage: Storage, log: SyncLog, client: HubSpotClient, options: PlanOptions, run_id: str
) -> PlanReport:
    """Make the plan for the current ``merged_contacts`` and publish it as ``contact_changes``.

    Args:
        storage: its lock is held by the caller.
        log: the sync log; what is seen of contacts that are not written is noted there. Its lock is acquired, and kept.
        client: the portal; only reads are made.
        options: how to plan.
        run_id: noted with what is logged.

    Raises:
        MappingRefusedError: the portal's properties cannot take what the declared fields send; all of them are named.
        TransientError, PermanentError: another run is writing to this portal, or it cannot be read.
    """
    merged = storage.table(MERGED).require()
    log.acquire(client.account().portal_id, run_id)
    report = _Planning(storage, log, client, options, run_id, merged).run()
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
    ) -> None:
        self.storage = storage
        self.model = model = storage.model
        self.mapping = PropertyMapping(model)
        self.log = log
        self.client = client
        self.options = options
        self.run_id = run_id
        self.merged = merged
        self.portal_id = portal_id = client.account().portal_id
        self.now = datetime.now(UTC)
        self.values = values = portal_values(client, self.mapping, model)
        self.state: State = refresh_state(storage, log, portal_id, ways=self.mapping.ways)
        self.rules = rules_of(model, options, values, log.mapping_version(self.mapping.ways), log.mappings(), self.now)
        self.forming = Forming(model, Live(values), exactly=options.reformat)
        self.bits = max(merged.bits, self.state.contacts.bits, self.state.failed.bits, self.state.settled.bits)
        found = merged.facts["report"]["doubts"]
        self.doubts = {source: SourceDoubts.from_json(values) for source, values in found.items()}
        self.doubt: Doubt
        self.scoping = Scoping(model, options)
        self.counts = PlanCounts()
        self.digest = PlanDigest()
        self.answers = PlanAnswers(AnswerText(model), portal_id, run_id, self.now)

    def run(self) -> PlanReport:
        """Look at what is in doubt, learn, compare, publish; or find that nothing has changed since there was nothing to do."""
        before = self.storage.table(PLAN).current()
        with BucketSpill(self.storage.temporary_folder(), DOUBT_SCHEMA, self.bits) as doubt_rows:
            self.doubt = find_doubt(
                self.storage, self.log, self.state, self.run_id, doubt_rows, distrust=self.options.distrust
            )
            if before is not None and self._is_reusable(before):
                return PlanReport.of_json(
                    before.facts["report"], learned=0, calls=self.client.meter.usage().calls, reused=True
                )
            with BucketSpill(self.storage.temporary_folder(), FOUND_SCHEMA, self.bits) as found:
                return self._plan(found)

    def _plan(self, found: BucketSpill) -> PlanReport:
        self.counts.in_doubt = self._resolve(found) if self.doubt else 0
        reader = TableReader(self.storage, self.merged, self.state, self.bits)
        with Looking(reader, self.rules, self.doubts, self._in_doubt, found) as looking:
            for unlike in looking.all():
                self.counts.look(unlike)
                self._note_unchanged(unlike.confirmed)
            with BucketSpill(self.storage.temporary_folder(), {"email": pl.String}, self.bits) as missed:
                rows = self.state.contacts.manifest.rows
                learn_all(self.client, self.mapping.read_properties(), looking, found, missed, rows)
            now = partial(one_each, found)
            is_worth_it = found.rows > 0 and looking.rows.rows > 0
            twins = (
                find_twins(self.storage, self.state, self.merged, self.bits, partial(looking.golden, now))
                if is_worth_it
                else pl.DataFrame(schema=TWINS_SCHEMA)
            )
            self.counts.list_others(looking.list_others(twins, now))
            return self._publish(looking, now, twins)

    def _publish(self, looking: Looking, now: "_FoundOf", twins: pl.DataFrame) -> PlanReport:
        with self.storage.table(PLAN).new_version(bits=self.bits) as writer:
            compare = partial(self._changes, looking, now, twins)
            for changes, rows in in_turn(compare, looking.groups(), self.scoping.at_once(self.storage.buckets_at_once)):
                self.scoping.took(changes)
                self.counts.add(changes, rows)
                self.digest.add(rows)
                self._note(changes, twins)
                for bucket, part in split_by_bucket(rows, self.bits):
                    writer.parquet.add(part, bucket)
                # A few rows held back would hold all the texts of the bucket that they were taken from.
                writer.parquet.flush()
            self.counts.ask_quota(self.client)
            report = self.counts.report(
                self.state,
                self.client,
                merged=self.merged.manifest.rows,
                digest=self.digest.hexdigest(),
                last=self.log.last_event(self.portal_id, PlanEvent.PARTLY, PlanEvent.WHOLE),
            )
            facts = {
                **self._origin,
                "resolves": () if self.scoping.leaves_doubt else self.doubt.plans,
                "report": asdict(report),
                **made_under(self.values, self.run_id, self.now),
                UNCOUNTED: uncounted_before(self.storage, self.log, self.portal_id),
                "log_seq": self.log.last_seq(self.portal_id),  # what the log says from here on is said of this plan
            }
            writer.publish(facts, pinned=self.doubt.plans)
        return report

    def _resolve(self, found: BucketSpill) -> int:
        """Read who is in doubt, log what is there as it was sent, and take that into the state; returns how many were read."""
        read = 0
        for bucket in self._buckets:
            emails = self._in_doubt(bucket)["email"]
            read += emails.len()
            read_each(self.client, self.mapping.read_properties(), emails, found)
            confirmations = confirmed(
                self.mapping,
                self.doubt.rows.bucket(bucket),
                found.bucket(bucket),
                portal_id=self.portal_id,
                run_id=self.run_id,
                at=self.now,
                mapping_version=self.rules.written.version,
            )
            while answers := list(islice(confirmations, MAX_ANSWERS)):
                self.log.append(answers)
        self.state = refresh_state(self.storage, self.log, self.portal_id, ways=self.mapping.ways)
        return read

    def _in_doubt(self, bucket: int) -> pl.DataFrame:
        """IN_DOUBT_SCHEMA of one bucket."""
        if not self.doubt:
            return pl.DataFrame(schema=IN_DOUBT_SCHEMA)
        model = self.model
        merged = read_bucket(self.merged, bucket, self.bits, model.schema.merged)
        state = read_bucket(self.state.contacts, bucket, self.bits, model.schema.state)
        return self.doubt.of_bucket(bucket, [merged, state])

    def _is_reusable(self, before: Version) -> bool:
        """Only a plan with no contacts in it: what another one would write has to be learned from the portal again."""
        same = all(before.facts.get(name) == value for name, value in self._origin.items())
        # What a narrow run left was to do.
        nothing_to_do = not (before.manifest.rows or self.doubt.plans or self.options.is_narrow)
        return (
            same and nothing_to_do and not has_refusal_that_may_be_over(self.model, self.merged, self.state, self.rules)
        )

    @property
    def _origin(self) -> dict[str, object]:
        return origin_of(self.model, self.merged, self.state, self.options, self.rules)

    @property
    def _buckets(self) -> range:
        return range(1 << self.bits)

    def _changes(
        self, looking: Looking, now: "_FoundOf", twins: pl.DataFrame, buckets: range
    ) -> tuple[Changes, pl.DataFrame]:
        """What becomes of the contacts of some buckets, and the rows of the plan."""
        looked_at, found = (pl.concat([of(bucket) for bucket in buckets]) for of in (looking.rows.bucket, now))
        settled = [read_bucket(self.state.settled, bucket, self.bits, SETTLED_SCHEMA) for bucket in buckets]
        uncertainty = Uncertainty(self.model, self.doubts, marked_fields(self.model, looked_at.lazy()))
        looked_at = with_regions(self.model, looked_at, uncertainty)
        portal, unfit = self.forming.portal_rows(looked_at, found)
        failed = [read_bucket(self.state.failed, each, self.bits, self.model.schema.failed) for each in buckets]
        refused = pl.concat(failed).filter(pl.col("property").is_null()).collect()
        there = Found(portal, unfit, twins)
        known = pl.concat(settled).collect()
        scope = self.scoping.scope
        changes = find_changes(self.model, looked_at, there, known, refused, self.rules, self.doubts, scope)
        return changes, self.forming.formed(changes.planned, found)

    def _note_unchanged(self, contacts: pl.DataFrame) -> None:
        for rows in contacts.iter_slices(MAX_ANSWERS):
            self.log.append([self.answers.unchanged(row) for row in rows.iter_rows(named=True)])

    def _note(self, changes: Changes, twins: pl.DataFrame) -> None:
        """Note what the log is to know of contacts, whether they are written or not."""
        self._note_unchanged(changes.noted)
        for rows in changes.left_out.iter_slices(MAX_ANSWERS):
            where = places_of_twins(self.storage, rows, twins)
            self.log.append(
                [self.answers.left_out(row, where.get(row["email"], "")) for row in rows.iter_rows(named=True)]
            )


_FoundOf = partial[pl.DataFrame]

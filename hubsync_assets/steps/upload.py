"""The fourth step: the plan is written to HubSpot, every answer goes into the log, and the log is folded.

Safe to run alone, again, and after a kill: what the log already holds is not sent again, and a plan that is older than what it
was made from is refused. One that was begun and did not end is noted in the log before its first call (``doubt``). Keep out: how a call is made, retried and taken apart (``hubspot.writer``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import orjson
import polars as pl

from hubsync_assets.contacts.held_back import GONE_IN_PORTAL
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.schema_check import check_portal
from hubsync_assets.hubspot.values import Outcome, Upsert
from hubsync_assets.hubspot.writer import Writer
from hubsync_assets.model.tables import FAILED, MERGED, PLAN, SETTLED, STATE
from hubsync_assets.steps.approval import refuse_unapproved
from hubsync_assets.steps.guard import Guard
from hubsync_assets.steps.interrupted import uncounted_of, written_by_others
from hubsync_assets.steps.merge import doubts_to_look_at
from hubsync_assets.steps.plan_origin import refuse_stale
from hubsync_assets.steps.rereading import Rereading
from hubsync_assets.steps.sent_values import values_sent
from hubsync_assets.steps.sums import Written
from hubsync_assets.steps.sync_end import note_upload
from hubsync_assets.steps.upload_answers import OF_CALLS, UploadAnswers
from hubsync_assets.steps.upload_progress import OnProgress, ticks
from hubsync_assets.steps.upload_report import UploadReport
from hubsync_assets.sync_log.buffer import AnswerBuffer
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.new_answers import NewAnswers
from hubsync_assets.sync_log.plan_events import PlanEvent
from hubsync_assets.sync_log.refresh import refresh_state
from hubsync_assets.tables.bucket_spill import bits_for_rows, read_bucket
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["UploadReport", "upload_changes"]

ROWS_AT_A_TIME = 5_000
OLD = timedelta(minutes=15)
"""A plan that is older when it is applied is read again while it is sent: people go on working in HubSpot."""
# Between two looks at the answers that wait for their commit; while answers come in, the writer may take twice as long.
TICK_SECONDS = 0.1


def upload_changes(
    storage: Storage,
    log: SyncLog,
    client: HubSpotClient,
    run_id: str,
    on_progress: OnProgress = lambda _progress, _to_go: None,
    guard: Guard | None = None,
) -> UploadReport:
    """Write the current plan to HubSpot.

    Args:
        storage: its lock is held by the caller.
        log: where the answers go. Its lock is acquired, and kept.
        client: the portal.
        run_id: noted with every answer.
        on_progress: called every few seconds; the rate is that since the last call.
        guard: when a plan waits for a person; left out: as usual.

    Raises:
        PermanentError: the plan waits for a person's approval, is older than what it was made from, or for another portal, or the portal's properties cannot
            take what the mapping sends; nothing was written.
        TransientError: another run is writing to this portal, or the lock that keeps others out is lost, or the log could not be written; what it did not take is sent again by the next run.
    """
    plan = storage.table(PLAN).require()
    # Where there is nothing to send, nobody need be asked whose the token is.
    portal_id = client.account().portal_id if plan.manifest.rows else int(plan.facts["portal_id"])
    log.acquire(portal_id, run_id)
    refuse_stale(storage, plan, portal_id)
    refuse_unapproved(log, plan, guard or Guard())
    report = _Upload(storage, log, client, run_id, plan, portal_id).run(on_progress)
    note_upload(storage, log, report, run_id)
    return report


class _Upload:
    """One upload: the contacts under way, and the counts of its report."""

    def __init__(
        self, storage: Storage, log: SyncLog, client: HubSpotClient, run_id: str, plan: Version, portal_id: int
    ) -> None:
        self.storage = storage
        self.model = model = storage.model
        self.mapping = PropertyMapping(model)
        self.answers = UploadAnswers(model, plan, portal_id, run_id)
        # What is needed of the plan to send and log a contact. The changes cost more to be made Python objects than all of these.
        self.sent_columns = [
            *("email", "action", "hubspot_id", "properties", "sent", "cleared", "settled", "mapping_version"),
            *model.names,
            *model.schema.provenance,
            *model.schema.said_columns,
        ]
        self.log = log
        self.client = client
        self.run_id = run_id
        self.plan = plan
        self.portal_id = portal_id
        state = storage.table(STATE).require()
        self.planned_at = int(plan.facts["log_seq"])
        self.since = min(self.planned_at, int(state.facts["folded_through"]))
        # As many buckets as the state may need when all is folded: the same answers are compared with the plan, and folded.
        rows = state.manifest.rows + log.last_seq(portal_id) - self.since + plan.manifest.rows
        self.bits = max(plan.bits, bits_for_rows(rows))
        self.buffer = AnswerBuffer(log)
        self.under_way: dict[str, Mapping[str, Any]] = {}
        self.pulled = 0
        self.reasons: Counter[str] = Counter()
        self.refused_values: Counter[str] = Counter()
        self.unsent: Counter[str] = Counter()
        self.in_doubt = self.moved = 0
        self.by_killed, self.was_killed = uncounted_of(log, plan, portal_id)

    def run(self, on_progress: OnProgress) -> UploadReport:
        """Send what has no answer yet, then fold."""
        with NewAnswers(self.storage, self.log, self.portal_id, self.since, self.bits) as answered:
            answered.read_on()
            if self.was_killed:
                self.by_killed += self._written_so_far(answered)
            writes = WriteReport()
            todo = self.plan.manifest.rows - sum(self._answered(answered).values())
            if todo:
                check_portal(self.client, self.model, seen=partial(values_sent, self.plan))
                writer = Writer(self.client, self.mapping, every=TICK_SECONDS)
                # Before the first call: who has no answer when this process dies may have been written all the same.
                self._note(PlanEvent.BEGUN)
                self._resolve()
                try:
                    writes = writer.write(
                        self._upserts(answered), self._take, ticks(self.buffer, self.log, todo, on_progress)
                    )
                finally:
                    self.buffer.commit()
                self._note(PlanEvent.ENDED)
            else:
                self._resolve()
            answered.read_on()
            kinds = self._answered(answered)
            refresh_state(
                self.storage, self.log, self.portal_id, answered, plan_id=self.plan.id, ways=self.mapping.ways
            )
        return self._report(writes, kinds, unsent=todo - self.pulled + writes.unsent)

    def _note(self, event: PlanEvent) -> None:
        self.log.note(self.portal_id, self.plan.id, event, self.run_id, in_doubt=self.in_doubt)

    def _resolve(self) -> None:
        """The plans that were open when this one was made: whom they left in doubt was looked at, and is in this one or as it should be."""
        for plan_id in self.plan.facts["resolves"]:
            self.log.note(self.portal_id, plan_id, PlanEvent.RESOLVED, self.run_id)

    def _answered(self, answered: NewAnswers) -> Counter[str]:
        """How many planned contacts have an answer in the log since the plan was made, by kind."""
        kinds: Counter[str] = Counter()
        for bucket in range(1 << self.bits):
            kinds.update(dict(self._answers(answered, bucket).group_by("kind").len().iter_rows()))
        return kinds

    def _written_so_far(self, answered: NewAnswers) -> Written:
        """What a killed upload of this plan has written."""
        since = (answered.bucket(bucket).filter(pl.col("seq") > self.planned_at) for bucket in range(1 << self.bits))
        return sum((written_by_others(rows, self.run_id) for rows in since), Written())

    def _planned(self, bucket: int) -> pl.LazyFrame:
        return read_bucket(self.plan, bucket, self.bits, self.model.schema.plan)

    def _answers(self, answered: NewAnswers, bucket: int) -> pl.DataFrame:
        """``email, kind`` of the bucket's planned contacts whose last answer was to just what the plan says."""
        of_calls = pl.col("kind").is_in([kind.value for kind in OF_CALLS])
        since = answered.bucket(bucket).filter(pl.col("seq") > self.planned_at, of_calls)
        said = since.group_by("email").agg(pl.col("kind", "properties", "settled").last())
        planned = self._planned(bucket).select("email", "properties").collect()
        # A contact that was taken without some of its values was sent with the others.
        same = pl.col("properties").eq_missing(pl.col("properties_said")) | pl.col("settled").is_not_null()
        return planned.join(said, on="email", suffix="_said").filter(same).select("email", "kind")

    def _upserts(self, answered: NewAnswers) -> Iterator[Upsert]:
        """The planned contacts without an answer; of a plan that is not new those that are still as it says."""
        is_old = datetime.now(UTC) - datetime.fromisoformat(self.plan.facts["made_at"]) > OLD
        again = Rereading(self.client, self.mapping.read_properties()) if is_old else None
        columns = [*self.sent_columns, *(["changes"] if again else [])]
        for bucket in range(1 << self.bits):
            planned = self._planned(bucket).select(columns).collect()
            rows = planned.join(self._answers(answered, bucket), on="email", how="anti")
            for part in rows.iter_slices(ROWS_AT_A_TIME):
                still = again.unmoved(part) if again else part
                self.moved += part.height - still.height
                self.pulled += part.height
                for row in still.iter_rows(named=True):
                    self.under_way[row["email"]] = row
                    yield Upsert(row["email"], orjson.loads(row["properties"]), row["hubspot_id"])

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        """Log a batch's outcomes; what was not sent is no answer and is sent next time, what may have been written is in doubt."""
        answers = []
        at = datetime.now(UTC)
        for outcome in outcomes:
            row = self.under_way.pop(outcome.email)
            if outcome.kind == "unsent":
                self.unsent[outcome.category or "unknown"] += 1
                if not outcome.attempts:
                    continue
                self.in_doubt += 1
            if outcome.kind == "refused":
                self.reasons[outcome.category or "UNKNOWN"] += 1
            elif outcome.kind == "gone":
                self.reasons[GONE_IN_PORTAL] += 1
            self.refused_values.update(value.property_name for value in outcome.left_out)
            answers.append(self.answers.of(outcome, row, at))
        self.buffer.add(answers)

    def _report(self, writes: WriteReport, kinds: Counter[str], unsent: int) -> UploadReport:
        merged = self.storage.table(MERGED).require()
        return UploadReport(
            portal_id=self.portal_id,
            planned=self.plan.manifest.rows,
            acknowledged=kinds["created"] + kinds["updated"],
            refused=kinds["refused"],
            unsent=unsent,
            moved=self.moved,
            refused_values=dict(sorted(self.refused_values.items())),
            created=writes.created,
            updated=writes.updated,
            by_killed=self.by_killed,
            logged=self.log.last_seq(self.portal_id),
            folded=min(
                int(self.storage.table(name).require().facts["folded_through"]) for name in (STATE, FAILED, SETTLED)
            ),
            reasons=dict(sorted(self.reasons.items())),
            calls=writes.write_calls,
            all_calls=self.client.meter.usage().calls,
            inputs=writes.inputs,
            answered={"results": writes.results, "errors": writes.errors, "asked_again": writes.asked_again},
            read_back=writes.read_back,
            strangers=writes.strangers,
            stopped=str(writes.stopped) if writes.stopped else ", ".join(sorted(self.unsent)) or None,
            doubts=doubts_to_look_at(merged),
        )

"""The fourth step: the plan is written to HubSpot, every answer goes into the log, and the log is folded.

Safe to run alone, again, and after a kill: what the log already holds is not sent again, and a plan that is older than what it
was made from is refused. One that was begun and did not end is noted in the log before its first call (``doubt``). Keep out: how a call is made, retried and taken apart (``hubspot.writer``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import orjson

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.portal_values import PortalValues
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.schema_check import check_portal
from hubsync_assets.hubspot.values import Outcome, Upsert
from hubsync_assets.hubspot.writer import Writer
from hubsync_assets.model.tables import FAILED, MERGED, PLAN, SETTLED, STATE
from hubsync_assets.steps.ages import is_older
from hubsync_assets.steps.approval import refuse_unapproved
from hubsync_assets.steps.guard import Guard
from hubsync_assets.steps.interrupted import uncounted_of
from hubsync_assets.steps.merge import doubts_to_look_at
from hubsync_assets.steps.plan_origin import refuse_other_shapes, refuse_stale
from hubsync_assets.steps.plan_report import PlanOptions
from hubsync_assets.steps.rereading import Rereading
from hubsync_assets.steps.sent_values import values_sent
from hubsync_assets.steps.stages import Stages, Staging
from hubsync_assets.steps.sync_end import note_upload
from hubsync_assets.steps.unanswered import Planned
from hubsync_assets.steps.upload_answers import UploadAnswers
from hubsync_assets.steps.upload_counts import UploadCounts
from hubsync_assets.steps.upload_progress import OnProgress, ticks
from hubsync_assets.steps.upload_report import UploadReport
from hubsync_assets.sync_log.buffer import AnswerBuffer
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.new_answers import NewAnswers
from hubsync_assets.sync_log.plan_events import PlanEvent
from hubsync_assets.sync_log.refresh import refresh_state
from hubsync_assets.tables.bucket_spill import bits_for_answers, bits_for_rows
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["UploadReport", "upload_changes"]

ROWS_AT_A_TIME = 5_000
OLD = timedelta(minutes=15)  # a plan that is older is read again while it is sent: people go on working in HubSpot
TICK_SECONDS = 0.1  # between two looks at answers that wait for their commit; up to twice that while some come in


def upload_changes(
    storage: Storage,
    log: SyncLog,
    client: HubSpotClient,
    run_id: str,
    on_progress: OnProgress = lambda _progress, _to_go: None,
    guard: Guard | None = None,
    staging: Staging | None = None,
) -> UploadReport:
    """Write the current plan to HubSpot.

    Args:
        storage: its lock is held by the caller.
        log: where the answers go. Its lock is acquired, and kept.
        client: the portal.
        run_id: noted with every answer.
        on_progress: called every few seconds; the rate is that since the last call.
        guard: when a plan waits for a person; left out: as usual.
        staging: how it is staged; left out: as usual.

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
    guard, staging = guard or Guard(), staging or Staging()
    refuse_unapproved(log, plan, guard)
    waits = guard.is_needed and guard.first
    is_asked = staging.is_asked or bool(plan.facts["options"]["staged"] or (waits and plan.facts["report"]["first"]))
    how = replace(staging, is_asked=is_asked)
    report = _Upload(storage, log, client, run_id, plan, portal_id, how, waits=waits and is_asked).run(on_progress)
    note_upload(storage, log, report, run_id)
    return report


class _Upload:
    """One upload: the contacts under way, and the counts of its report."""

    def __init__(
        self,
        storage: Storage,
        log: SyncLog,
        client: HubSpotClient,
        run_id: str,
        plan: Version,
        portal_id: int,
        staging: Staging,
        *,
        waits: bool,
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
        self.since = min(int(plan.facts["log_seq"]), int(state.facts["folded_through"]))
        # As many buckets as the state may need when all is folded: the same answers are compared with the plan, and folded.
        rows = state.manifest.rows + log.last_seq(portal_id) - self.since + plan.manifest.rows
        self.table_bits = max(plan.bits, bits_for_rows(rows))
        self.bits = max(self.table_bits, bits_for_answers(rows))
        self.planned = Planned(model, plan, self.bits, int(plan.facts["log_seq"]))
        self.buffer = AnswerBuffer(log)
        self.under_way: dict[str, Mapping[str, Any]] = {}
        self.counts = UploadCounts()
        self.by_killed, self.was_killed = uncounted_of(log, plan, portal_id)
        self.staging, self.waits = staging, waits
        self.stages: Stages | None = None

    def run(self, on_progress: OnProgress) -> UploadReport:
        """Send what has no answer yet, then fold."""
        storage = self.storage
        with NewAnswers(storage, self.log, self.portal_id, self.since, self.bits, self.table_bits) as answered:
            answered.read_on()
            if self.was_killed:
                self.by_killed += self.planned.written_by_others(answered, run_id=self.run_id)
            writes = WriteReport()
            todo = self.plan.manifest.rows - sum(self.planned.kinds(answered).values())
            if todo:
                agree = partial(refuse_other_shapes, self.model, self.plan, self.run_id)
                schema = check_portal(self.client, self.model, seen=partial(values_sent, self.plan), agree=agree)
                writer = Writer(self.client, self.mapping, every=TICK_SECONDS)
                self._note(PlanEvent.BEGUN)  # before the first call: who has no answer is in doubt when this dies
                if self.waits:
                    self._note(PlanEvent.PARTLY)
                self._resolve()
                write = partial(self._write, writer, todo, on_progress)
                if self.staging.is_asked:
                    self.stages = Stages(self.client, PortalValues(self.mapping, schema), self.staging.limit)
                try:
                    upserts = self._upserts(answered)
                    writes = self.stages.write(write, upserts, self._go_on) if self.stages else write(upserts)
                finally:
                    self.buffer.commit()
                self._note(PlanEvent.ENDED)
            else:
                self._resolve()
            answered.read_on()
            kinds = self.planned.kinds(answered)
            refresh_state(storage, self.log, self.portal_id, answered, plan_id=self.plan.id, ways=self.mapping.ways)
        return self._report(writes, kinds, unsent=todo - self.counts.pulled + writes.unsent)

    def _write(self, writer: Writer, todo: int, on_progress: OnProgress, upserts: Iterator[Upsert]) -> WriteReport:
        tick = ticks(self.buffer, self.log, todo - self.counts.pulled, on_progress)
        written = writer.write(upserts, self._take, tick)
        self.buffer.commit()
        return written

    def _go_on(self) -> None:
        """From the stages to the rest; until then the next plan of the portal waits as a first one does."""
        options = PlanOptions(**self.plan.facts["options"])
        if self.waits and not (self.plan.facts["report"]["first"] and options.is_narrow):
            self._note(PlanEvent.WHOLE)

    def _note(self, event: PlanEvent) -> None:
        self.log.note(self.portal_id, self.plan.id, event, self.run_id, in_doubt=self.counts.in_doubt)

    def _resolve(self) -> None:
        """The plans that were open when this one was made: whom they left in doubt was looked at, and is in this one or as it should be."""
        for plan_id in self.plan.facts["resolves"]:
            self.log.note(self.portal_id, plan_id, PlanEvent.RESOLVED, self.run_id)

    def _upserts(self, answered: NewAnswers) -> Iterator[Upsert]:
        """The planned contacts without an answer; of a plan that is not new those that are still as it says."""
        is_old = is_older(datetime.fromisoformat(self.plan.facts["made_at"]), datetime.now(UTC), OLD)
        again = Rereading(self.client, self.mapping.read_properties()) if is_old else None
        columns = [*self.sent_columns, *(["changes"] if again else [])]
        for bucket in range(1 << self.bits):
            rows = self.planned.open(answered, bucket, columns)
            for part in rows.iter_slices(ROWS_AT_A_TIME):
                still = again.unmoved(part) if again else part
                self.counts.moved += part.height - still.height
                self.counts.pulled += part.height - still.height
                for row in still.iter_rows(named=True):
                    self.counts.pulled += 1
                    self.under_way[row["email"]] = row
                    yield Upsert(row["email"], orjson.loads(row["properties"]), row["hubspot_id"])

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        """Log a batch's outcomes; what was not sent is no answer and is sent next time, what may have been written is in doubt."""
        answers = []
        at = datetime.now(UTC)
        for outcome in outcomes:
            row = self.under_way.pop(outcome.email)
            if self.stages is not None:
                self.stages.note(outcome, row)
            if self.counts.add(outcome):
                answers.append(self.answers.of(outcome, row, at))
        self.buffer.add(answers)

    def _report(self, writes: WriteReport, kinds: Counter[str], unsent: int) -> UploadReport:
        stage_stop = self.stages.stopped if self.stages else None
        return UploadReport(
            portal_id=self.portal_id,
            planned=self.plan.manifest.rows,
            acknowledged=kinds["created"] + kinds["updated"],
            refused=kinds["refused"],
            unsent=unsent,
            moved=self.counts.moved,
            refused_values=dict(sorted(self.counts.refused_values.items())),
            created=writes.created,
            updated=writes.updated,
            by_killed=self.by_killed,
            logged=self.log.last_seq(self.portal_id),
            folded=min(
                int(self.storage.table(name).require().facts["folded_through"]) for name in (STATE, FAILED, SETTLED)
            ),
            reasons=dict(sorted(self.counts.reasons.items())),
            calls=writes.write_calls,
            all_calls=self.client.meter.usage().calls,
            inputs=writes.inputs,
            answered={"results": writes.results, "errors": writes.errors, "asked_again": writes.asked_again},
            read_back=writes.read_back,
            strangers=writes.strangers,
            stopped=str(writes.stopped) if writes.stopped else ", ".join(sorted(self.counts.unsent)) or stage_stop,
            stages=self.stages.done if self.stages else [],
            is_stage_stop=stage_stop is not None,
            doubts=doubts_to_look_at(self.storage.table(MERGED).require()),
        )

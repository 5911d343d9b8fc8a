"""The fourth pass: the plan is written to HubSpot, every answer goes into the log, and the log is folded.

Safe to run alone, again, and after a kill: what the log already holds is not sent again, and a plan that is older than what it
was made from is refused. Keep out: how a call is made, retried and taken apart (``hubspot.writer``).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl

from hubsync_assets.contacts.fields import CONTACT_FIELDS
from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import MAPPING_VERSION, to_properties
from hubsync_assets.hubspot.records import Outcome, Upsert
from hubsync_assets.hubspot.schema_check import check_portal
from hubsync_assets.hubspot.tally import WriteReport
from hubsync_assets.hubspot.writer import Progress, Writer
from hubsync_assets.steps.sums import Sum
from hubsync_assets.sync_log.answers import (
    ANSWER_SCHEMA,
    PROVENANCE,
    Answer,
    AnswerKind,
    provenance_as_json,
    values_as_json,
)
from hubsync_assets.sync_log.buffer import AnswerBuffer
from hubsync_assets.sync_log.fold import decoded
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.refresh import refresh_state
from hubsync_assets.tables.spill import Spill
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["UploadReport", "upload_changes"]

FIELD_NAMES = [field.name for field in CONTACT_FIELDS]
ROWS_AT_A_TIME = 5_000
TICK_SECONDS = 1.0
PROGRESS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class UploadReport:
    """What the upload gave.

    Attributes:
        portal_id: the portal that was written to.
        planned: contacts in the plan.
        acknowledged: planned contacts that HubSpot has taken, counted in the log (those of an interrupted run included).
        refused: planned contacts that HubSpot refused, counted in the log.
        unsent: planned contacts without an answer, counted by the writer.
        created: of this run's, those that HubSpot made new.
        updated: of this run's, those that it had.
        reasons: this run's refusals by category.
        calls: requests that wrote; all_calls: reads and retries included.
        inputs: contacts in those requests, counted when they were sent.
        answered: what became of them, by name; adds up to ``inputs``.
        strangers: results that belong to no input of their call; always a fault.
        stopped: why contacts are unsent: what stopped the writer early, or the categories of those it gave up; else None.
        incomplete: sources that could not be read whole, so the run is not all there is.
    """

    portal_id: int
    planned: int
    acknowledged: int
    refused: int
    unsent: int
    created: int = 0
    updated: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    all_calls: int = 0
    inputs: int = 0
    answered: dict[str, int] = field(default_factory=dict)
    strangers: int = 0
    stopped: str | None = None
    incomplete: tuple[str, ...] = ()

    @property
    def contacts_sum(self) -> Sum:
        """Every planned contact is acknowledged, refused or unsent."""
        parts = {"acknowledged": self.acknowledged, "refused": self.refused, "unsent": self.unsent}
        return Sum("planned_contacts", self.planned, parts)

    @property
    def calls_sum(self) -> Sum:
        """Every input of every write call has a result, an error, or is asked again."""
        return Sum("inputs_sent", self.inputs, self.answered)


def upload_changes(
    storage: Storage,
    log: SyncLog,
    client: HubSpotClient,
    run_id: str,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> UploadReport:
    """Write the current plan to HubSpot.

    Args:
        storage: its lock is held by the caller.
        log: where the answers go.
        client: the portal.
        run_id: noted with every answer.
        on_progress: called every few seconds.

    Raises:
        PermanentError: the plan is older than what it was made from, or for another portal, or the portal's properties cannot
            take what the mapping sends; nothing was written.
        TransientError: the log could not be written; what it did not take is sent again by the next run.
    """
    plan = storage.table("contact_changes").require()
    portal_id = client.account().portal_id
    _refuse_stale(storage, plan, portal_id)
    return _Upload(storage, log, client, run_id, plan, portal_id).run(on_progress)


def _refuse_stale(storage: Storage, plan: Version, portal_id: int) -> None:
    if plan.facts["portal_id"] != portal_id:
        msg = f"the plan in contact_changes is for another portal than {portal_id}: materialise contact_changes first"
        raise PermanentError(msg)
    for name, planned_from in plan.facts["made_from"].items():
        current = storage.table(name).current()
        if current is None or current.id != planned_from:
            msg = f"{name} has changed since contact_changes was made from it: materialise contact_changes first"
            raise PermanentError(msg)


class _Upload:
    """One upload: the contacts under way, and the counts of its report."""

    def __init__(
        self, storage: Storage, log: SyncLog, client: HubSpotClient, run_id: str, plan: Version, portal_id: int
    ) -> None:
        self.storage = storage
        self.log = log
        self.client = client
        self.run_id = run_id
        self.plan = plan
        self.portal_id = portal_id
        self.folded_through = int(storage.table("hubspot_contacts").require().facts["folded_through"])
        self.buffer = AnswerBuffer(log)
        self.under_way: dict[str, Mapping[str, Any]] = {}
        self.pulled = 0
        self.reasons: Counter[str] = Counter()
        self.unsent: Counter[str] = Counter()

    def run(self, on_progress: Callable[[Progress], None]) -> UploadReport:
        """Send what has no answer yet, then fold."""
        told = 0.0

        def tick(progress: Progress) -> None:
            nonlocal told
            self.buffer.commit_if_due()
            if progress.seconds - told >= PROGRESS_SECONDS:
                told = progress.seconds
                on_progress(progress)

        with Spill(self.storage.temporary_folder(), ANSWER_SCHEMA, self.plan.bits) as answered:
            self._spill_answers(answered)
            writes = WriteReport()
            todo = self.plan.manifest.rows - sum(self._answered(answered).values())
            if todo:
                writer = Writer(self.client, check=check_portal(self.client), every=TICK_SECONDS)
                try:
                    writes = writer.write(self._upserts(answered), self._take, tick)
                finally:
                    self.buffer.commit()
        with Spill(self.storage.temporary_folder(), ANSWER_SCHEMA, self.plan.bits) as answered:
            self._spill_answers(answered)
            kinds = self._answered(answered)
        refresh_state(self.storage, self.log, self.portal_id)
        return self._report(writes, kinds, unsent=todo - self.pulled + writes.unsent)

    def _spill_answers(self, answered: Spill) -> None:
        for rows in self.log.rows_after(self.portal_id, self.folded_through):
            answered.add(rows)

    def _answered(self, answered: Spill) -> Counter[str]:
        """How many planned contacts have an answer in the log since the plan was made, by kind."""
        kinds: Counter[str] = Counter()
        for bucket in range(1 << self.plan.bits):
            kinds.update(dict(self._answers(answered, bucket).group_by("kind").len().iter_rows()))
        return kinds

    def _answers(self, answered: Spill, bucket: int) -> pl.DataFrame:
        """``email, kind`` of the bucket's planned contacts whose last answer was to just what the plan says."""
        answers = decoded(answered.bucket(bucket))
        said = answers.group_by("email").agg(pl.col("kind", "cleared", *FIELD_NAMES).last())
        planned = self.plan.scan(bucket).select("email", "cleared", *FIELD_NAMES).collect()
        same = [pl.col(name).eq_missing(pl.col(f"{name}_said")) for name in ("cleared", *FIELD_NAMES)]
        return planned.join(said, on="email", suffix="_said").filter(same).select("email", "kind")

    def _upserts(self, answered: Spill) -> Iterator[Upsert]:
        """The planned contacts without an answer, in HubSpot's form, made as they are sent."""
        for bucket in range(1 << self.plan.bits):
            # Not all columns: the changes cost more to be made Python objects than all the rest.
            planned = self.plan.scan(bucket).select("email", "cleared", *FIELD_NAMES, *PROVENANCE).collect()
            rows = planned.join(self._answers(answered, bucket), on="email", how="anti")
            for part in rows.iter_slices(ROWS_AT_A_TIME):
                for row in part.iter_rows(named=True):
                    self.under_way[row["email"]] = row
                    self.pulled += 1
                    yield Upsert(row["email"], to_properties(row, row["cleared"]))

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        """Log a batch's outcomes; what was not sent is no answer, and is sent next time."""
        answers = []
        at = datetime.now(UTC)
        for outcome in outcomes:
            row = self.under_way.pop(outcome.email)
            if outcome.kind == "unsent":
                self.unsent[outcome.category or "unknown"] += 1
                continue
            if outcome.kind == "refused":
                self.reasons[outcome.category or "UNKNOWN"] += 1
            answers.append(
                Answer(
                    portal_id=self.portal_id,
                    run_id=self.run_id,
                    at=at,
                    email=outcome.email,
                    kind=AnswerKind(outcome.kind),
                    hubspot_id=outcome.hubspot_id,
                    sent=values_as_json(row),
                    cleared=orjson.dumps(row["cleared"]).decode(),
                    provenance=provenance_as_json(row),
                    mapping_version=MAPPING_VERSION,
                    category=outcome.category,
                    message=outcome.message,
                    correlation_id=outcome.correlation_id,
                )
            )
        self.buffer.add(answers)

    def _report(self, writes: WriteReport, kinds: Counter[str], unsent: int) -> UploadReport:
        merged = self.storage.table("merged_contacts").require()
        return UploadReport(
            portal_id=self.portal_id,
            planned=self.plan.manifest.rows,
            acknowledged=kinds["created"] + kinds["updated"] + kinds["unchanged"],
            refused=kinds["refused"],
            unsent=unsent,
            created=writes.created,
            updated=writes.updated,
            reasons=dict(sorted(self.reasons.items())),
            calls=writes.write_calls,
            all_calls=self.client.meter.usage().calls,
            inputs=writes.inputs,
            answered={"results": writes.results, "errors": writes.errors, "asked_again": writes.asked_again},
            strangers=writes.strangers,
            stopped=str(writes.stopped) if writes.stopped else ", ".join(sorted(self.unsent)) or None,
            incomplete=tuple(sorted(merged.facts["report"]["incomplete"])),
        )

"""Sends batches from a thread of its own: at the portal's pace, many in flight, following up each answer.

Put here: the loop that decides what is sent next and what a failure means for the run. Keep out: what an answer means for its inputs
(``retry``, ``settling``, ``reading_back``), what waits (``scheduling``), and the caller (``handover``, ``writer``). All state belongs to the loop's
thread; workers make one call each and put its answer into the loop's queue.
"""

import queue
import threading
from functools import partial

from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot import errors
from hubsync_assets.hubspot.batches import write_request
from hubsync_assets.hubspot.client import Attempt, HubSpotClient
from hubsync_assets.hubspot.decoding import read_request
from hubsync_assets.hubspot.errors import UnknownAnswerError
from hubsync_assets.hubspot.handover import Handover
from hubsync_assets.hubspot.jobs import Job, Settlement, split_job
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.proof import unsent, unsent_because
from hubsync_assets.hubspot.reading_back import give_up_reading, settle_read, settle_refused_read
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.retry import Action, Breaker, StopReason
from hubsync_assets.hubspot.scheduling import Agenda, Workers
from hubsync_assets.hubspot.settling import settle_absence, settle_refusal, settle_write

__all__ = ["REFUSED_IN_A_ROW", "Sender"]

REFUSED_IN_A_ROW = 100
"""Refusals, each found by halving, that end the run if no contact is accepted in between."""
IDLE = 3600.0
"""Seconds: the longest sleep when all there is to do is wait for an event."""

Result = Attempt | BaseException


class Sender:
    """The sending side of one upload; the caller reaches it through ``handover``."""

    def __init__(self, client: HubSpotClient, mapping: PropertyMapping, report: WriteReport) -> None:
        tuning = client.tuning
        self._client, self._mapping, self._report = client, mapping, report
        self._policy, self._clock, self._chance = tuning.policy, tuning.clock, tuning.chance
        self._breaker = Breaker(tuning.policy, clock=tuning.clock, chance=tuning.chance)
        self._agenda = Agenda(tuning.clock)
        self._events: queue.SimpleQueue[tuple[Job, Result] | None] = queue.SimpleQueue()
        self.handover = Handover(wake=lambda: self._events.put(None))
        self._in_flight = 0
        self._refused_in_a_row = self._successes = 0
        self._quiet_since: float | None = None
        self._workers = Workers(tuning.max_in_flight, "hubspot-send")
        threading.Thread(target=self._run, name="hubspot-send-loop", daemon=True).start()

    def close(self) -> None:
        """End the threads; those that wait for an answer end when it comes."""
        self._workers.close()

    def _run(self) -> None:
        try:
            while True:
                wait = self._send_what_may_go()
                if self.handover.is_fed and not (self._in_flight or self._agenda or self._agenda.has_rest):
                    break
                try:
                    event = self._events.get(timeout=wait)
                except queue.Empty:
                    continue
                if event is not None:
                    self._answered(*event)
        except BaseException as crash:  # noqa: BLE001 - handed to the caller's thread, which raises it
            self.handover.finish(crash)
        else:
            self.handover.finish()

    def _send_what_may_go(self) -> float:
        """Send until nothing more may go; returns the seconds until something may (an event may change that earlier)."""
        if (why := self.handover.stop) is not None:
            self._stop(why)
        while self._in_flight < self._client.tuning.max_in_flight:
            if (wait := self._breaker.wait(self._in_flight)) > 0:
                return wait
            due = self._agenda.wait()
            if due != 0.0 and not self._may_begin():
                return IDLE if due is None else due
            if (wait := self._client.pacer.take()) > 0:
                return wait
            if due == 0.0:
                self._send(self._agenda.next_job())
            elif self.handover.has_batch:
                self._send(Job("write", self.handover.next_batch()))
            else:
                self._send(self._agenda.next_of_rest())
        return IDLE

    def _may_begin(self) -> bool:
        """Whether a new batch may be begun or, when everything else is done, what is left for the end."""
        if self.handover.has_batch:
            # Calls that wait for a retry count, or they would pile up while the portal fails.
            return len(self._agenda) < self._client.tuning.max_in_flight
        # One at a time: two that were in each other's way before must not meet again.
        return self._agenda.has_rest and self.handover.is_fed and not self._agenda and not self._in_flight

    def _send(self, job: Job) -> None:
        self._in_flight += 1
        if job.kind == "write":
            self._report.write_calls += 1
            self._report.inputs += len(job.items)
            for item in job.items:
                item.sends += 1
        else:
            self._report.read_calls += 1
        self._workers.submit(partial(self._work, job))

    def _work(self, job: Job) -> None:
        """One call, in a worker's thread."""
        result: Result
        try:
            if job.kind == "write":
                path = self._client.paths.update if job.updates else self._client.paths.upsert
                result = self._client.attempt("POST", path, write_request(job.items))
            else:
                names = dict.fromkeys(name for item in job.items for name in item.sent())
                body = read_request((item.upsert.email for item in job.items), names)
                result = self._client.attempt("POST", self._client.paths.read, body)
        except BaseException as crash:  # noqa: BLE001 - handed to the loop, which raises it
            result = crash
        self._events.put((job, result))

    def _answered(self, job: Job, result: Result) -> None:
        self._in_flight -= 1
        if isinstance(result, BaseException):
            raise result
        answer, ruling = result
        if ruling.action in {Action.USE, Action.SPLIT}:
            self._quiet_since = None
            self._settle(job, result)
            return
        if job.kind == "write" and job.updates and ruling.why is StopReason.NO_SUCH_PATH:
            self._follow(settle_absence(job, self._report))
            return
        if job.kind == "write":
            self._report.asked_again += len(job.items)
        if ruling.action is Action.RETRY:
            self._failed(job, answer.what, ruling.wait)
        elif ruling.action is Action.PAUSE:
            self._report.retries += 1
            self._later(job)
        else:
            self._stop(self._client.stop_error(result, f"{job.kind} contacts"))
            self._later(job)
        now = self._clock()
        self._quiet_since = now if self._quiet_since is None else self._quiet_since
        if now - self._quiet_since > self._policy.longest_quiet:
            self._stop(errors.no_useful_answer(answer.what, now - self._quiet_since))

    def _settle(self, job: Job, attempt: Attempt) -> None:
        answer, used = attempt.answer, attempt.ruling.action is Action.USE
        if job.kind == "write":
            settle = settle_write if used else settle_refusal
            self._follow(settle(job, answer, self._report), answer.text("category"))
        elif not used:
            self._follow(settle_refused_read(job, answer, self._report))
        else:
            try:
                settlement = settle_read(job, answer, self._report, self._mapping)
            except UnknownAnswerError:
                self._failed(job, "an answer that makes no sense", None)
            else:
                self._follow(settlement)

    def _follow(self, settlement: Settlement, category: str = "") -> None:
        """Do what an answer asks for."""
        if settlement.healthy:
            self._successes += 1
            self._breaker.success()
        elif settlement.healthy is False:
            self._failure("an answer without results")
        self.handover.emit(settlement.outcomes)
        for item, refusal in settlement.deferred:
            self.handover.emit(self._agenda.defer(item, refusal))
        for item in settlement.pooled:
            self._agenda.pool(item)
        if settlement.stop is not None:
            self._stop(settlement.stop)
        for job in settlement.jobs:
            self._later(job)
        self._refused_in_a_row += settlement.refused_whole
        if any(outcome.kind in {"created", "updated"} for outcome in settlement.outcomes):
            self._refused_in_a_row = 0
        if self._refused_in_a_row >= REFUSED_IN_A_ROW:
            self._stop(errors.everything_refused(self._refused_in_a_row, category or "no category"))

    def _failed(self, job: Job, what: str, wait: float | None) -> None:
        """The portal, or the network, failed a call: send it again later, and in the end by halves if other calls succeed."""
        if job.tries == 0:
            job.successes = self._successes
        job.tries += 1
        self._failure(what)
        nobody_else_got_through = self._successes == job.successes
        if job.tries >= self._policy.tries and len(job.items) > 1 and not self._breaker.is_open:
            for part in split_job(job, tries=self._policy.tries - 1):
                self._later(part)
        elif job.tries < self._policy.tries or nobody_else_got_through or self._breaker.is_open:
            # It is the portal that fails, not this call: the breaker says for how long that is tolerated.
            self._report.retries += 1
            self._later(job, self._policy.pause(min(job.tries, self._policy.tries), self._chance, wait))
        else:
            why = f"given up after {job.tries} tries, the last with {what}"
            give_up_reading(job, self._report)
            self.handover.emit(unsent(job.items, "portal_failing", why))

    def _failure(self, what: str) -> None:
        self._breaker.failure(self._in_flight)
        if self._breaker.gave_up:
            self._stop(errors.portal_failing(what, self._breaker.failures, self._breaker.failing_for))

    def _later(self, job: Job, delay: float = 0.0) -> None:
        """Make this call later, unless the run is stopped."""
        if self._report.stopped is not None:
            give_up_reading(job, self._report)
            self.handover.emit(unsent_because(job.items, self._report.stopped))
        else:
            self._agenda.schedule(job, delay)

    def _stop(self, why: HubsyncError) -> None:
        """Nothing more is sent: everything that waits is unsent, or refused if HubSpot refused it alone before."""
        self._report.stopped = why = self._report.stopped or why
        self.handover.ask_stop(why)
        jobs, outcomes = self._agenda.clear()
        for job in jobs:
            self._later(job)
        self.handover.emit(unsent_because(self.handover.give_back(), why))
        self.handover.emit(outcomes)

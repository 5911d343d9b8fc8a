"""Sends batches from a thread of its own: at the portal's pace, many in flight, following up each answer.

Put here: the loop that decides what is sent next, and the hand-over between it and the caller's thread. Keep out: what an
answer means (``policy``, ``settling``) and the caller's iterable and callback (``writer``). All state belongs to the loop's thread; the
caller's thread and the workers reach it only through ``_events`` and the short locked sections. The loop never waits for the caller:
a slow callback or a slow source does not cost the portal's slots as long as the queues last.
"""

import heapq
import itertools
import queue
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot import errors
from hubsync_assets.hubspot.batches import Item, upsert_request
from hubsync_assets.hubspot.breaker import Breaker
from hubsync_assets.hubspot.client import Attempt, HubSpotClient
from hubsync_assets.hubspot.errors import UnknownAnswerError
from hubsync_assets.hubspot.policy import Action, backoff
from hubsync_assets.hubspot.proof import Refusal
from hubsync_assets.hubspot.reading import read_request
from hubsync_assets.hubspot.records import Outcome
from hubsync_assets.hubspot.settling import Job, Settlement, refused, settle_read, settle_refusal, settle_upsert, unsent
from hubsync_assets.hubspot.tally import WriteReport

__all__ = ["Sender"]

AHEAD = 32
"""Batches that wait to be sent: more than a second's worth at every limit, so that the loop need not wait for a slow source."""
UNDELIVERED = 10_000
"""Outcomes that wait for the caller's callback; with more, no new batch is begun."""
MOST_DEFERRED = 1_000
"""Contacts that wait for a try alone at the end; further ones are refused at once."""
REFUSED_IN_A_ROW = 100
"""Refusals, each found by halving, without one contact taken, that end the run."""
IDLE = 3600.0
"""Seconds: the longest sleep when there is nothing to do but wait for an event."""

_Event = tuple[Job, Attempt | BaseException] | None


class Sender:
    """One upload's sending side."""

    def __init__(self, client: HubSpotClient, tally: WriteReport) -> None:
        self._client, self.tally = client, tally
        self._patience = client.tuning.patience
        self._breaker = Breaker(client.tuning.patience, clock=client.tuning.clock, chance=client.tuning.chance)
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._workers = ThreadPoolExecutor(client.tuning.max_in_flight, thread_name_prefix="hubspot")
        self._due: list[tuple[float, int, int, Job]] = []
        self._order = itertools.count()
        self._deferred: list[tuple[Item, Refusal | None]] = []
        self._in_flight = 0
        self._refused_in_a_row = 0
        self._last_use = client.tuning.clock()
        # Shared with the caller's thread, under the condition's lock:
        self._changed = threading.Condition()
        self._inbox: deque[list[Item]] = deque()
        self._outbox: list[Outcome] = []
        self._input_ended = False
        self._stop_asked: HubsyncError | None = None
        self._done = False
        self._crash: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="hubspot-sender", daemon=True)
        self._thread.start()

    # The caller's side.

    def put(self, batch: list[Item]) -> None:
        """Hand over a batch to send."""
        with self._changed:
            self._inbox.append(batch)
        self._events.put(None)

    def end_input(self) -> None:
        """There are no more batches."""
        with self._changed:
            self._input_ended = True
        self._events.put(None)

    def stop(self, why: HubsyncError) -> None:
        """Send nothing more; what is in flight is still settled."""
        with self._changed:
            self._stop_asked = self._stop_asked or why
        self._events.put(None)

    def take(self, timeout: float) -> list[Outcome]:
        """The outcomes since the last call; waits for some, for room for a batch, or for the end, but no longer than ``timeout``."""
        with self._changed:
            self._changed.wait_for(lambda: self._outbox or self._done or self._has_room(), timeout)
            outcomes, self._outbox = self._outbox, []
            if self._crash is not None:
                raise self._crash
        if outcomes:
            self._events.put(None)
        return outcomes

    @property
    def wants_input(self) -> bool:
        """Whether another batch would be welcome."""
        with self._changed:
            return self._has_room()

    @property
    def done(self) -> bool:
        """Whether every batch is settled and every outcome taken."""
        with self._changed:
            return self._done and not self._outbox

    def close(self) -> None:
        """Let the threads go; those that wait for an answer end with it."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _has_room(self) -> bool:
        return len(self._inbox) < AHEAD and not (self._input_ended or self._stop_asked or self._done)

    # The loop's side.

    def _run(self) -> None:
        try:
            while True:
                wait = self._send_what_may_go()
                if self._finished():
                    break
                try:
                    event = self._events.get(timeout=wait)
                except queue.Empty:
                    continue
                if event is not None:
                    self._answered(*event)
        except BaseException as crash:  # noqa: BLE001 - handed to the caller's thread, which raises it
            self._crash = crash
        with self._changed:
            self._done = True
            self._changed.notify_all()

    def _send_what_may_go(self) -> float:
        """Send until nothing may go any more; the seconds until something may (an event may change it before)."""
        self._heed_stop()
        while self._in_flight < self._client.tuning.max_in_flight:
            if (wait := self._breaker.wait(self._in_flight)) > 0:
                return wait
            now = self._client.tuning.clock()
            due = bool(self._due) and self._due[0][0] <= now
            if not due and not self._may_begin():
                return self._due[0][0] - now if self._due else IDLE
            if (wait := self._client.pacer.take()) > 0:
                return wait
            self._send(heapq.heappop(self._due)[-1] if due else self._begin())
        return IDLE

    def _may_begin(self) -> bool:
        """Whether a new batch may be begun, or at the end one of the deferred contacts."""
        with self._changed:
            waiting, full = bool(self._inbox), len(self._outbox) >= UNDELIVERED
            ended = self._input_ended and not waiting
        if self.tally.stopped or full:
            return False
        # Jobs that wait for a retry count: else a failing portal would let them pile up.
        if waiting:
            return len(self._due) < self._client.tuning.max_in_flight
        return ended and bool(self._deferred) and not self._due and not self._in_flight

    def _begin(self) -> Job:
        with self._changed:
            if self._inbox:
                self._changed.notify_all()
                return Job("write", self._inbox.popleft())
        item, _ = self._deferred.pop(0)
        item.last = True
        return Job("write", [item])

    def _send(self, job: Job) -> None:
        self._in_flight += 1
        if job.kind == "write":
            self.tally.write_calls += 1
            for item in job.items:
                item.sends += 1
        else:
            self.tally.read_calls += 1
        self._workers.submit(self._work, job)

    def _work(self, job: Job) -> None:
        """One call, in a worker's thread."""
        try:
            if job.kind == "write":
                result = self._client.attempt("POST", self._client.paths.upsert, upsert_request(job.items))
            else:
                names = dict.fromkeys(name for it in job.items for name in it.upsert.properties)
                body = read_request((it.upsert.email for it in job.items), names)
                result = self._client.attempt("POST", self._client.paths.read, body)
        except BaseException as crash:  # noqa: BLE001 - handed to the loop, which raises it
            self._events.put((job, crash))
        else:
            self._events.put((job, result))

    def _answered(self, job: Job, result: Attempt | BaseException) -> None:
        self._in_flight -= 1
        if isinstance(result, BaseException):
            raise result
        answer, ruling = result
        match ruling.action:
            case Action.USE:
                self._last_use = self._client.tuning.clock()
                self._settle(job, result)
            case Action.SPLIT:
                self._last_use = self._client.tuning.clock()
                self._refusal(job, result)
            case Action.RETRY:
                self._failed(job, answer.what, ruling.wait)
            case Action.PAUSE:
                self._left_open(job)
                self.tally.retries += 1
                self._schedule(job, 0.0)
            case Action.STOP:
                self._left_open(job)
                error = self._client.stop_error(result, f"{job.kind} contacts")
                self._stop(error)
                self._emit(unsent(job.items, _name(error), error))
        if self._client.tuning.clock() - self._last_use > self._patience.longest_quiet:
            self._give_up(answer.what)

    def _settle(self, job: Job, attempt: Attempt) -> None:
        if job.kind == "write":
            self._follow(settle_upsert(job, attempt.answer, self.tally))
            return
        try:
            settlement = settle_read(job, attempt.answer, self.tally)
        except UnknownAnswerError:
            self._failed(job, "an answer that makes no sense", None)
        else:
            self._follow(settlement)

    def _refusal(self, job: Job, attempt: Attempt) -> None:
        if job.kind == "write":
            settlement = settle_refusal(job, attempt.answer, self.tally)
            self._refused_in_a_row += sum(it.kind == "refused" for it in settlement.outcomes)
            self._follow(settlement)
            if self._refused_in_a_row >= REFUSED_IN_A_ROW:
                self._stop(
                    errors.everything_refused(self._refused_in_a_row, attempt.answer.text("category") or "no category")
                )
        else:
            self._emit(
                unsent(job.items, "not_confirmed", f"HubSpot refused to read the contact back ({attempt.answer.what})")
            )

    def _follow(self, settlement: Settlement) -> None:
        if settlement.healthy:
            self._breaker.success()
        elif settlement.healthy is False:
            self._failure("an answer without results")
        if any(it.kind in {"created", "updated"} for it in settlement.outcomes):
            self._refused_in_a_row = 0
        self._emit(settlement.outcomes)
        for item, refusal in settlement.deferred:
            if len(self._deferred) < MOST_DEFERRED and not self.tally.stopped:
                self._deferred.append((item, refusal))
            else:
                self._emit([self._not_tried_again(item, refusal)])
        if settlement.stop is not None:
            self._stop(settlement.stop)
        for job in settlement.jobs:
            self._schedule(job, 0.0)

    def _failed(self, job: Job, what: str, wait: float | None) -> None:
        """The portal, or the way to it, failed a call: later again; in the end by halves, if others go through."""
        self._left_open(job)
        job.tries += 1
        self._failure(what)
        if job.tries < self._patience.tries:
            self.tally.retries += 1
            self._schedule(job, backoff(job.tries, self._patience, self._client.tuning.chance, wait))
        elif job.kind == "write" and len(job.items) > 1 and not self._breaker.is_open:
            middle = len(job.items) // 2
            for half in (job.items[:middle], job.items[middle:]):
                self._schedule(Job("write", half, tries=self._patience.tries - 1), 0.0)
        else:
            self._emit(unsent(job.items, "portal_failing", f"given up after {job.tries} tries, the last with {what}"))

    def _failure(self, what: str) -> None:
        self._breaker.failure(self._in_flight)
        if self._breaker.gave_up:
            self._give_up(what)

    def _give_up(self, what: str) -> None:
        self._stop(errors.portal_failing(what, self._breaker.failures, self._breaker.failing_for))

    def _left_open(self, job: Job) -> None:
        if job.kind == "write":
            self.tally.inputs += len(job.items)
            self.tally.asked_again += len(job.items)

    def _schedule(self, job: Job, delay: float) -> None:
        if self.tally.stopped is not None:
            self._emit(unsent(job.items, _name(self.tally.stopped), self.tally.stopped))
        else:
            # What may go at once goes small jobs first: halving then comes to its end before the next one begins.
            due = self._client.tuning.clock() + delay if delay else 0.0
            heapq.heappush(self._due, (due, len(job.items), next(self._order), job))

    def _heed_stop(self) -> None:
        with self._changed:
            why = self._stop_asked
        if why is not None:
            self._stop(why)

    def _stop(self, why: HubsyncError) -> None:
        """Nothing more is sent: everything that waits is unsent, or refused if HubSpot refused it alone before."""
        if self.tally.stopped is None:
            self.tally.stopped = why
        why = self.tally.stopped
        with self._changed:
            self._stop_asked = why
            batches, self._inbox = self._inbox, deque()
        jobs, self._due = self._due, []
        deferred, self._deferred = self._deferred, []
        items = [*itertools.chain.from_iterable(batches), *(it for *_, job in jobs for it in job.items)]
        self._emit(unsent(items, _name(why), why))
        self._emit([self._not_tried_again(item, refusal) for item, refusal in deferred])

    def _not_tried_again(self, item: Item, refusal: Refusal | None) -> Outcome:
        if refusal is not None:
            return refused(item, refusal)
        return unsent(
            [item], "conflict_unclear", "refused together with another contact, and not tried alone any more"
        )[0]

    def _emit(self, outcomes: list[Outcome]) -> None:
        if outcomes:
            with self._changed:
                self._outbox += outcomes
                self._changed.notify_all()

    def _finished(self) -> bool:
        with self._changed:
            fed = (self._input_ended or self.tally.stopped is not None) and not self._inbox
        return fed and not (self._due or self._deferred or self._in_flight)


def _name(why: HubsyncError) -> str:
    """An error's class as a category: ``DailyLimitError`` is ``daily_limit``."""
    name = type(why).__name__.removesuffix("Error")
    return "".join(f"_{it.lower()}" if it.isupper() else it for it in name).lstrip("_")

"""Writes contacts to HubSpot and accounts for each: every ``Upsert`` that is pulled gets exactly one ``Outcome``.

Put here: the caller's side of an upload, in the caller's thread: pulling the iterable, delivering outcomes, stopping cleanly.
Keep out: sending (``sender``) and deciding what an answer means (``settling``). Memory does not depend on how many contacts there are.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hubsync_assets.hubspot.batches import Batches
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import interrupted
from hubsync_assets.hubspot.gc_pace import unhurried_collector
from hubsync_assets.hubspot.handover import Handover
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.proof import unsent_because
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.sender import Sender
from hubsync_assets.hubspot.values import Outcome, Upsert

__all__ = ["Progress", "Writer"]

OnOutcomes = Callable[[Sequence[Outcome]], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload is.

    Attributes:
        report: The counts so far; a live object, so read it at once.
        contacts: Outcomes delivered so far.
        rate: Contacts a second since the last progress.
        seconds: Since the start.
        budget_used: The share of the portal's burst limit that was used in the last window, 0.0 to 1.0.
        daily_remaining: Calls left for the day, if HubSpot says so.
    """

    report: WriteReport
    contacts: int
    rate: float
    seconds: float
    budget_used: float
    daily_remaining: int | None


OnProgress = Callable[[Progress], None]


class Writer:
    """Uploads through one client; one upload at a time.

    Args:
        client: The portal.
        check: Returns the outcome of an upsert that cannot be sent (``schema_check``), else None.
        every: Seconds between two calls of ``on_progress``.
        grace: Seconds that a stopped upload waits for the answers in flight.

    Example:
        ``base_url`` is a portal's address, here the emulator's.

        >>> from hubsync_assets.model.contact_model import ContactModel
        >>> from hubsync_assets.model.declaration import ContactSync
        >>> upserts = [
        ...     Upsert("ana@example.com", {"firstname": "Ana"}),
        ...     Upsert("bob@example.notatld", {"firstname": "Bob"}),
        ... ]
        >>> fields = {"email": {"kind": "email"}, "first": {"kind": "text", "property": "firstname"}}
        >>> sync = ContactSync.model_validate({"sources": {"crm": {"read": "crm.csv"}}, "fields": fields})
        >>> mapping = PropertyMapping(ContactModel(sync))
        >>> outcomes = []
        >>> with HubSpotClient(base_url, token="pat-test") as client:
        ...     report = Writer(client, mapping).write(upserts, on_outcomes=outcomes.extend)
        >>> sorted((outcome.email, outcome.kind, outcome.category) for outcome in outcomes)
        [('ana@example.com', 'created', None), ('bob@example.notatld', 'refused', 'INVALID_EMAIL')]
        >>> report.created, report.refused, report.write_calls, report.stopped
        (1, 1, 1, None)
    """

    def __init__(
        self,
        client: HubSpotClient,
        mapping: PropertyMapping,
        *,
        check: Callable[[Upsert], Outcome | None] = lambda _: None,
        every: float = 5.0,
        grace: float = 10.0,
    ) -> None:
        self._client, self._mapping = client, mapping
        self._check, self._every, self._grace = check, every, grace

    def write(
        self, upserts: Iterable[Upsert], on_outcomes: OnOutcomes, on_progress: OnProgress | None = None
    ) -> WriteReport:
        """Send all upserts; n by email and m by record id take ceil(n / 100) + ceil(m / 100) calls.

        ``upserts`` is pulled only as fast as it is sent. Both callbacks are called in this thread. When something ends the run
        early (``WriteReport.stopped``: the daily limit, a token that is not accepted, a portal that keeps failing), the rest of
        ``upserts`` is not pulled. An exception of ``upserts`` or a callback, or KeyboardInterrupt, stops the upload, waits for the
        answers in flight (their outcomes are delivered, unless it was ``on_outcomes`` that failed), and is raised again.
        """
        report = WriteReport()
        delivery = _Delivery(report, on_outcomes)
        ticker = _Ticker(self._client, self._every, report, on_progress)
        sender = Sender(self._client, self._mapping, report)
        try:
            with unhurried_collector():
                self._feed(sender.handover, upserts, delivery, ticker)
        except BaseException as why:
            sender.handover.ask_stop(interrupted(why))
            self._drain(sender.handover, delivery)
            raise
        finally:
            sender.close()
        return report

    def _feed(self, handover: Handover, upserts: Iterable[Upsert], delivery: "_Delivery", ticker: "_Ticker") -> None:
        batches = Batches(upserts, self._check)
        while not handover.is_done:
            if handover.wants_input:
                match next(batches, None):
                    case None:
                        handover.end_input()
                    case Outcome() as outcome:
                        delivery.deliver([outcome])
                    case batch:
                        handover.put(batch)
            # Returns at once while there is room for another batch.
            delivery.deliver(handover.take(self._every))
            ticker.tick()
        if handover.stop is not None:
            delivery.deliver(unsent_because(batches.begun, handover.stop))

    def _drain(self, handover: Handover, delivery: "_Delivery") -> None:
        deadline = time.monotonic() + self._grace
        while not handover.is_done and (left := deadline - time.monotonic()) > 0:
            outcomes = handover.take(left)
            if not delivery.failed:
                delivery.deliver(outcomes)


class _Delivery:
    """Gives outcomes to the callback, counts them, and remembers when it failed."""

    def __init__(self, report: WriteReport, on_outcomes: OnOutcomes) -> None:
        self._report, self._on_outcomes = report, on_outcomes
        self.failed = False

    def deliver(self, outcomes: Sequence[Outcome]) -> None:
        if not outcomes:
            return
        self.failed = True
        self._on_outcomes(outcomes)
        self.failed = False
        self._report.add(outcomes)


class _Ticker:
    """Reports progress every few seconds."""

    def __init__(
        self, client: HubSpotClient, every: float, report: WriteReport, on_progress: OnProgress | None
    ) -> None:
        self._client, self._every, self._report, self._on_progress = client, every, report, on_progress
        self._started = self._last = client.tuning.clock()
        self._before = 0

    def tick(self) -> None:
        now = self._client.tuning.clock()
        if self._on_progress is None or now - self._last < self._every:
            return
        contacts = self._report.contacts
        rate = (contacts - self._before) / (now - self._last)
        self._last, self._before = now, contacts
        pacer = self._client.pacer
        remaining = self._client.meter.usage().daily_remaining
        self._on_progress(
            Progress(self._report, contacts, rate, now - self._started, pacer.used() / pacer.limit, remaining)
        )

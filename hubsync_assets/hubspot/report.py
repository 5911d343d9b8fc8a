"""Adds up an upload: what became of every input of every call, and of every contact.

Put here: numbers, and the sums that must close. Keep out: decisions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot.values import Outcome

__all__ = ["WriteReport"]


@dataclass(slots=True)
class WriteReport:
    """What an upload did.

    Attributes:
        created: Contacts that HubSpot acknowledged as new records.
        updated: Contacts that HubSpot acknowledged as existing, or was found to hold as we sent them.
        refused: Contacts that are not accepted as they are.
        gone: Contacts whose record, and email, HubSpot does not have any more; nothing was written.
        unsent: Contacts that were pulled but are to be sent again.
        not_sendable: Refused ones that were never sent.
        write_calls: Batch upserts and batch updates, retries included.
        read_calls: Batch reads that look for contacts whose write was not acknowledged.
        retries: Calls that were sent again because the portal failed or asked to wait.
        inputs: Contacts in all these batches, counted as each call is sent; the next three as it is answered.
        results: Inputs that a call's results acknowledged.
        errors: Inputs that a call's errors refused for good.
        asked_again: Inputs that a call left open: retried, halved, read back, sent again without a value or alone at the end, or unsent.
        read_back: Contacts acknowledged because HubSpot was found to hold them.
        strangers: Results that do not belong to any input of their call, which is always a fault.
        left_open: Results that fit no input by name, when the reading back that says whose they are was cut off. They prove nothing.
        stopped: Why the upload ended before its input did; None: it did not.
    """

    created: int = 0
    updated: int = 0
    refused: int = 0
    gone: int = 0
    unsent: int = 0
    not_sendable: int = 0
    write_calls: int = 0
    read_calls: int = 0
    retries: int = 0
    inputs: int = 0
    results: int = 0
    errors: int = 0
    asked_again: int = 0
    read_back: int = 0
    strangers: int = 0
    left_open: int = 0
    stopped: HubsyncError | None = None

    @property
    def acknowledged(self) -> int:
        """Contacts that HubSpot holds as we sent them."""
        return self.created + self.updated

    @property
    def contacts(self) -> int:
        """Contacts that were pulled and decided: each is in exactly one of the five kinds."""
        return self.acknowledged + self.refused + self.gone + self.unsent

    @property
    def sums_close(self) -> bool:
        """Whether every input of every call is accounted for, and every acknowledgement has its proof."""
        return (
            self.inputs == self.results + self.errors + self.asked_again
            and self.acknowledged == self.results + self.read_back
            and self.strangers == 0
        )

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Count outcomes."""
        kinds = [outcome.kind for outcome in outcomes]
        self.created += kinds.count("created")
        self.updated += kinds.count("updated")
        self.refused += kinds.count("refused")
        self.gone += kinds.count("gone")
        self.unsent += kinds.count("unsent")
        self.not_sendable += sum(outcome.kind == "refused" and outcome.attempts == 0 for outcome in outcomes)

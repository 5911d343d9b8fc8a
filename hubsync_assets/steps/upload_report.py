"""What an upload gave: the numbers that pass from it to whoever asked for it, and the sums that they must close.

Keep out: uploading (``upload``).
"""

from dataclasses import dataclass, field

from hubsync_assets.steps.sums import Sum

__all__ = ["UploadReport"]


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
        answered: what became of them, by name (``results``, ``errors``, ``asked_again``); adds up to ``inputs``.
        read_back: contacts that were acknowledged because reading them back showed what was sent.
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
    read_back: int = 0
    strangers: int = 0
    stopped: str | None = None
    incomplete: tuple[str, ...] = ()

    @property
    def sums(self) -> tuple[Sum, ...]:
        """All that must close."""
        return (self.contacts_sum, self.calls_sum, self.proofs_sum, self.results_sum)

    @property
    def contacts_sum(self) -> Sum:
        """Every planned contact is acknowledged, refused or unsent."""
        parts = {"acknowledged": self.acknowledged, "refused": self.refused, "unsent": self.unsent}
        return Sum("planned_contacts", self.planned, parts)

    @property
    def calls_sum(self) -> Sum:
        """Every input of every write call has a result, an error, or is asked again."""
        return Sum("inputs_sent", self.inputs, self.answered)

    @property
    def proofs_sum(self) -> Sum:
        """Every contact that counts as acknowledged in this run has its proof: a result, or a reading back."""
        parts = {"results": self.answered.get("results", 0), "read_back": self.read_back}
        return Sum("acknowledged_now", self.created + self.updated, parts)

    @property
    def results_sum(self) -> Sum:
        """Every result belongs to an input of its call."""
        matched = self.answered.get("results", 0)
        return Sum("results_given", matched + self.strangers, {"matched": matched})

"""What an upload gave: the numbers that pass from it to whoever asked for it, and the sums that they must close.

Keep out: uploading (``upload``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.steps.sums import Sum, Total, Written

__all__ = ["UPLOAD_SUMS", "UploadReport"]

PLANNED_CONTACTS = Sum(
    "every_planned_contact_is_accounted_for",
    "Every planned contact is acknowledged, refused, held back because it has moved since, or unsent.",
)
INPUTS_SENT = Sum(
    "every_contact_sent_has_an_answer",
    "Every contact in every write call was acknowledged, refused, or tried again later in the run.",
)
ACKNOWLEDGED_NOW = Sum(
    "every_acknowledgement_has_a_proof",
    "Every contact that this run counts as acknowledged was in a call's results or was read back.",
)
RESULTS_GIVEN = Sum(
    "every_answer_belongs_to_its_call", "Every result in HubSpot's answers belongs to an input of its call."
)
LOG_AND_TABLES = Sum(
    "log_and_tables_agree",
    "hubspot_contacts, failed_contacts and settled_values are made from all that the sync log has.",
)
UPLOAD_SUMS = (PLANNED_CONTACTS, INPUTS_SENT, ACKNOWLEDGED_NOW, RESULTS_GIVEN, LOG_AND_TABLES)
"""All that must close, as ``UploadReport.sums`` gives them."""


@dataclass(frozen=True, slots=True)
class UploadReport:
    """What the upload gave.

    Attributes:
        portal_id: the portal that was written to.
        planned: contacts in the plan.
        acknowledged: planned contacts that HubSpot has taken, counted in the log (those of an interrupted run included).
        refused: planned contacts that HubSpot refused, counted in the log.
        unsent: planned contacts without an answer, counted by the writer.
        moved: planned contacts that people changed in HubSpot since the plan was made, a while ago; the next plan looks at them.
        refused_values: by property, values that HubSpot did not take of contacts that it took, in this run.
        created: of this run's, those that HubSpot made new.
        updated: of this run's, those that it had.
        by_killed: what killed runs wrote before and no run has reported; to be counted with this run's, so that it is counted once.
        logged: number of the log's newest row of the portal.
        folded: number of the newest row that all three tables have been made from.
        reasons: this run's refusals by category.
        calls: requests that wrote; all_calls: reads and retries included.
        inputs: contacts in those requests, counted when they were sent.
        answered: what became of them, by name (``results``, ``errors``, ``asked_again``); adds up to ``inputs``.
        read_back: contacts that were acknowledged because reading them back showed what was sent.
        strangers: results that belong to no input of their call; always a fault.
        stopped: why contacts are unsent: what stopped the writer early, or the categories of those it gave up; else None.
        doubts: by source that somebody has to look at, what is not believed of it.
        stages: of each stage that was looked at, its ``contacts``, and how many were ``refused`` and are ``different`` from what was sent.
        is_stage_stop: one of them was not as it should be, so nothing more was sent.
    """

    portal_id: int
    planned: int
    acknowledged: int
    refused: int
    unsent: int
    moved: int = 0
    refused_values: dict[str, int] = field(default_factory=dict)
    created: int = 0
    updated: int = 0
    by_killed: Written = field(default_factory=Written)
    logged: int = 0
    folded: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    all_calls: int = 0
    inputs: int = 0
    answered: dict[str, int] = field(default_factory=dict)
    read_back: int = 0
    strangers: int = 0
    stopped: str | None = None
    doubts: Mapping[str, SourceDoubts] = field(default_factory=dict)
    stages: list[dict[str, int]] = field(default_factory=list)
    is_stage_stop: bool = False

    @property
    def sums(self) -> tuple[Total, ...]:
        """Those of ``UPLOAD_SUMS``."""
        return (self.contacts_sum, self.calls_sum, self.proofs_sum, self.results_sum, self.log_sum)

    @property
    def contacts_sum(self) -> Total:
        """See ``PLANNED_CONTACTS``."""
        parts = {
            "acknowledged": self.acknowledged,
            "refused": self.refused,
            "changed_in_hubspot_meanwhile": self.moved,
            "unsent": self.unsent,
        }
        return PLANNED_CONTACTS.of(self.planned, parts)

    @property
    def calls_sum(self) -> Total:
        """See ``INPUTS_SENT``."""
        names = {"results": "acknowledged", "errors": "refused", "asked_again": "tried_again"}
        return INPUTS_SENT.of(self.inputs, {names.get(name, name): count for name, count in self.answered.items()})

    @property
    def proofs_sum(self) -> Total:
        """See ``ACKNOWLEDGED_NOW``."""
        parts = {"in_an_answer": self.answered.get("results", 0), "read_back": self.read_back}
        return ACKNOWLEDGED_NOW.of(self.created + self.updated, parts)

    @property
    def results_sum(self) -> Total:
        """See ``RESULTS_GIVEN``."""
        matched = self.answered.get("results", 0)
        return RESULTS_GIVEN.of(matched + self.strangers, {"matched": matched})

    @property
    def log_sum(self) -> Total:
        """See ``LOG_AND_TABLES``."""
        return LOG_AND_TABLES.of(self.logged, {"rows_of_the_log_in_the_tables": self.folded})

"""The answers that a plan logs: HubSpot was read, or is known, to hold a contact exactly; or the declaration leaves a contact out.

Keep out: who that is true of (``contacts.changes``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from hubsync_assets.contacts.held_back import ALREADY_IN_PORTAL, GONE_IN_PORTAL, NOT_IN_PORTAL, SAME_RECORD
from hubsync_assets.sync_log.answers import Answer, AnswerKind, AnswerText

__all__ = ["PlanAnswers"]

_LEFT_OUT = {
    NOT_IN_PORTAL: "HubSpot does not have the contact, and the declaration says create: false",
    ALREADY_IN_PORTAL: "HubSpot has the contact, and the declaration says update: false",
    GONE_IN_PORTAL: (
        "the contact was deleted or erased in HubSpot after we knew it, and is not made again; if it should be, "
        "declare gone_in_hubspot: recreate"
    ),
    SAME_RECORD: (
        "HubSpot has this contact and {owner} as one record (a secondary address, or a merge), and only {owner} is written; join the two in "
        "the sources, or split the record in HubSpot"
    ),
}


@dataclass(frozen=True, slots=True)
class PlanAnswers:
    """The rows of the log that one plan adds.

    Attributes:
        text: How contacts are kept in the log.
        portal_id: The portal.
        run_id: The run that plans.
        at: When.
    """

    text: AnswerText
    portal_id: int
    run_id: str
    at: datetime

    def unchanged(self, row: Mapping[str, Any]) -> Answer:
        """For one contact of ``Changes.noted`` or ``Unlike.confirmed``."""
        return self._answer(
            row,
            AnswerKind.UNCHANGED,
            hubspot_id=row["hubspot_id"],
            cleared=orjson.dumps(row["cleared"]).decode(),
            settled=row["settled"],
        )

    def left_out(self, row: Mapping[str, Any], where: str = "") -> Answer:
        """For one contact of ``Changes.left_out``: it is asked for again when a source changes it; ``where``: more words about it."""
        message = _LEFT_OUT[row["category"]].format(owner=row["record:owner"]) + where
        return self._answer(row, AnswerKind.REFUSED, category=row["category"], message=message)

    def _answer(
        self,
        row: Mapping[str, Any],
        kind: AnswerKind,
        *,
        hubspot_id: str | None = None,
        cleared: str = "[]",
        category: str | None = None,
        message: str | None = None,
        settled: str | None = None,
    ) -> Answer:
        return Answer(
            portal_id=self.portal_id,
            run_id=self.run_id,
            at=self.at,
            email=row["email"],
            kind=kind,
            hubspot_id=hubspot_id,
            sent=self.text.values(row),
            cleared=cleared,
            provenance=self.text.provenance(row),
            mapping_version=row["mapping_version"],
            category=category,
            message=message,
            settled=settled,
        )

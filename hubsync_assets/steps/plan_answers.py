"""The answers that a plan logs: HubSpot was read, or is known, to hold a contact exactly; or the declaration leaves a contact out.

Keep out: who that is true of (``contacts.changes``).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from hubsync_assets.contacts.held_back import ALREADY_IN_PORTAL, NOT_IN_PORTAL
from hubsync_assets.sync_log.answers import Answer, AnswerKind, AnswerText

__all__ = ["left_out_answer", "unchanged_answer"]


LEFT_OUT = {
    NOT_IN_PORTAL: "HubSpot does not have the contact, and the declaration says create: false",
    ALREADY_IN_PORTAL: "HubSpot has the contact, and the declaration says update: false",
}


def left_out_answer(text: AnswerText, row: Mapping[str, Any], portal_id: int, run_id: str, at: datetime) -> Answer:
    """The row of the log for one contact of ``Changes.left_out``."""
    return Answer(
        portal_id=portal_id,
        run_id=run_id,
        at=at,
        email=row["email"],
        kind=AnswerKind.REFUSED,
        hubspot_id=None,
        sent=text.values(row),
        cleared="[]",
        provenance=text.provenance(row),
        mapping_version=row["mapping_version"],
        category=row["category"],
        message=LEFT_OUT[row["category"]],
    )


def unchanged_answer(text: AnswerText, row: Mapping[str, Any], portal_id: int, run_id: str, at: datetime) -> Answer:
    """The row of the log for one contact of ``Changes.unchanged`` or ``Changes.confirmed``."""
    return Answer(
        portal_id=portal_id,
        run_id=run_id,
        at=at,
        email=row["email"],
        kind=AnswerKind.UNCHANGED,
        hubspot_id=row["hubspot_id"],
        sent=text.values(row),
        cleared=orjson.dumps(row["cleared"]).decode(),
        provenance=text.provenance(row),
        mapping_version=row["mapping_version"],
    )

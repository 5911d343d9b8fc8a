"""The answer that a plan logs: HubSpot was read, or is known, to hold a contact exactly.

Keep out: who that is true of (``contacts.changes``).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from hubsync_assets.hubspot.mapping import MAPPING_VERSION
from hubsync_assets.sync_log.answers import Answer, AnswerKind, AnswerText

__all__ = ["unchanged_answer"]


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
        mapping_version=MAPPING_VERSION,
    )

"""Why a contact is held back though something of it may have to be written.

Put here: the reasons that reports count, and which of them a contact counts under. Keep out: what keeps a field as it is (``deciding``),
and refusals (``refusals``).
"""

import polars as pl

from hubsync_assets.contacts.decision_columns import is_held, unread
from hubsync_assets.contacts.uncertainty import Uncertainty

__all__ = [
    "ABOVE_MOST",
    "ALREADY_IN_PORTAL",
    "GONE_IN_PORTAL",
    "INCOMPLETE_SOURCE",
    "NOT_IN_PORTAL",
    "NOT_LISTED",
    "ONLY_CREATES",
    "ONLY_UPDATES",
    "REFUSED_BEFORE",
    "SAME_RECORD",
    "SOURCE_IN_DOUBT",
    "SOURCE_OFF",
    "UNREADABLE_VALUE",
    "reasons",
]

INCOMPLETE_SOURCE = "incomplete_source"
SOURCE_IN_DOUBT = "source_in_doubt"
UNREADABLE_VALUE = "unreadable_value"
REFUSED_BEFORE = "refused_before"
NOT_IN_PORTAL = "not_in_portal"
ALREADY_IN_PORTAL = "already_in_portal"
GONE_IN_PORTAL = "gone_in_hubspot"
SAME_RECORD = "same_hubspot_record"
"""Two golden records are one record in HubSpot, whose primary address is the other one's."""

NOT_LISTED = "not_in_only_file"
SOURCE_OFF = "of_a_source_that_is_off"
ONLY_CREATES = "update_while_create_only"
ONLY_UPDATES = "create_while_update_only"
ABOVE_MOST = "above_max_contacts"
"""The run was told to leave them; nothing is known to be wrong."""


def reasons(held: pl.DataFrame, uncertainty: Uncertainty) -> dict[str, int]:
    """How many contacts are held back for what is not known, by reason: the first that holds of a field that is kept.

    Args:
        held: Contacts of whose fields it is decided.
        uncertainty: What may be uncertain in them.
    """
    if held.is_empty():
        return dict.fromkeys((INCOMPLETE_SOURCE, SOURCE_IN_DOUBT, UNREADABLE_VALUE), 0)
    absence, content = [], []
    for field in uncertainty.model.sent_fields:
        theirs = (pl.col("known_from") == "portal") & uncertainty.is_missing(field)
        # What only HubSpot has may be what was not read of any source.
        lost = pl.col(unread(field)) if unread(field) in held.columns else pl.lit(value=False)
        absence.append(is_held(field) & (lost | (theirs & uncertainty.absence)))
        # A value may also be kept because the source that gave it is in doubt with another field.
        content.append(is_held(field) & (uncertainty.by_content(field) | ~uncertainty.by_marks(field)))
    reason = (
        pl.when(pl.any_horizontal(absence))
        .then(pl.lit(INCOMPLETE_SOURCE))
        .when(pl.any_horizontal(content))
        .then(pl.lit(SOURCE_IN_DOUBT))
        .otherwise(pl.lit(UNREADABLE_VALUE))
    )
    counts = dict(held.select(reason.alias("reason")).group_by("reason").len().iter_rows())
    return {name: counts.get(name, 0) for name in (INCOMPLETE_SOURCE, SOURCE_IN_DOUBT, UNREADABLE_VALUE)}

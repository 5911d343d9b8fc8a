"""Why a contact is held back though something of it may have to be written.

Put here: the reasons that reports count, and which of them a contact counts under. Keep out: what keeps a field as it is (``comparison``),
and refusals (``refusals``).
"""

import polars as pl

from hubsync_assets.contacts.comparison import kept
from hubsync_assets.contacts.uncertainty import Uncertainty
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["INCOMPLETE_SOURCE", "REFUSED_BEFORE", "SOURCE_IN_DOUBT", "UNREADABLE_VALUE", "is_kept", "reasons"]

INCOMPLETE_SOURCE = "incomplete_source"
SOURCE_IN_DOUBT = "source_in_doubt"
UNREADABLE_VALUE = "unreadable_value"
REFUSED_BEFORE = "refused_before"


def is_kept(model: ContactModel) -> pl.Expr:
    """Whether something of a contact is kept as it is only because of what is not known."""
    return pl.any_horizontal(map(kept, model.contact_fields))


def reasons(held: pl.DataFrame, uncertainty: Uncertainty) -> dict[str, int]:
    """How many contacts are held back for what is not known, by reason: the first that holds of a field that is kept.

    Args:
        held: Contacts that were compared.
        uncertainty: What may be uncertain in them.
    """
    if held.is_empty():
        return dict.fromkeys((INCOMPLETE_SOURCE, SOURCE_IN_DOUBT, UNREADABLE_VALUE), 0)
    absence, content = [], []
    for field in uncertainty.model.contact_fields:
        theirs = (pl.col("known_from") == "portal") & uncertainty.is_missing(field)
        # What only HubSpot has may be what was not read of any source.
        absence.append(kept(field) & (uncertainty.by_absence(field) | (theirs & uncertainty.absence)))
        # A value may also be kept because the source that gave it is in doubt with another field.
        content.append(kept(field) & (uncertainty.by_content(field) | ~uncertainty.by_marks(field)))
    reason = (
        pl.when(pl.any_horizontal(absence))
        .then(pl.lit(INCOMPLETE_SOURCE))
        .when(pl.any_horizontal(content))
        .then(pl.lit(SOURCE_IN_DOUBT))
        .otherwise(pl.lit(UNREADABLE_VALUE))
    )
    counts = dict(held.select(reason.alias("reason")).group_by("reason").len().iter_rows())
    return {name: counts.get(name, 0) for name in (INCOMPLETE_SOURCE, SOURCE_IN_DOUBT, UNREADABLE_VALUE)}

"""Which contacts have to be looked up in HubSpot before anything can be said of them.

Put here: where the state is not enough. Keep out: the calls.
"""

from collections.abc import Mapping

import polars as pl

from hubsync_assets.contacts.joining import KEY, joined
from hubsync_assets.contacts.staleness import Written
from hubsync_assets.contacts.uncertainty import Uncertainty, marked_fields
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.doubts import SourceDoubts

__all__ = ["to_look_up"]


def to_look_up(
    model: ContactModel,
    merged: pl.LazyFrame,
    state: pl.LazyFrame,
    doubts: Mapping[str, SourceDoubts],
    written: Written,
) -> pl.DataFrame:
    """The contacts of which ``find_changes`` has to know what HubSpot holds now.

    That is, beside those in doubt, those that the state does not have, those with a value that was written another way, and those with an
    uncertain value in a field of which the state holds nothing: it is sent only if HubSpot has nothing there. Only the columns that are needed are read.

    Args:
        model: What a contact is.
        merged: ``Schemas.merged``, one bucket, as both tables here.
        state: ``Schemas.state``.
        doubts: As for ``find_changes``.
        written: As for ``find_changes``.

    Returns:
        ``email`` (String), in the order of ``merged``.
    """
    uncertainty = Uncertainty(model, doubts, marked_fields(model, merged))
    unsure = [field for field in model.sent_fields if uncertainty.is_possible(field)]
    stale = [field for field in model.contact_fields if written.is_possible(field)]
    if not unsure and not stale:
        emails = state.select(KEY)
        return merged.select(KEY).join(emails, on=KEY, how="anti", maintain_order="left").collect()
    names = list(dict.fromkeys(field.name for field in (*unsure, *stale)))
    numbers = [f"{source}_{what}" for source in model.sources for what in ("records", "file_rank")]
    of_merged = merged.select(KEY, *names, *(f"{name}:from" for name in names), *numbers).collect()
    sources = [f"{name}:source" for name in names]
    both = joined(of_merged, state.select(KEY, "mapping_version", *names, *sources, *numbers).collect(), "state")
    wanted = [
        pl.col(field.name).is_not_null() & pl.col(f"state:{field.name}").is_null() & uncertainty.is_uncertain(field)
        for field in unsure
    ]
    wanted += [pl.col(field.name).is_not_null() & written.is_stale(field) for field in stale]
    return both.filter(pl.any_horizontal(~pl.col("state"), *wanted)).select(KEY)

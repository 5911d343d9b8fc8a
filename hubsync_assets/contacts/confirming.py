"""Contacts that are as the state says, and of which the log should say so anew.

Put here: what a later plan would judge wrongly if nobody said it again. Keep out: what is written (``changes``).
"""

from collections.abc import Mapping

import polars as pl

from hubsync_assets.contacts.joining import KEY, without
from hubsync_assets.contacts.logged_rows import logged_schema, nobody
from hubsync_assets.contacts.uncertainty import Uncertainty, is_short, marked_fields
from hubsync_assets.kinds.field import Field
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.schema import DEFAULT, SEEN

__all__ = ["confirmed"]


def confirmed(
    model: ContactModel,
    with_state: pl.DataFrame,
    unlike: pl.DataFrame,
    refused: pl.DataFrame,
    still_refused: pl.DataFrame,
    doubts: Mapping[str, SourceDoubts],
) -> pl.DataFrame:
    """The contacts whose numbers or sources have moved, or that were refused with values that they do not have any more.

    Not those of which a source in doubt has fewer records than it had: the state would forget them.

    Args:
        model: What a contact is.
        with_state: All golden records, joined with the state.
        unlike: Those that are not as the state says.
        refused: ``Schemas.failed``.
        still_refused: Of all, those that need not be sent again (``held_by_refusal``).
        doubts: As for ``find_changes``.

    Returns:
        ``logged_schema``; uncertain values are null, so that the state keeps whose they are.
    """
    moved = pl.any_horizontal(
        *(pl.col(f"{source}_records") != pl.col(f"state:{source}_records") for source in model.sources),
        *(_is_from_another_source(model, field) for field in model.contact_fields),
    )
    # What a source in doubt lacks may be the only reason why a contact does not look any more as it was refused.
    was_refused = (
        pl.lit(value=False)
        if any(doubts[source].absence for source in doubts)
        else pl.col(KEY).is_in(refused[KEY].implode())
    )
    as_known = without(with_state.filter(pl.col("state") & (moved | was_refused)), unlike)
    if as_known.is_empty():
        return nobody(model)
    # Another mode may want to write just what was refused: that the state says otherwise does not end such a refusal.
    unmoved = as_known.filter(~moved.fill_null(value=False)).select(KEY)
    told = without(as_known, still_refused.join(unmoved, on=KEY, how="semi"))
    return (
        _certain(model, told, doubts)
        .with_columns(
            pl.col("state:hubspot_id").alias("hubspot_id"),
            pl.col("state:mapping_version").alias("mapping_version"),
            pl.lit([], dtype=pl.List(pl.String)).alias("cleared"),
            pl.lit(None, dtype=pl.List(pl.String)).alias("seen"),
            pl.lit(None, dtype=pl.String).alias("settled"),
            # What is settled is not there, and must not be said to be.
            *(pl.when(pl.col(name).eq_missing(pl.col(f"state:{name}"))).then(name).alias(name) for name in model.names),
        )
        .select(logged_schema(model).keys())
    )


def _is_from_another_source(model: ContactModel, field: Field) -> pl.Expr:
    """Whether a certain value is another source's now; never where the state does not note whose it was."""
    said, codes = pl.col(f"{field.name}:from").to_physical(), model.schema.codes
    # A default stands behind the sources among the givers.
    giver = pl.when(said == codes[DEFAULT]).then(len(model.sources)).otherwise(said)
    is_certain = (said < len(model.sources)) | (said == codes[DEFAULT])
    known = pl.col(f"state:{field.name}:source")
    as_known = pl.col(field.name).eq_missing(pl.col(f"state:{field.name}"))
    return is_certain & (giver != known.to_physical()) & known.ne_missing(SEEN) & as_known


def _certain(model: ContactModel, contacts: pl.DataFrame, doubts: Mapping[str, SourceDoubts]) -> pl.DataFrame:
    uncertainty = Uncertainty(model, doubts, marked_fields(model, contacts.lazy()))
    short = [is_short(source, found) for source, found in uncertainty.doubts.items()]
    believed = contacts.filter(~pl.any_horizontal(short)) if short else contacts
    return believed.with_columns(
        pl.when(~uncertainty.is_uncertain(field)).then(field.name).alias(field.name)
        for field in model.contact_fields
        if uncertainty.is_possible(field)
    )

"""The rows of the plan, before they are in HubSpot's form.

Put here: the columns that follow from what is decided. Keep out: which contacts are planned (``changes``), and properties (``steps.forming``).
"""

from collections.abc import Sequence

import polars as pl

from hubsync_assets.contacts.deciding import NOBODY
from hubsync_assets.contacts.decision_columns import decided, flags_of, is_action, is_one_of, loses_rest
from hubsync_assets.contacts.joining import KEY
from hubsync_assets.contacts.regions import COUNTRY, OTHERWISE, STAYS
from hubsync_assets.model.actions import CLEAR
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.field_lists import field_lists
from hubsync_assets.model.schema import Schema

__all__ = ["plan_rows"]

_FORMED = {"changes", "properties"}


def plan_rows(
    model: ContactModel, wanted: pl.DataFrame, settled: pl.DataFrame, also: Sequence[str] = ()
) -> pl.DataFrame:
    """``Schemas.plan`` without what is in HubSpot's form, and what is needed to form it.

    Args:
        model: What a contact is.
        wanted: Contacts of whose fields it is decided, in their order.
        settled: ``email``, ``settled``: of new contacts the plan keeps it for the answer, because the log cannot know them before.
        also: Columns of ``wanted`` to keep.

    Returns:
        Beside the plan's columns ``doubt`` (Boolean), ``shortened`` (``List(String)``; null: none), ``<field>:decision`` and the columns of
        ``regions``.
    """
    if wanted.is_empty():
        return pl.DataFrame(schema=_planned_schema(model, wanted, also))
    sent = {field.name: is_action(field) & ~is_one_of(field, CLEAR) for field in model.sent_fields}
    cleared = {field.name: is_one_of(field, CLEAR) for field in model.sent_fields}
    shortened = {field.name: pl.col(loses_rest(field)) for field in model.sent_fields if field.has_rest}
    is_new = pl.col("known_from") == NOBODY
    nothing = pl.lit([], dtype=pl.List(pl.String))
    rows = (
        wanted.with_columns(
            pl.Series("sent", field_lists(flags_of(wanted, sent), wanted.height)),
            pl.Series("cleared", field_lists(flags_of(wanted, cleared), wanted.height)),
            pl.Series("shortened", field_lists(flags_of(wanted, shortened), wanted.height)),
            pl.when(is_new).then(pl.lit("create")).otherwise(pl.lit("update")).alias("action"),
            pl.when(is_new)
            .then(None)
            .otherwise(pl.coalesce("portal:hubspot_id", "state:hubspot_id"))
            .alias("hubspot_id"),
        )
        .join(settled, on=KEY, how="left", maintain_order="left")
        .with_columns(pl.col("sent", "cleared").fill_null(nothing), pl.when(is_new).then("settled").alias("settled"))
    )
    columns = [name for name in model.schema.plan if name not in _FORMED]
    return rows.select(*columns, *also, "doubt", "shortened", *form_columns(model))


def form_columns(model: ContactModel) -> list[str]:
    """What is needed of a contact, beside its values, to put it into HubSpot's form."""
    phones = [field.name for field in model.contact_fields if field.needs_region]
    regions = [f"{name}{ending}" for name in phones for ending in (COUNTRY, STAYS, OTHERWISE)]
    return [*(decided(field) for field in model.sent_fields), *regions]


def _planned_schema(model: ContactModel, wanted: pl.DataFrame, also: Sequence[str]) -> Schema:
    """The columns of the result; those that are taken over as ``wanted`` has them."""
    of_plan = {name: dtype for name, dtype in model.schema.plan.items() if name not in _FORMED}
    taken = {name: wanted.schema[name] for name in (*also, "doubt")}
    rest = {name: wanted.schema[name] for name in form_columns(model)}
    return {**of_plan, **taken, "shortened": pl.List(pl.String), **rest}

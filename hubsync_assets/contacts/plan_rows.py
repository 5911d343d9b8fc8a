"""The rows of the plan.

Put here: the columns that follow from a comparison. Keep out: which contacts are planned (``changes``).
"""

import polars as pl

from hubsync_assets.contacts.comparison import TWO_PROPERTIES, changes, loses_rest, new_text, old_text, unsure
from hubsync_assets.contacts.differences import differences
from hubsync_assets.contacts.uncertainty import is_empty
from hubsync_assets.model.fields import CONTACT_FIELDS, COUNTRIES
from hubsync_assets.model.schema import PLAN_SCHEMA

__all__ = ["plan_rows"]

_COUNTRY = next(field for field in CONTACT_FIELDS if field.name == "country")


def plan_rows(wanted: pl.DataFrame) -> pl.DataFrame:
    """``PLAN_SCHEMA`` for contacts that were compared, in their order."""
    if wanted.is_empty():
        return pl.DataFrame(schema=PLAN_SCHEMA)
    lists = differences(wanted, changes=changes, old=old_text, new=new_text)
    action = pl.when(pl.col("known_from") == "nobody").then(pl.lit("create")).otherwise(pl.lit("update"))
    hubspot_id = pl.when(pl.col("known_from") == "log").then("state:hubspot_id").otherwise("portal:hubspot_id")
    return wanted.with_columns(
        *lists.get_columns(),
        action.alias("action"),
        hubspot_id.alias("hubspot_id"),
        _shortened(wanted).alias("shortened"),
        _region(wanted).alias("region"),
    ).select(PLAN_SCHEMA.keys())


def _shortened(wanted: pl.DataFrame) -> pl.Expr:
    nothing = pl.lit([], dtype=PLAN_SCHEMA["shortened"])
    some = [field for field in TWO_PROPERTIES if wanted.select(loses_rest(field).any()).item()]
    if not some:
        return nothing
    names = [pl.when(loses_rest(field)).then(pl.lit(field.name)) for field in some]
    return pl.concat_list(names).list.drop_nulls()


def _region(wanted: pl.DataFrame) -> pl.Expr:
    """The country that HubSpot will hold as far as we know: what is sent, or else what stays because nobody says otherwise."""
    sent = pl.col(_COUNTRY.name)
    says_nothing = ~is_empty(_COUNTRY)
    if unsure(_COUNTRY) in wanted.columns:
        says_nothing |= pl.col(unsure(_COUNTRY))
    stays = sent.is_null() & says_nothing & ~changes(_COUNTRY)
    if not wanted.select(stays.any()).item():
        return sent
    there = pl.col(f"portal:{_COUNTRY.name}_old")
    # Only of a country that we write do we know what HubSpot's text means.
    known = pl.coalesce(f"state:{_COUNTRY.name}", pl.when(there.is_in(COUNTRIES)).then(there))
    return pl.when(stays).then(known).otherwise(sent)

"""The rows of the plan.

Put here: the columns that follow from a comparison. Keep out: which contacts are planned (``changes``).
"""

from functools import partial

import polars as pl

from hubsync_assets.contacts.differences import differences
from hubsync_assets.contacts.field_columns import changes, loses_rest, new_text, old_text, unsure
from hubsync_assets.contacts.staleness import Written
from hubsync_assets.contacts.uncertainty import is_empty
from hubsync_assets.contacts.unsent import given
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.phone import Phone
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.field_lists import field_lists
from hubsync_assets.model.schema import region_of

__all__ = ["plan_rows", "with_regions"]


def plan_rows(model: ContactModel, wanted: pl.DataFrame, written: Written) -> pl.DataFrame:
    """``Schemas.plan`` for contacts that were compared, in their order, ``with_regions``."""
    schema = model.schema.plan
    if wanted.is_empty():
        return pl.DataFrame(schema=schema)
    lists = differences(model.contact_fields, wanted, changes=changes, old=partial(old_text, written), new=new_text)
    action = pl.when(pl.col("known_from") == "nobody").then(pl.lit("create")).otherwise(pl.lit("update"))
    hubspot_id = pl.when(pl.col("known_from") == "log").then("state:hubspot_id").otherwise("portal:hubspot_id")
    return wanted.with_columns(
        *lists.get_columns(),
        action.alias("action"),
        hubspot_id.alias("hubspot_id"),
        _shortened(model, wanted).alias("shortened"),
    ).select(schema.keys())


def with_regions(model: ContactModel, wanted: pl.DataFrame) -> pl.DataFrame:
    """Contacts that were compared, with the country of each phone."""
    phones = [field for field in model.contact_fields if isinstance(field, Phone)]
    return wanted.with_columns(_region(model, phone, wanted) for phone in phones)


def _shortened(model: ContactModel, wanted: pl.DataFrame) -> pl.Expr:
    nothing = pl.lit([], dtype=model.schema.plan["shortened"])
    flags = {field.name: wanted.select(loses_rest(field)).to_series() for field in model.with_rest}
    if not any(flag.any() for flag in flags.values()):
        return nothing
    return pl.lit(field_lists(flags, wanted.height)).fill_null(nothing)


def _region(model: ContactModel, phone: Phone, wanted: pl.DataFrame) -> pl.Expr:
    """The country of a phone's number: that of the contact, or of the source that gave the number, or of the declaration."""
    country = pl.lit(None, dtype=pl.String)
    if phone.region_from is not None:
        country = _country(model, model.by_name[phone.region_from], wanted)
    codes = pl.col(f"{phone.name}:from").to_physical()
    of_sources = [
        pl.when(codes.is_in([model.schema.codes[source], model.schema.codes[f"{source}?"]])).then(pl.lit(region))
        for source in model.sources
        if (region := model.source(source).region) is not None
    ]
    otherwise = [] if phone.region is None else [pl.lit(phone.region)]
    return pl.coalesce(country, *of_sources, *otherwise).alias(region_of(phone.name))


def _country(model: ContactModel, country: Field, wanted: pl.DataFrame) -> pl.Expr:
    """The country that HubSpot will hold as far as we know: what is sent, or else what stays because nobody says otherwise."""
    if not country.targets:
        return pl.col(given(country.name))
    sent = pl.col(country.name)
    says_nothing = ~is_empty(model, country)
    if unsure(country) in wanted.columns:
        says_nothing |= pl.col(unsure(country))
    stays = sent.is_null() & says_nothing & ~changes(country)
    if not wanted.select(stays.any()).item():
        return sent
    there = pl.col(f"portal:{country.name}_old")
    # Only of a country that we write do we know what HubSpot's text means.
    codes = country.sendable("alpha2") if country.targets and country.targets[0].form == "alpha2" else None
    ours = pl.when(there.is_in(sorted(codes))).then(there) if codes else pl.lit(None, dtype=pl.String)
    return pl.when(stays).then(pl.coalesce(f"state:{country.name}", ours)).otherwise(sent)

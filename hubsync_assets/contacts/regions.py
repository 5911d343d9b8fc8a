"""The country that a phone number without + belongs to: of the contact, of the source that gave the number, or of the declaration.

Put here: what the golden record and the state say of it. Keep out: what a country's name in HubSpot means (``kinds``), and E.164.
"""

import polars as pl

from hubsync_assets.contacts.uncertainty import Uncertainty, is_empty
from hubsync_assets.contacts.unsent import given
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.phone import Phone
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["COUNTRY", "OTHERWISE", "STAYS", "THEN", "with_regions"]

COUNTRY, STAYS, OTHERWISE, THEN = ":country", ":stays", ":otherwise", ":then"
"""Endings of the columns of a phone field. ``:country``: the contact's, as far as it is known here; ``:stays`` (Boolean): what HubSpot holds
goes before that, because it stays; ``:otherwise``: of the source or the declaration, where there is no country; ``:then``: the country with
which the state's number was formed."""


def with_regions(model: ContactModel, looked_at: pl.DataFrame, uncertainty: Uncertainty) -> pl.DataFrame:
    """Contacts to look at, with the four columns of each phone field.

    Args:
        model: What a contact is.
        looked_at: Golden records with ``state:<column>``.
        uncertainty: What may be uncertain in them: a country that is not certain is not written, so that HubSpot's stays.
    """
    phones = [field for field in model.contact_fields if isinstance(field, Phone)]
    return looked_at.with_columns(each for phone in phones for each in _columns(model, phone, uncertainty))


def _columns(model: ContactModel, phone: Phone, uncertainty: Uncertainty) -> list[pl.Expr]:
    nothing = pl.lit(None, dtype=pl.String)
    country, stays, then = nothing, pl.lit(value=False), nothing
    if phone.region_from is not None:
        of = model.by_name[phone.region_from]
        country, stays = _country(model, of, uncertainty)
        then = pl.col(f"state:{of.name}")
    given_by = pl.col(f"{phone.name}:from").cast(pl.String).str.strip_suffix("?")
    otherwise = _of_source(model, given_by, phone)
    then = pl.coalesce(then, _of_source(model, pl.col(f"state:{phone.name}:source").cast(pl.String), phone))
    columns = ((COUNTRY, country), (STAYS, stays), (OTHERWISE, otherwise), (THEN, then))
    return [column.alias(f"{phone.name}{ending}") for ending, column in columns]


def _of_source(model: ContactModel, source: pl.Expr, phone: Phone) -> pl.Expr:
    regions = {name: region for name in model.sources if (region := model.source(name).region) is not None}
    found = source.replace_strict(regions, default=None, return_dtype=pl.String) if regions else None
    declared = pl.lit(phone.region, dtype=pl.String)
    return declared if found is None else pl.coalesce(found, declared)


def _country(model: ContactModel, country: Field, uncertainty: Uncertainty) -> tuple[pl.Expr, pl.Expr]:
    """The country that HubSpot will hold as far as we know, and whether what it holds now goes before that."""
    if not country.targets:
        return pl.col(given(country.name)), pl.lit(value=False)
    value, known = pl.col(country.name), pl.col(f"state:{country.name}")
    unsure = uncertainty.is_uncertain(country) if uncertainty.is_possible(country) else pl.lit(value=False)
    stays = unsure | (value.is_null() & ~is_empty(model, country))
    return pl.when(stays).then(pl.coalesce(known, value)).otherwise(value), stays

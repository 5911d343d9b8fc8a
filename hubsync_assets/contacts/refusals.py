"""Which contacts need not be sent again, because HubSpot refused them as they are.

Put here: when a refusal still stands. Keep out: what HubSpot refuses, and what a category means to people.
"""

from datetime import datetime, timedelta

import polars as pl

from hubsync_assets.contacts.held_back import ALREADY_IN_PORTAL, GONE_IN_PORTAL, NOT_IN_PORTAL, SAME_RECORD
from hubsync_assets.contacts.joining import KEY
from hubsync_assets.contacts.rules import Rules
from hubsync_assets.model.actions import REFUSED
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.refusal_categories import CONFLICTS

__all__ = ["held_by_refusal", "is_declared_otherwise", "may_be_over", "value_may_be_taken_now"]

_CONFLICT_STANDS_FOR = timedelta(days=7)
"""A conflict is with another contact in HubSpot, and people there may have resolved it since; so may they have made a contact again."""

_VALUE_STANDS_FOR = timedelta(days=7)
"""A value that HubSpot did not take may be an option there by now."""

_CLOCKS = timedelta(minutes=5)
"""Clocks of two machines differ; a refusal farther ahead than this is of a clock that was wrong, and stands no longer for that."""


def held_by_refusal(model: ContactModel, contacts: pl.DataFrame, refused: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The contacts that HubSpot refused with the same values, written the same way.

    Args:
        model: What a contact is.
        contacts: Has the record columns; one row per contact.
        refused: ``Schemas.failed``; refusals of single values hold no contact back.
        rules: How contacts are written now: another version may be accepted; whether nothing is held back; and the time.

    Returns:
        ``email`` and ``category`` (String), in the order of ``contacts``.
    """
    if rules.retry_failed or refused.is_empty() or contacts.is_empty():
        return contacts.select(KEY, pl.lit(None, dtype=pl.String).alias("category")).clear()
    over = may_be_over(rules.now) | is_declared_otherwise(model, recreate=rules.recreate)
    of_contacts = pl.col("property").is_null() & (pl.col("mapping_version") == rules.written.version)
    standing = refused.filter(of_contacts & ~over).select(
        KEY, "category", *(pl.col(field.name).alias(f"{field.name}_refused") for field in model.sent_fields)
    )
    same = [pl.col(field.name).eq_missing(pl.col(f"{field.name}_refused")) for field in model.sent_fields]
    return (
        contacts.select(KEY, *model.names)
        .join(standing, on=KEY, how="inner", maintain_order="left")
        .filter(same)
        .select(KEY, "category")
    )


def is_declared_otherwise(model: ContactModel, *, recreate: bool) -> pl.Expr:
    """Whether a row of ``Schemas.failed`` is a contact that was left out by what is declared otherwise now (Boolean)."""
    wanted = [
        word
        for word, is_wanted in (
            (NOT_IN_PORTAL, model.declared.create),
            (ALREADY_IN_PORTAL, model.declared.update),
            (GONE_IN_PORTAL, recreate),
        )
        if is_wanted
    ]
    return pl.col("category").is_in(wanted)


def may_be_over(now: datetime) -> pl.Expr:
    """Whether a row of ``Schemas.failed`` is a refusal that time alone may have ended (Boolean)."""
    return pl.col("category").is_in(sorted(CONFLICTS | {GONE_IN_PORTAL, SAME_RECORD})) & _is_older(
        pl.col("last_at"), now, _CONFLICT_STANDS_FOR
    )


def value_may_be_taken_now(rules: Rules) -> pl.Expr:
    """Whether a row of ``SETTLED_SCHEMA`` is a value that HubSpot did not take, and that is tried again (Boolean)."""
    is_old = pl.lit(rules.retry_failed) | _is_older(pl.col("at"), rules.now, _VALUE_STANDS_FOR)
    return (pl.col("decision") == REFUSED) & is_old


def _is_older(at: pl.Expr, now: datetime, most: timedelta) -> pl.Expr:
    return (at < now - most) | (at > now + _CLOCKS)

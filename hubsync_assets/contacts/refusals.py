"""Which contacts need not be sent again, because HubSpot refused them as they are.

Put here: when a refusal still stands. Keep out: what HubSpot refuses, and what a category means to people.
"""

from datetime import datetime, timedelta

import polars as pl

from hubsync_assets.contacts.held_back import ALREADY_IN_PORTAL, NOT_IN_PORTAL
from hubsync_assets.contacts.joining import KEY
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.refusal_categories import CONFLICTS

__all__ = ["held_by_refusal", "may_be_over"]

_CONFLICT_STANDS_FOR = timedelta(days=7)
"""A conflict is with another contact in HubSpot, and people there may have resolved it since."""


def held_by_refusal(
    model: ContactModel,
    contacts: pl.DataFrame,
    refused: pl.DataFrame,
    *,
    mapping_version: int,
    retry_failed: bool,
    now: datetime,
) -> pl.DataFrame:
    """The contacts that HubSpot refused with the same values, written the same way.

    Args:
        model: What a contact is.
        contacts: Has the record columns; one row per contact.
        refused: ``Schemas.failed``.
        mapping_version: How contacts are written now; another version may be accepted.
        retry_failed: Hold nothing back.
        now: An aware time; a conflict that is older than seven days is tried again.

    Returns:
        ``email`` and ``category`` (String), in the order of ``contacts``.
    """
    if retry_failed or refused.is_empty():
        return contacts.select(KEY, pl.lit(None, dtype=pl.String).alias("category")).clear()
    over = may_be_over(now) | is_declared_otherwise(model)
    standing = refused.filter((pl.col("mapping_version") == mapping_version) & ~over)
    same = [pl.col(field.name).eq_missing(pl.col(f"{field.name}_refused")) for field in model.sent_fields]
    return (
        contacts.select(KEY, *model.names)
        .join(standing, on=KEY, how="inner", suffix="_refused", maintain_order="left")
        .filter(same)
        .select(KEY, "category")
    )


def is_declared_otherwise(model: ContactModel) -> pl.Expr:
    """Whether a row of ``Schemas.failed`` is a contact that was left out by a declaration that says something else now (Boolean)."""
    wanted = [
        word
        for word, is_wanted in (
            (NOT_IN_PORTAL, model.declared.create),
            (ALREADY_IN_PORTAL, model.declared.update),
        )
        if is_wanted
    ]
    return pl.col("category").is_in(wanted)


def may_be_over(now: datetime) -> pl.Expr:
    """Whether a row of ``Schemas.failed`` is a refusal that time alone may have ended (Boolean)."""
    return pl.col("category").is_in(sorted(CONFLICTS)) & (pl.col("last_at") < now - _CONFLICT_STANDS_FOR)

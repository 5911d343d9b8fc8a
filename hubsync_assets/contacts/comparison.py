"""How a golden record compares with what HubSpot is known to hold, field by field.

Put here: when a field differs, when it is cleared, and when a source that broke off may be the reason. Keep out: joining the
tables, and what follows from the comparison (``changes``).

The frames here are golden records joined with what is known of them: the state's columns are named ``state:<column>``, the
portal's ``portal:<column>``, and ``state`` and ``portal`` (Boolean) say whether they have the contact at all.
"""

from collections.abc import Mapping

import polars as pl

from hubsync_assets.contacts.number_text import value_text
from hubsync_assets.model.fields import CONTACT_FIELDS, SOURCES, Field

__all__ = ["any_change", "changes", "compared_with_portal", "new_text", "old_text", "unlike_state"]


def unlike_state(
    joined: pl.DataFrame, *, may_clear: bool, may_clear_theirs: bool, mapping_version: int
) -> pl.DataFrame:
    """The contacts that are not what the state says, with those it does not have.

    Args:
        joined: Golden records with ``state``.
        may_clear: Whether a missing value clears what we wrote.
        may_clear_theirs: Whether it also clears what HubSpot was only seen to hold.
        mapping_version: Contacts written another way are unlike, whatever their values.
    """
    return (
        joined.lazy()
        .with_columns(*(_differs_from_state(field) for field in CONTACT_FIELDS))
        .with_columns(*(_clears_state(field, may_clear, may_clear_theirs) for field in CONTACT_FIELDS))
        .filter(pl.col("state:mapping_version").ne_missing(mapping_version) | any_change())
        .collect()
    )


def compared_with_portal(joined: pl.DataFrame, *, may_clear: bool, incomplete: Mapping[str, int]) -> pl.DataFrame:
    """The same contacts with ``known_from`` and ``held``: whether an incomplete source may be why they are to be written.

    Args:
        joined: What ``unlike_state`` gave, with ``portal``.
        may_clear: Whether a missing value clears what only HubSpot has.
        incomplete: By source, the rank of its newest file that broke off.
    """
    known_from = pl.when("state").then(pl.lit("log")).when("portal").then(pl.lit("portal")).otherwise(pl.lit("nobody"))
    return (
        joined.lazy()
        .with_columns(known_from.alias("known_from"))
        .with_columns(*(_differs_from_portal(field) for field in CONTACT_FIELDS))
        .with_columns(*(_clears_portal(field, may_clear=may_clear) for field in CONTACT_FIELDS))
        .with_columns(_held(incomplete).alias("held"))
        .collect()
    )


def any_change() -> pl.Expr:
    """Whether any field of a contact changes."""
    return pl.any_horizontal(map(changes, CONTACT_FIELDS))


def changes(field: Field) -> pl.Expr:
    """Whether a field changes."""
    return pl.col(_differs(field)) | pl.col(_clears(field))


def old_text(field: Field) -> pl.Expr:
    """What HubSpot holds in a field, as text."""
    ours = value_text(field, pl.col(f"state:{field.name}"))
    return pl.when("state").then(ours).otherwise(f"portal:{field.name}_old")


def new_text(field: Field) -> pl.Expr:
    """What HubSpot is to hold in a field, as text; null: nothing."""
    return value_text(field, pl.col(field.name))


def _differs(field: Field) -> str:
    return f"{field.name}:differs"


def _clears(field: Field) -> str:
    return f"{field.name}:clears"


def _differs_from_state(field: Field) -> pl.Expr:
    value = pl.col(field.name)
    return (value.is_not_null() & value.ne_missing(pl.col(f"state:{field.name}"))).alias(_differs(field))


def _clears_state(field: Field, may_clear: bool, may_clear_theirs: bool) -> pl.Expr:
    gone = pl.col(field.name).is_null() & pl.col(f"state:{field.name}").is_not_null()
    return (gone & may_clear & (pl.col("state:written") | may_clear_theirs)).alias(_clears(field))


def _differs_from_portal(field: Field) -> pl.Expr:
    # A contact that the state does not have differs from it in every present value: HubSpot's equal ones are taken back here.
    same = (pl.col("known_from") == "portal") & pl.col(f"portal:{field.name}_same").fill_null(value=False)
    return (pl.col(_differs(field)) & ~same).alias(_differs(field))


def _clears_portal(field: Field, *, may_clear: bool) -> pl.Expr:
    only_theirs = pl.col(field.name).is_null() & pl.col(f"portal:{field.name}_old").is_not_null()
    clears = only_theirs & (pl.col("known_from") == "portal") & may_clear
    return (pl.col(_clears(field)) | clears).alias(_clears(field))


def _held(incomplete: Mapping[str, int]) -> pl.Expr:
    if not incomplete:
        return pl.lit(value=False)
    # Written now, such a contact would be in the state, where HubSpot's own value is not known and so never cleared.
    held = [(pl.col("known_from") == "portal") & pl.any_horizontal(map(_clears, CONTACT_FIELDS))]
    for source in SOURCES:
        if source in incomplete:
            before, now = pl.col(f"state:{source}_records"), pl.col(f"{source}_records")
            from_older_file = (pl.col(f"{source}_file_rank") > incomplete[source]).fill_null(value=False)
            held.append(((before > 0) & ((now < before) | from_older_file)).fill_null(value=False))
    return pl.any_horizontal(held)

"""The fields on which a contact's records disagree.

Put here: what was not kept, and whose it was. Keep out: which value is kept (``merge``).
"""

import polars as pl

from hubsync_assets.contacts.candidates import PERSON
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import CONFLICT_SCHEMA

__all__ = ["conflicts_of"]

_VALUE, _KEPT, _ORDER = "value", "kept", "order"
_NONE = pl.DataFrame(schema={PERSON: pl.UInt32, **CONFLICT_SCHEMA, _ORDER: pl.Int32})


def conflicts_of(model: ContactModel, several: pl.DataFrame, golden: pl.DataFrame) -> pl.DataFrame:
    """One row for each field of a contact with two or more different present values.

    What is put together of all values (``union``) has no conflicts.

    Args:
        model: What a contact is.
        several: The records that count, of the contacts that have more than one, in candidate order, with ``PERSON``.
        golden: The golden record of each of these contacts, by ``PERSON``, which runs from 0.

    Returns:
        ``CONFLICT_SCHEMA``, by email, then in the order of the fields. ``not_kept`` names each other value once for each
        source that has it, in candidate order.
    """
    found = [
        _of_field(model, several, golden, field).with_columns(pl.lit(order).alias(_ORDER))
        for order, field in enumerate(model.contact_fields)
        if field.rule is not Rule.UNION
    ]
    # Persons are numbered by email, and numbers are quicker to sort.
    return pl.concat([_NONE, *found]).sort(PERSON, _ORDER).select(CONFLICT_SCHEMA.keys())


def _of_field(model: ContactModel, several: pl.DataFrame, golden: pl.DataFrame, field: Field) -> pl.DataFrame:
    # A present value that is not the kept one is a conflict under every rule, so no values need to be counted.
    candidates = several.select(
        PERSON, "source", pl.col(field.name).alias(_VALUE), golden[field.name].gather(several[PERSON]).alias(_KEPT)
    )
    other = candidates.filter(pl.col(_VALUE) != pl.col(_KEPT)).unique(
        [PERSON, "source", _VALUE], keep="first", maintain_order=True
    )
    named = pl.struct(field.text(pl.col(_VALUE)).alias("value"), pl.col("source").cast(pl.String))
    not_kept = (
        other.select(pl.col(PERSON).set_sorted(), named.alias("not_kept"), _KEPT)
        .group_by(PERSON, maintain_order=True)
        .agg("not_kept", pl.col(_KEPT).first())
    )
    persons = not_kept[PERSON]
    whose = golden[f"{field.name}:from"].gather(persons).to_physical().cast(pl.UInt32) % len(model.sources)
    return not_kept.select(
        PERSON,
        golden[model.key.name].gather(persons),
        pl.lit(field.name).alias("field"),
        field.text(pl.col(_KEPT)).alias("kept"),
        pl.Series(model.sources).gather(whose).alias("kept_source"),
        "not_kept",
        pl.lit(field.rule.value).alias("rule"),
    )

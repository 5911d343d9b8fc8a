"""Folding what was settled: values that a plan looked at, or HubSpot did not take, and that are not sent again until something changes.

Put here: ``settled_values``, and the rows of ``failed_contacts`` that follow from it. Keep out: when a value is settled
(``contacts.deciding``), and whole contacts that are refused (``fold``).
"""

from collections.abc import Mapping

import polars as pl

from hubsync_assets.model.actions import REFUSED
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import SETTLED_SCHEMA
from hubsync_assets.sync_log.answers import SETTLED_ENTRY, AnswerKind
from hubsync_assets.sync_log.then import NOW, Then, with_names_of_now

__all__ = ["fold_settled", "refused_values"]

_NO_ANSWER = [AnswerKind.REFUSED.value, AnswerKind.IN_DOUBT.value]
_ONE = ["email", "field"]


def fold_settled(
    model: ContactModel,
    settled: pl.DataFrame,
    answers: pl.DataFrame,
    then: Then = NOW,
) -> pl.DataFrame:
    """The settled values after some answers: a value is settled until it is sent, made empty or seen to be there.

    Args:
        model: what a contact is; fields that it does not have are forgotten.
        settled: SETTLED_SCHEMA, one row a contact and field.
        answers: ANSWER_SCHEMA, newer than that, oldest first.
        then: what was called otherwise.

    Returns:
        SETTLED_SCHEMA, sorted by contact and field.
    """
    # A contact that was refused has something settled only where all that was sent of it was refused, value by value.
    is_of_values = (pl.col("kind") == AnswerKind.REFUSED.value) & pl.col("settled").is_not_null()
    taken = answers.filter(~pl.col("kind").is_in(_NO_ANSWER) | is_of_values)
    said = taken.filter(pl.col("settled").is_not_null())
    if settled.is_empty() and said.is_empty():
        return settled
    is_refused = pl.col("decision") == REFUSED
    entries = (
        said.select("email", "seq", "at", "run_id", "mapping_version", pl.col("settled").str.json_decode(_ENTRIES))
        .explode("settled")
        .unnest("settled")
        .with_columns(
            _named_now(then.fields),
            pl.lit(1, pl.UInt32).alias("attempts"),
            pl.when(is_refused).then("at").alias("first_at"),
        )
    )
    columns = [*SETTLED_SCHEMA, "seq"]
    rows = pl.concat([settled.with_columns(pl.lit(0, pl.Int64).alias("seq")).select(columns), entries.select(columns)])
    about = taken.join(rows.select("email").unique(), on="email", how="semi", maintain_order="left")
    touched = _touched(model, with_names_of_now(about, then.fields))
    seq = pl.col("seq")
    # Refusals count since the value was last there, or not sent for another reason. A name may be refused in both its properties at once.
    counts = is_refused & (seq > seq.filter(~is_refused).max().over(_ONE).fill_null(-1))
    before, news = counts & (seq == 0), counts & (seq > 0)
    return (
        rows.join(touched, on=_ONE, how="left")
        # One that is settled in the very row in which the rest of the field is sent stays so.
        .filter(pl.col("touched").is_null() | (seq >= pl.col("touched")))
        .filter(pl.col("field").is_in(model.names))
        .sort(*_ONE, "seq", maintain_order=True)
        .with_columns(before.alias("before"), news.alias("news"))
        .group_by(_ONE, maintain_order=True)
        .agg(
            pl.exclude("attempts", "first_at", "before", "news").last(),
            (pl.col("attempts").filter("before").sum() + seq.filter("news").n_unique())
            .cast(pl.UInt32)
            .alias("attempts"),
            pl.col("first_at").filter(pl.col("before") | pl.col("news")).first(),
        )
        .select(SETTLED_SCHEMA.keys())
    )


def refused_values(model: ContactModel, settled: pl.DataFrame) -> pl.DataFrame:
    """``Schemas.failed`` for the values that are settled as refused.

    Args:
        model: what a contact is.
        settled: SETTLED_SCHEMA.
    """
    return (
        settled.filter(pl.col("decision") == REFUSED)
        .with_columns(
            *(pl.lit(None, dtype=dtype).alias(name) for name, dtype in model.schema.values.items()),
            pl.lit(None, dtype=pl.Int32).alias("mapping_version"),
            pl.col("at").alias("last_at"),
        )
        .select(model.schema.failed.keys())
    )


_ENTRIES = pl.List(pl.Struct(SETTLED_ENTRY))


def _touched(model: ContactModel, answers: pl.DataFrame) -> pl.DataFrame:
    """``email``, ``field``, ``touched``: the last row that sent a field, made it empty or saw it."""
    # A quote within a value has a backslash before it, so that only a key looks so.
    rows = [
        answers.filter(
            pl.col("sent").str.contains(f'"{name}":', literal=True)
            | pl.col("cleared").str.contains(f'"{name}"', literal=True)
        ).select("email", pl.lit(name).alias("field"), "seq")
        for name in model.names
    ]
    return pl.concat(rows).group_by(_ONE).agg(pl.col("seq").max().alias("touched"))


def _named_now(names: Mapping[int, Mapping[str, str]]) -> pl.Expr:
    """The name that a field has now."""
    now = pl.col("field")
    for version, former in names.items():
        now = pl.when(pl.col("mapping_version") == version).then(pl.col("field").replace(former)).otherwise(now)
    return now.alias("field")

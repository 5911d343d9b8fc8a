"""The fold: answers become the acknowledged state and the list of refused contacts.

Pure functions over one bucket. A field's acknowledged value is the last that was sent or cleared; a contact is refused as long
as its last answer is a refusal. What is in doubt is no answer, and changes nothing. Keep out: reading the log and writing tables (``refresh``).
"""

import polars as pl

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.reading import Conventions
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.sync_log.answers import AnswerKind

__all__ = ["decoded", "fold_failed", "fold_state"]

_ROWS_TO_DECODE = 20_000
"""polars builds one tree of the values of all texts, some ten times their size."""

_REFUSED = pl.col("kind") == AnswerKind.REFUSED.value
_TAKEN = ~pl.col("kind").is_in([AnswerKind.REFUSED.value, AnswerKind.IN_DOUBT.value])


def fold_state(model: ContactModel, state: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """The acknowledged state after some answers.

    Args:
        model: what a contact is.
        state: ``Schemas.state``, one row a contact.
        answers: ANSWER_SCHEMA, newer than the state, oldest first.

    Returns:
        ``Schemas.state``, one row a contact, in no order that means anything.
    """
    news = (
        decoded(model, answers.filter(_TAKEN))
        .rename({"seq": "order"})
        .with_columns((pl.col("kind") != AnswerKind.UNCHANGED.value).alias("written"))
    )
    before = state.with_columns(
        pl.lit(0, pl.Int64).alias("order"),
        pl.lit([], pl.List(pl.String)).alias("cleared"),
    )
    columns = [*model.schema.state, "cleared", "order"]
    rows = pl.concat([before.select(columns), news.select(columns)])
    # Most contacts have no news, or are new: there is nothing to fold, and only the rest has to be sorted and grouped.
    alone = rows["email"].hash().is_unique()
    return pl.concat([rows.filter(alone).select(model.schema.state.keys()), _folded(model, rows.filter(~alone))])


def _folded(model: ContactModel, rows: pl.DataFrame) -> pl.DataFrame:
    touched = {name: pl.col(name).is_not_null() | pl.col("cleared").list.contains(pl.lit(name)) for name in model.names}
    first_written = pl.col("order").filter(pl.col("written")).min().over("email")
    return (
        rows.sort("email", "order", maintain_order=True)
        # What HubSpot was only seen to hold stops being ours once we write: what we don't send then stays theirs.
        .filter(first_written.is_null() | (pl.col("order") >= first_written))
        .group_by("email", maintain_order=True)
        .agg(
            pl.col("written").any(),
            pl.col("hubspot_id").drop_nulls().last(),
            *[pl.col(name, f"{name}:source").filter(mask).last() for name, mask in touched.items()],
            pl.col(*model.schema.provenance, "mapping_version", "run_id", "at").last(),
        )
        .select(model.schema.state.keys())
    )


def fold_failed(model: ContactModel, failed: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """The refused contacts after some answers.

    Args:
        model: what a contact is.
        failed: ``Schemas.failed``, one row a contact.
        answers: ANSWER_SCHEMA, newer than ``failed``, oldest first.

    Returns:
        ``Schemas.failed``, sorted by email. ``attempts`` counts the refusals since HubSpot last took the contact.
    """
    accepted = answers.group_by("email").agg(pl.col("seq").filter(_TAKEN).max().alias("accepted"))
    news = decoded(model, answers.filter(_REFUSED)).with_columns(
        pl.col("seq").alias("order"),
        pl.lit(1, pl.UInt32).alias("attempts"),
        pl.col("at").alias("first_at"),
        pl.col("at").alias("last_at"),
    )
    columns = [*model.schema.failed, "order"]
    before = failed.with_columns(pl.lit(0, pl.Int64).alias("order"))
    return (
        pl.concat([before.select(columns), news.select(columns)])
        .join(accepted, on="email", how="left")
        .filter(pl.col("accepted").is_null() | (pl.col("order") > pl.col("accepted")))
        .sort("email", "order", maintain_order=True)
        .group_by("email", maintain_order=True)
        .agg(
            pl.col(
                *model.names, "mapping_version", "category", "message", "correlation_id", "last_at", "run_id"
            ).last(),
            pl.col("attempts").sum().cast(pl.UInt32),
            pl.col("first_at").first(),
        )
        .select(model.schema.failed.keys())
    )


def decoded(model: ContactModel, answers: pl.DataFrame) -> pl.DataFrame:
    """Answers with the JSON columns as typed columns: the contact's fields, the cleared ones, the provenance, and each value's source.

    A value that an earlier declaration logged under another kind is read as this one reads text; one that does not fit is null.
    """
    if not answers.height:
        return _decoded(model, answers)
    return pl.concat([_decoded(model, rows) for rows in answers.iter_slices(_ROWS_TO_DECODE)])


def _decoded(model: ContactModel, answers: pl.DataFrame) -> pl.DataFrame:
    cleared = answers.with_columns(pl.col("cleared").str.json_decode(pl.List(pl.String)))
    if not model.contact_fields:
        typed = cleared.drop("sent")
    else:
        try:
            typed = _as_logged(model, cleared)
        except pl.exceptions.ComputeError:
            typed = _from_another_kind(model, cleared)
    return typed.join(_provenance(model, answers), on="provenance", how="left", maintain_order="left").drop(
        "provenance"
    )


def _as_logged(model: ContactModel, answers: pl.DataFrame) -> pl.DataFrame:
    sent = pl.Struct({field.name: field.logged for field in model.contact_fields})
    odd = [field for field in model.contact_fields if type(field).from_log is not Field.from_log]
    return (
        answers.with_columns(pl.col("sent").str.json_decode(sent))
        .unnest("sent")
        .with_columns(field.from_log(pl.col(field.name)).alias(field.name) for field in odd)
    )


def _from_another_kind(model: ContactModel, answers: pl.DataFrame) -> pl.DataFrame:
    text = answers["sent"].str.json_decode(pl.Struct(dict.fromkeys(model.names, pl.String))).struct.unnest()
    values = [field.read(text[field.name], Conventions()).values.alias(field.name) for field in model.contact_fields]
    return answers.drop("sent").with_columns(values)


def _provenance(model: ContactModel, answers: pl.DataFrame) -> pl.DataFrame:
    """Each different text of ``provenance`` with what it says: there are few, and decoding takes long."""
    numbers = dict.fromkeys(model.schema.provenance, pl.UInt32)
    provenance = pl.Struct({**numbers, "sources": pl.Struct(dict.fromkeys(model.names, pl.String))})
    said = answers.select(pl.col("provenance").unique()).with_columns(
        pl.col("provenance").str.json_decode(provenance).alias("said")
    )
    # Rows of an earlier version name no sources, and those of another declaration have other ones.
    of_fields = pl.col("sources").struct
    return said.unnest("said").select(
        "provenance",
        *numbers,
        *(of_fields.field(name).cast(model.schema.giver, strict=False).alias(f"{name}:source") for name in model.names),
    )

"""The fold: answers become the acknowledged state and the list of refused contacts.

Pure functions over one bucket. A field's acknowledged value is the last that was sent or cleared; a contact is refused as long
as its last answer is a refusal. What is in doubt is no answer, and changes nothing. Keep out: reading the log and writing tables (``refresh``).
"""

import polars as pl

from hubsync_assets.model.fields import CONTACT_FIELDS
from hubsync_assets.model.schema import FAILED_SCHEMA, SOURCE, STATE_SCHEMA, dtype
from hubsync_assets.sync_log.answers import PROVENANCE, AnswerKind

__all__ = ["decoded", "fold_failed", "fold_state"]

_FIELDS = [field.name for field in CONTACT_FIELDS]
_ROWS_TO_DECODE = 20_000
"""polars builds one tree of the values of all texts, some ten times their size."""

_REFUSED = pl.col("kind") == AnswerKind.REFUSED.value
_TAKEN = ~pl.col("kind").is_in([AnswerKind.REFUSED.value, AnswerKind.IN_DOUBT.value])


def fold_state(state: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """The acknowledged state after some answers.

    Args:
        state: STATE_SCHEMA, one row a contact.
        answers: ANSWER_SCHEMA, newer than the state, oldest first.

    Returns:
        STATE_SCHEMA, one row a contact, in no order that means anything.
    """
    news = (
        decoded(answers.filter(_TAKEN))
        .rename({"seq": "order"})
        .with_columns((pl.col("kind") != AnswerKind.UNCHANGED.value).alias("written"))
    )
    before = state.with_columns(
        pl.lit(0, pl.Int64).alias("order"),
        pl.lit([], pl.List(pl.String)).alias("cleared"),
    )
    columns = [*STATE_SCHEMA, "cleared", "order"]
    rows = pl.concat([before.select(columns), news.select(columns)])
    # Most contacts have no news, or are new: there is nothing to fold, and only the rest has to be sorted and grouped.
    alone = rows["email"].hash().is_unique()
    return pl.concat([rows.filter(alone).select(STATE_SCHEMA.keys()), _folded(rows.filter(~alone))])


def _folded(rows: pl.DataFrame) -> pl.DataFrame:
    touched = {name: pl.col(name).is_not_null() | pl.col("cleared").list.contains(pl.lit(name)) for name in _FIELDS}
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
            pl.col(*PROVENANCE, "mapping_version", "run_id", "at").last(),
        )
        .select(STATE_SCHEMA.keys())
    )


def fold_failed(failed: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """The refused contacts after some answers.

    Args:
        failed: FAILED_SCHEMA, one row a contact.
        answers: ANSWER_SCHEMA, newer than ``failed``, oldest first.

    Returns:
        FAILED_SCHEMA, sorted by email. ``attempts`` counts the refusals since HubSpot last took the contact.
    """
    accepted = answers.group_by("email").agg(pl.col("seq").filter(_TAKEN).max().alias("accepted"))
    news = decoded(answers.filter(_REFUSED)).with_columns(
        pl.col("seq").alias("order"),
        pl.lit(1, pl.UInt32).alias("attempts"),
        pl.col("at").alias("first_at"),
        pl.col("at").alias("last_at"),
    )
    columns = [*FAILED_SCHEMA, "order"]
    before = failed.with_columns(pl.lit(0, pl.Int64).alias("order"))
    return (
        pl.concat([before.select(columns), news.select(columns)])
        .join(accepted, on="email", how="left")
        .filter(pl.col("accepted").is_null() | (pl.col("order") > pl.col("accepted")))
        .sort("email", "order", maintain_order=True)
        .group_by("email", maintain_order=True)
        .agg(
            pl.col(*_FIELDS, "mapping_version", "category", "message", "correlation_id", "last_at", "run_id").last(),
            pl.col("attempts").sum().cast(pl.UInt32),
            pl.col("first_at").first(),
        )
        .select(FAILED_SCHEMA.keys())
    )


def decoded(answers: pl.DataFrame) -> pl.DataFrame:
    """Answers with the JSON columns as typed columns: the contact's fields, the cleared ones, the provenance, and each value's source."""
    return pl.concat(map(_decoded, answers.iter_slices(_ROWS_TO_DECODE))) if answers.height else _decoded(answers)


def _decoded(answers: pl.DataFrame) -> pl.DataFrame:
    sent = pl.Struct({field.name: dtype(field) for field in CONTACT_FIELDS})
    typed = answers.with_columns(
        pl.col("sent").str.json_decode(sent), pl.col("cleared").str.json_decode(pl.List(pl.String))
    ).unnest("sent")
    return typed.join(_provenance(answers), on="provenance", how="left", maintain_order="left").drop("provenance")


def _provenance(answers: pl.DataFrame) -> pl.DataFrame:
    """Each different text of ``provenance`` with what it says: there are few, and decoding takes long."""
    sources = pl.Struct(dict.fromkeys(_FIELDS, pl.String))
    provenance = pl.Struct({**dict.fromkeys(PROVENANCE, pl.UInt32), "sources": sources})
    said = answers.select(pl.col("provenance").unique()).with_columns(
        pl.col("provenance").str.json_decode(provenance).alias("said")
    )
    # Rows of an earlier version name no sources.
    of_fields = pl.col("sources").struct
    return said.unnest("said").select(
        "provenance",
        *PROVENANCE,
        *(of_fields.field(name).cast(SOURCE, strict=False).alias(f"{name}:source") for name in _FIELDS),
    )

"""The fold: answers become the acknowledged state and the list of refused contacts.

Pure functions over one bucket. A field's acknowledged value is the last that was sent or cleared; a contact is refused as long
as its last answer is a refusal. What is in doubt is no answer, and changes nothing. Keep out: reading the log and writing tables (``refresh``).
"""

from collections.abc import Mapping

import polars as pl

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.reading import Conventions
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import GONE, SEEN
from hubsync_assets.sync_log.answers import AnswerKind
from hubsync_assets.sync_log.settled import refused_values
from hubsync_assets.sync_log.then import NOW, Then, with_names_of_now

__all__ = ["decoded", "fold_failed", "fold_state"]

_ROWS_TO_DECODE = 20_000
"""polars builds one tree of the values of all texts, some ten times their size."""

_REFUSED = pl.col("kind") == AnswerKind.REFUSED.value
# All that an update had was refused, value by value: these are settled, and of the contact it is known that HubSpot has it.
_OF_VALUES = _REFUSED & pl.col("settled").is_not_null()
_TAKEN = ~pl.col("kind").is_in([AnswerKind.REFUSED.value, AnswerKind.IN_DOUBT.value]) | _OF_VALUES
_UNWRITTEN = [AnswerKind.UNCHANGED.value, AnswerKind.REFUSED.value]


def fold_state(model: ContactModel, state: pl.DataFrame, answers: pl.DataFrame, then: Then = NOW) -> pl.DataFrame:
    """The acknowledged state after some answers.

    Args:
        model: what a contact is.
        state: ``Schemas.state``, one row a contact.
        answers: ANSWER_SCHEMA, newer than the state, oldest first.
        then: what was called and written otherwise.

    Returns:
        ``Schemas.state``, one row a contact, in no order that means anything.
    """
    news = (
        decoded(model, answers.filter(_TAKEN), then)
        .rename({"seq": "order"})
        .with_columns((~pl.col("kind").is_in(_UNWRITTEN)).alias("written"))
        .with_columns(_ours(name).alias(f"{name}:ours") for name in model.names)
        # What was read back names the sources of all that was sent, also of what was not found to be there.
        .with_columns(
            pl.when(pl.col(name).is_not_null()).then(f"{name}:source").alias(f"{name}:source") for name in model.names
        )
    )
    before = state.with_columns(
        pl.lit(0, pl.Int64).alias("order"),
        pl.lit([], pl.List(pl.String)).alias("cleared"),
    )
    columns = [*model.schema.state, "cleared", "order"]
    rows = pl.concat([before.select(columns), news.select(columns)])
    # Most contacts have no news, or are new: there is nothing to fold, and only the rest has to be sorted and grouped.
    alone = rows["email"].hash().is_unique()
    folded = pl.concat(
        [rows.filter(alone).select(model.schema.state.keys()), _folded(model, rows.filter(~alone), then)]
    )
    return folded.with_columns(pl.col(f"{name}:ours").fill_null(value=False) for name in model.names)


def _ours(name: str) -> pl.Expr:
    """Whether a row says that we wrote a field's value; null: what was known of that stays."""
    is_seen = pl.col("seen").list.contains(pl.lit(name)).fill_null(value=False)
    is_seen |= (pl.col(f"{name}:source") == SEEN).fill_null(value=False)
    return pl.when(pl.col(name).is_null() | is_seen).then(statement=False).when("written").then(statement=True)


def _folded(model: ContactModel, rows: pl.DataFrame, then: Then) -> pl.DataFrame:
    touched = {name: pl.col(name).is_not_null() | pl.col("cleared").list.contains(pl.lit(name)) for name in model.names}
    return (
        rows.sort("email", "order", maintain_order=True)
        .group_by("email", maintain_order=True)
        .agg(
            pl.col("written").any(),
            pl.col("hubspot_id").drop_nulls().last(),
            *[
                _last(column, mask, then.elsewhere.get(name))
                for name, mask in touched.items()
                for column in (name, f"{name}:source")
            ],
            *[pl.col(f"{name}:ours").filter(mask).drop_nulls().last() for name, mask in touched.items()],
            pl.col(*model.schema.provenance, "mapping_version", "run_id", "at").last(),
        )
        .select(model.schema.state.keys())
    )


def _last(column: str, touched: pl.Expr, elsewhere: frozenset[int] | None) -> pl.Expr:
    """What was last sent or cleared of a field; where it was another property's, until the contact is written as now."""
    if not elsewhere:
        return pl.col(column).filter(touched).last()
    is_elsewhere = pl.col("mapping_version").is_in(sorted(elsewhere))
    here, anywhere = (pl.col(column).filter(mask).last() for mask in (touched & ~is_elsewhere, touched))
    return pl.when(is_elsewhere.last()).then(anywhere).otherwise(here).alias(column)


def fold_failed(
    model: ContactModel, failed: pl.DataFrame, answers: pl.DataFrame, settled: pl.DataFrame
) -> pl.DataFrame:
    """The refused contacts and values after some answers.

    Args:
        model: what a contact is.
        failed: ``Schemas.failed``, one row a contact, or a contact and property.
        answers: ANSWER_SCHEMA, newer than ``failed``, oldest first.
        settled: SETTLED_SCHEMA, what ``fold_settled`` gives after the same answers.

    Returns:
        ``Schemas.failed``, sorted by email, whole contacts first. ``attempts`` counts the refusals since HubSpot last took the contact, or
        of the value.
    """
    accepted = answers.group_by("email").agg(pl.col("seq").filter(_TAKEN).max().alias("accepted"))
    news = decoded(model, answers.filter(_REFUSED & ~_OF_VALUES)).with_columns(
        pl.lit(None, pl.String).alias("property"),
        pl.col("seq").alias("order"),
        pl.lit(1, pl.UInt32).alias("attempts"),
        pl.col("at").alias("first_at"),
        pl.col("at").alias("last_at"),
    )
    columns = [*model.schema.failed, "order"]
    before = failed.filter(pl.col("property").is_null()).with_columns(pl.lit(0, pl.Int64).alias("order"))
    contacts = (
        pl.concat([before.select(columns), news.select(columns)])
        .join(accepted, on="email", how="left")
        .filter(pl.col("accepted").is_null() | (pl.col("order") > pl.col("accepted")))
        .sort("email", "order", maintain_order=True)
        .group_by("email", maintain_order=True)
        .agg(
            pl.col(
                *model.names, "mapping_version", "category", "message", "correlation_id", "last_at", "run_id"
            ).last(),
            pl.col("property").first(),
            pl.col("attempts").sum().cast(pl.UInt32),
            pl.col("first_at").first(),
        )
        .select(model.schema.failed.keys())
    )
    values = refused_values(model, settled)
    if values.is_empty():
        return contacts
    return pl.concat([contacts, values]).sort("email", "property", nulls_last=False, maintain_order=True)


def decoded(model: ContactModel, answers: pl.DataFrame, then: Then = NOW) -> pl.DataFrame:
    """Answers with the JSON columns as typed columns: the contact's fields, the cleared ones, the provenance, and each value's source.

    A value that an earlier declaration logged under another kind is read as this one reads text; one that does not fit is null.
    """
    if not answers.height:
        return _decoded(model, answers, then.sources)
    slices = answers.iter_slices(_ROWS_TO_DECODE)
    return pl.concat([_decoded(model, with_names_of_now(rows, then.fields), then.sources) for rows in slices])


def _decoded(model: ContactModel, answers: pl.DataFrame, renames: Mapping[str, str]) -> pl.DataFrame:
    cleared = answers.with_columns(pl.col("cleared").str.json_decode(pl.List(pl.String)))
    if not model.contact_fields:
        typed = cleared.drop("sent")
    else:
        try:
            typed = _as_logged(model, cleared)
        except pl.exceptions.ComputeError:
            typed = _from_another_kind(model, cleared)
    return typed.join(_provenance(model, answers, renames), on="provenance", how="left", maintain_order="left").drop(
        "provenance"
    )


def _as_logged(model: ContactModel, answers: pl.DataFrame) -> pl.DataFrame:
    sent = pl.Struct({field.name: field.logged for field in model.contact_fields})
    odd = [field for field in model.contact_fields if type(field).from_log is not Field.from_log]
    logged = answers.with_columns(pl.col("sent").str.json_decode(sent)).unnest("sent")
    typed = logged.with_columns(field.from_log(pl.col(field.name)).alias(field.name) for field in odd)
    if any(typed[field.name].null_count() > logged[field.name].null_count() for field in odd):
        return _from_another_kind(model, answers)
    return typed


def _from_another_kind(model: ContactModel, answers: pl.DataFrame) -> pl.DataFrame:
    text = answers["sent"].str.json_decode(pl.Struct(dict.fromkeys(model.names, pl.String))).struct.unnest()
    return answers.drop("sent").with_columns(_of_text(field, text[field.name]) for field in model.contact_fields)


def _of_text(field: Field, text: pl.Series) -> pl.Series:
    """Each value as this kind logs it, or else as it reads a source's text."""
    logged = text
    if field.logged == pl.Boolean:
        logged = text.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    elif field.logged != pl.String:
        logged = text.cast(field.logged, strict=False)
    values = logged.to_frame(field.name).select(field.from_log(pl.col(field.name))).to_series()
    others = (values.is_null() & text.is_not_null()).arg_true()
    read = field.read(text.gather(others), Conventions()).values
    return values.scatter(others, read) if others.len() else values


def _provenance(model: ContactModel, answers: pl.DataFrame, renames: Mapping[str, str]) -> pl.DataFrame:
    """Each different text of ``provenance`` with what it says: there are few, and decoding takes long."""
    earlier = {source: [was for was, name in renames.items() if name == source] for source in model.sources}
    numbers = {
        f"{source}_{what}": [f"{was}_{what}" for was in (source, *earlier[source])]
        for source in model.sources
        for what in ("records", "file_rank")
    }
    written = dict.fromkeys((name for names in numbers.values() for name in names), pl.UInt32)
    sources = pl.Struct(dict.fromkeys(model.names, pl.String))
    provenance = pl.Struct({**written, "sources": sources, "seen": pl.List(pl.String)})
    said = answers.select(pl.col("provenance").unique()).with_columns(
        pl.col("provenance").str.json_decode(provenance).alias("said")
    )
    # Rows of an earlier version name no sources, and those of another declaration have other ones.
    of_fields = pl.col("sources").struct
    return said.unnest("said").select(
        "provenance",
        # A source that a row does not know had nothing.
        *(pl.coalesce(names).alias(name) for name, names in numbers.items()),
        *(_giver(model, of_fields.field(name), renames).alias(f"{name}:source") for name in model.names),
        "seen",
    )


def _giver(model: ContactModel, name: pl.Expr, renames: Mapping[str, str]) -> pl.Expr:
    now = name.replace(renames) if renames else name
    known = now.cast(model.schema.giver, strict=False)
    return pl.when(now.is_not_null() & known.is_null()).then(pl.lit(GONE, dtype=model.schema.giver)).otherwise(known)

"""What the log is told of a contact beside its values, and of contacts that are not written.

Put here: rows that become the state without being sent. Keep out: the plan's rows (``plan_rows``), and who is logged.
"""

import polars as pl

from hubsync_assets.contacts.decision_columns import flags_of, is_held, is_same, ours, state_value
from hubsync_assets.contacts.joining import KEY
from hubsync_assets.contacts.staleness import Written
from hubsync_assets.contacts.uncertainty import Uncertainty, has_value, is_short
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.field_lists import field_lists
from hubsync_assets.model.schema import Schema

__all__ = ["logged_schema", "nobody", "noted_rows", "remembered", "written_version"]


def logged_schema(model: ContactModel) -> Schema:
    """The columns of what the log is to say of contacts that are not written.

    ``Schemas.merged``, with the values that HubSpot holds; ``hubspot_id`` (String); ``cleared`` (``List(String)``), the fields of which
    the state holds something, or something is settled, and HubSpot is seen to hold nothing; ``seen`` (the same; null: none), the fields whose value we did not write;
    ``settled`` (String; null: none), as the log keeps it; and ``mapping_version`` (Int32).
    """
    return {
        "email": pl.String,
        "hubspot_id": pl.String,
        "cleared": pl.List(pl.String),
        "seen": pl.List(pl.String),
        "settled": pl.String,
        "mapping_version": pl.Int32,
        **model.schema.merged,
    }


def nobody(model: ContactModel) -> pl.DataFrame:
    """``logged_schema`` without a row."""
    return pl.DataFrame(schema=logged_schema(model))


def remembered(contacts: pl.DataFrame, uncertainty: Uncertainty) -> pl.DataFrame:
    """The same contacts, with the state's numbers where a source in doubt has fewer records than it had.

    What is logged becomes the state: it would forget that there were more, and take the doubtful reading for the truth.
    """
    if contacts.is_empty():
        return contacts
    columns = []
    for source, doubts in uncertainty.doubts.items():
        short = is_short(source, doubts)
        records, rank = f"{source}_records", f"{source}_file_rank"
        columns += [
            pl.when(short).then(pl.max_horizontal(f"state:{records}", records)).otherwise(records).alias(records),
            pl.when(short).then(f"state:{rank}").otherwise(rank).alias(rank),
        ]
    return contacts.with_columns(columns) if columns else contacts


def written_version(model: ContactModel, written: Written) -> pl.Expr:
    """The number of the mapping that a contact is written with: that of the state while a value in it waits to be written as now."""
    waits = [
        written.is_stale(field) & has_value(model, field) & is_held(field)
        for field in model.sent_fields
        if written.is_possible(field)
    ]
    now = pl.lit(written.version, dtype=pl.Int32)
    return pl.when(pl.any_horizontal(waits)).then("state:mapping_version").otherwise(now) if waits else now


def noted_rows(model: ContactModel, decided: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """``logged_schema`` for contacts that HubSpot has: what it was seen to hold, and what is not written until something changes.

    Args:
        model: What a contact is.
        decided: Contacts of whose fields it is decided (``deciding``), with ``action`` (Boolean): something of them is written. Such a
            contact is in the result only where there is news of its other fields.
        settled: ``email``, ``settled``: what is newly settled.
    """
    if decided.is_empty():
        return nobody(model)
    emptied = {
        field.name: (state_value(field).is_not_null() | pl.col(f"settled:{field.name}"))
        & pl.col(field.name).is_null()
        & pl.col(f"portal:{field.name}_old").is_null()
        for field in model.sent_fields
    }
    seen = {field.name: is_same(field) & ~pl.col(ours(field)) for field in model.sent_fields}
    news = [
        is_same(field)
        & (
            pl.col(field.name).ne_missing(state_value(field))
            | pl.col(f"settled:{field.name}")
            | (pl.col(f"state:{field.name}:ours") & ~pl.col(ours(field)))
        )
        for field in model.sent_fields
    ]
    no_fields = pl.lit([], dtype=pl.List(pl.String))
    rows = (
        decided.with_columns(
            pl.Series("cleared", field_lists(flags_of(decided, emptied), decided.height)),
            pl.Series("seen", field_lists(flags_of(decided, seen), decided.height)),
            pl.coalesce("portal:hubspot_id", "state:hubspot_id").alias("hubspot_id"),
        )
        .join(settled, on=KEY, how="left", maintain_order="left")
        .filter(
            ~pl.col("action")
            | pl.col("cleared").is_not_null()
            | pl.col("settled").is_not_null()
            | pl.any_horizontal(news)
        )
    )
    values = [pl.when(is_same(field)).then(field.name).alias(field.name) for field in model.sent_fields]
    return rows.with_columns(pl.col("cleared").fill_null(no_fields), *values).select(logged_schema(model).keys())

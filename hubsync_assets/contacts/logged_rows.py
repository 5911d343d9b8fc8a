"""What the log is told of a contact beside its values, and of contacts that are not written.

Put here: rows that become the state without being sent. Keep out: the plan's rows (``plan_rows``), and who is logged.
"""

import polars as pl

from hubsync_assets.contacts.staleness import Written
from hubsync_assets.contacts.uncertainty import Uncertainty, has_value, is_short
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import Schema

__all__ = ["logged_schema", "nobody", "remembered", "seen_rows", "written_version"]


def logged_schema(model: ContactModel) -> Schema:
    """The columns of what the log is to say of contacts that are not written.

    ``Schemas.merged``, ``hubspot_id`` (String), ``cleared`` (``List(String)``), the fields of which the state holds something and
    HubSpot is seen to hold nothing; ``seen`` (the same; null: none), the fields of a contact of ours that we never wrote and that HubSpot
    is seen to hold; and ``mapping_version`` (Int32).
    """
    return {
        "email": pl.String,
        "hubspot_id": pl.String,
        "cleared": pl.List(pl.String),
        "seen": pl.List(pl.String),
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
        written.is_stale(field) & has_value(model, field) & pl.col(field.name).is_null()
        for field in model.contact_fields
        if written.is_possible(field)
    ]
    now = pl.lit(written.version, dtype=pl.Int32)
    return pl.when(pl.any_horizontal(waits)).then("state:mapping_version").otherwise(now) if waits else now


def seen_rows(model: ContactModel, seen: pl.DataFrame, written: Written) -> pl.DataFrame:
    """``logged_schema`` for compared contacts of which the portal holds all that is certain."""
    if seen.is_empty():
        return nobody(model)
    emptied = [
        pl.when(
            pl.col(f"state:{field.name}").is_not_null()
            & pl.col(field.name).is_null()
            & pl.col(f"portal:{field.name}_old").is_null()
        ).then(pl.lit(field.name))
        for field in model.contact_fields
    ]
    cleared = pl.concat_list(emptied).list.drop_nulls() if seen["state"].any() else pl.lit([], dtype=pl.List(pl.String))
    only_seen = [
        pl.when(written.is_elsewhere(field) & pl.col(field.name).is_not_null()).then(pl.lit(field.name))
        for field in model.contact_fields
        if field.name in written.elsewhere
    ]
    names = pl.concat_list(only_seen).list.drop_nulls() if only_seen else pl.lit([], dtype=pl.List(pl.String))
    return seen.with_columns(
        cleared.alias("cleared"),
        names.alias("seen"),
        pl.coalesce("portal:hubspot_id", "state:hubspot_id").alias("hubspot_id"),
    ).select(logged_schema(model).keys())

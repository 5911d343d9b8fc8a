"""The polars dtypes of everything that is written to a table or handed from one room to the next.

Put here: column names and dtypes, derived from the field table. Keep out: expressions that compute values.
"""

import polars as pl

from hubsync_assets.contacts.fields import FIELDS, SOURCES, Field, Kind

__all__ = [
    "CONFLICT_SCHEMA",
    "DROPPED_SCHEMA",
    "DTYPES",
    "MERGED_SCHEMA",
    "RAW_SCHEMA",
    "RECORD_COLUMNS",
    "REJECTED_SCHEMA",
    "dtype",
]

DTYPES: dict[Kind, type[pl.DataType]] = {
    Kind.EMAIL: pl.String,
    Kind.TEXT: pl.String,
    Kind.COUNTRY: pl.String,
    Kind.WHOLE: pl.Int64,
    Kind.NUMBER: pl.Float64,
}


def dtype(field: Field) -> type[pl.DataType]:
    """The polars dtype of a field's canonical value."""
    return DTYPES[field.kind]


RECORD_COLUMNS: dict[str, type[pl.DataType]] = {field.name: dtype(field) for field in FIELDS}
"""A record in canonical columns: the email and the contact's fields."""

RAW_SCHEMA: dict[str, type[pl.DataType]] = {
    **RECORD_COLUMNS,
    "file": pl.String,
    "file_rank": pl.UInt32,
    "position": pl.UInt64,
}
"""``raw_db1`` and ``raw_db2``: one row a kept record. ``file_rank`` is 0 for the source's newest file; ``position`` is the
1-based number of the record in its file."""

REJECTED_SCHEMA: dict[str, type[pl.DataType]] = {
    "source": pl.String,
    "file": pl.String,
    "position": pl.UInt64,
    "field": pl.String,
    "reason": pl.String,
    "message": pl.String,
    "raw": pl.String,
}
"""``rejected_rows``: one row a record that cannot be synced, or (``field`` is set) a value that had to be dropped."""

DROPPED_SCHEMA: dict[str, type[pl.DataType]] = {
    "position": pl.UInt64,
    "field": pl.String,
    "reason": pl.String,
    "message": pl.String,
    "value": pl.String,
}
"""What ``normalise`` says of the rows of one chunk that it rejected; the caller adds source, file and raw text."""

MERGED_SCHEMA: dict[str, type[pl.DataType]] = {
    **RECORD_COLUMNS,
    **{f"{source}_records": pl.UInt32 for source in SOURCES},
    **{f"{source}_file_rank": pl.UInt32 for source in SOURCES},
}
"""``merged_contacts``: one row a contact. ``<source>_records``: how many of the source's records it was made from (0: the
source does not know it); ``<source>_file_rank``: the rank of the file they came from (null where there are none)."""

CONFLICT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "email": pl.String,
    "field": pl.String,
    "kept": pl.String,
    "kept_source": pl.String,
    "not_kept": pl.List(pl.Struct({"value": pl.String, "source": pl.String})),
    "rule": pl.String,
}
"""``contact_conflicts``: one row a field on which a contact's records disagree; values as text."""

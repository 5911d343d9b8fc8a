"""The polars dtypes of everything that is written to a table or handed from one room to the next.

Put here: column names and dtypes, derived from the field table. Keep out: expressions that compute values.
"""

import polars as pl

from hubsync_assets.model.fields import CONTACT_FIELDS, FIELDS, SOURCES, Field, Kind

__all__ = [
    "CONFLICT_SCHEMA",
    "DROPPED_SCHEMA",
    "DTYPES",
    "EMPTY",
    "FAILED_SCHEMA",
    "FROM",
    "FROM_COLUMNS",
    "MERGED_SCHEMA",
    "PLAN_SCHEMA",
    "PORTAL_SCHEMA",
    "RAW_SCHEMA",
    "RECORD_COLUMNS",
    "REJECTED_SCHEMA",
    "SOURCE",
    "STATE_SCHEMA",
    "UNREADABLE",
    "dtype",
]

DTYPES: dict[Kind, type[pl.DataType]] = {
    Kind.EMAIL: pl.String,
    Kind.TEXT: pl.String,
    Kind.PHONE: pl.String,
    Kind.COUNTRY: pl.String,
    Kind.WHOLE: pl.Int64,
    Kind.NUMBER: pl.Float64,
}


def dtype(field: Field) -> type[pl.DataType]:
    """The polars dtype of a field's canonical value."""
    return DTYPES[field.kind]


RECORD_COLUMNS: dict[str, type[pl.DataType]] = {field.name: dtype(field) for field in FIELDS}
"""A record in canonical columns: the email and the contact's fields."""

_VALUE_COLUMNS: dict[str, type[pl.DataType]] = {field.name: dtype(field) for field in CONTACT_FIELDS}

_PROVENANCE_COLUMNS: dict[str, type[pl.DataType]] = {
    **{f"{source}_records": pl.UInt32 for source in SOURCES},
    **{f"{source}_file_rank": pl.UInt32 for source in SOURCES},
}

RAW_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    **RECORD_COLUMNS,
    "file": pl.String,
    "file_rank": pl.UInt32,
    "position": pl.UInt64,
    "unreadable": pl.List(pl.String),
    "not_given": pl.List(pl.String),
    "rejected": pl.Boolean,
}
"""``raw_db1`` and ``raw_db2``: one row a record that says something of a contact. ``file_rank`` is 0 for the source's newest file;
``position`` is the 1-based number of the record in its file. ``unreadable``: fields with text that does not fit them; ``not_given``:
fields that the record does not speak of although its file does (both null when there are none). ``rejected``: a record that was
rejected and whose email could still be read: it has no values, and whatever it says of the contact is unreadable."""

REJECTED_SCHEMA: dict[str, type[pl.DataType]] = {
    "source": pl.String,
    "file": pl.String,
    "position": pl.UInt64,
    "field": pl.String,
    "reason": pl.String,
    "message": pl.String,
    "raw": pl.String,
}
"""``rejected_rows``: one row per record that cannot be synced, or (``field`` is set) a value that had to be dropped."""

DROPPED_SCHEMA: dict[str, type[pl.DataType]] = {
    "position": pl.UInt64,
    "field": pl.String,
    "reason": pl.String,
    "message": pl.String,
    "value": pl.String,
}
"""What ``normalise`` says about the rows of one chunk that it rejected; the caller adds source, file and raw text."""

SOURCE = pl.Enum(SOURCES)
"""A source's name, one byte a row."""

EMPTY = "empty"
UNREADABLE = "unreadable"

FROM = pl.Enum([*SOURCES, *(f"{source}?" for source in SOURCES), EMPTY, UNREADABLE])
"""Where a golden value is from, and why there is none. A source: the value is its; with ``?``: an unreadable value could have decided,
so the field is uncertain. ``empty``: some record says that it is empty, and none is unreadable. ``unreadable``: no value, and
uncertain. Null: no record gives the field."""

FROM_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {f"{field.name}:from": FROM for field in CONTACT_FIELDS}

MERGED_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    **RECORD_COLUMNS,
    **_PROVENANCE_COLUMNS,
    **FROM_COLUMNS,
}
"""``merged_contacts``: one row a contact. ``<field>:from``: see ``FROM``. ``<source>_records``: of how many of the source's records it was made: all
of the newest file in which one was not rejected, and one for each file that decides a field though a newer one has the contact (0: the source
does not know it); ``<source>_file_rank``: the rank of the newest file that has the contact, be it in a record that was rejected (null: none
has)."""

CONFLICT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "email": pl.String,
    "field": pl.String,
    "kept": pl.String,
    "kept_source": pl.String,
    "not_kept": pl.List(pl.Struct({"value": pl.String, "source": pl.String})),
    "rule": pl.String,
}
"""``contact_conflicts``: one row per field on which a contact's records disagree; values as text."""

_TIME = pl.Datetime("us", "UTC")

STATE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "email": pl.String,
    "hubspot_id": pl.String,
    **_VALUE_COLUMNS,
    **{f"{field.name}:source": SOURCE for field in CONTACT_FIELDS},
    **_PROVENANCE_COLUMNS,
    "written": pl.Boolean,
    "mapping_version": pl.Int32,
    "run_id": pl.String,
    "at": _TIME,
}
"""``hubspot_contacts``: one row a contact that HubSpot acknowledged. The values are what it acknowledged that we wrote; null:
we hold nothing there. ``written``: false while HubSpot was only seen to hold our values, which somebody else put there. Provenance is that of the golden record it was written from; ``<field>:source``: whose value it is (null: an earlier version wrote
it, which did not note that)."""

FAILED_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "email": pl.String,
    **_VALUE_COLUMNS,
    "mapping_version": pl.Int32,
    "category": pl.String,
    "message": pl.String,
    "correlation_id": pl.String,
    "attempts": pl.UInt32,
    "first_at": _TIME,
    "last_at": _TIME,
    "run_id": pl.String,
}
"""``failed_contacts``: one row per contact that HubSpot refused, with the values that were sent (null: not sent)."""

PORTAL_SCHEMA: dict[str, type[pl.DataType]] = {
    "email": pl.String,
    "hubspot_id": pl.String,
    **{f"{field.name}_old": pl.String for field in CONTACT_FIELDS},
    **{f"{field.name}_same": pl.Boolean for field in CONTACT_FIELDS},
}
"""What the portal says about contacts that the state does not know: HubSpot's value as text (null: empty), and
whether it equals ours in HubSpot's own form."""

PLAN_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "email": pl.String,
    "action": pl.String,
    "known_from": pl.String,
    "hubspot_id": pl.String,
    "changes": pl.List(pl.Struct({"field": pl.String, "old": pl.String, "new": pl.String})),
    "cleared": pl.List(pl.String),
    "shortened": pl.List(pl.String),
    "region": pl.String,
    **_VALUE_COLUMNS,
    **_PROVENANCE_COLUMNS,
    **FROM_COLUMNS,
}
"""``contact_changes``: one row a contact to write. ``action``: ``create`` or ``update``; ``known_from``: who knows what HubSpot
holds now (``log``, ``portal``, ``nobody``); ``changes``: the fields that differ, as text; ``cleared``: the fields that are to be
made empty; ``shortened``: the fields of two properties of which only the first is sent now, and the second, which we wrote, is made
empty; ``region``: the country that a phone is formed with; the values to send (null: not sent)."""

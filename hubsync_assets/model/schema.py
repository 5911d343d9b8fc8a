"""The polars dtypes of everything that is written to a table or handed from one room to the next.

Put here: column names and dtypes, as they follow from the fields and the sources. Keep out: expressions that compute values.
"""

from collections.abc import Sequence

import polars as pl

from hubsync_assets.kinds.field import Dtype, Field

__all__ = [
    "CONFLICT_SCHEMA",
    "DEFAULT",
    "DROPPED_SCHEMA",
    "EMPTY",
    "REJECTED_SCHEMA",
    "UNREADABLE",
    "Schema",
    "Schemas",
    "region_of",
]

Schema = dict[str, Dtype]

DEFAULT = "default"
EMPTY = "empty"
UNREADABLE = "unreadable"

REJECTED_SCHEMA: Schema = {
    "source": pl.String,
    "file": pl.String,
    "position": pl.UInt64,
    "field": pl.String,
    "reason": pl.String,
    "message": pl.String,
    "raw": pl.String,
}
"""``rejected_rows``: one row per record that cannot be synced, or (``field`` is set) a value that had to be dropped."""

DROPPED_SCHEMA: Schema = {
    "position": pl.UInt64,
    "field": pl.String,
    "reason": pl.String,
    "message": pl.String,
    "value": pl.String,
}
"""What ``normalise`` says about the rows of one chunk that it rejected; the caller adds source, file and raw text."""

CONFLICT_SCHEMA: Schema = {
    "email": pl.String,
    "field": pl.String,
    "kept": pl.String,
    "kept_source": pl.String,
    "not_kept": pl.List(pl.Struct({"value": pl.String, "source": pl.String})),
    "rule": pl.String,
}
"""``contact_conflicts``: one row per field on which a contact's records disagree; values as text."""

_TIME = pl.Datetime("us", "UTC")


def region_of(name: str) -> str:
    """The plan's column for the country that a phone is formed with."""
    return f"{name}:region"


class Schemas:
    """The schemas of one model.

    Args:
        fields: all fields, the key first.
        sources: the names of the sources, in order.

    Attributes:
        values: the fields but the key, in canonical dtypes.
        record: a record in canonical columns: the key and the contact's fields.
        source: pl.Enum, a source's name, one byte a row.
        giver: pl.Enum, whose a value is: a source, or ``default``.
        said: pl.Enum, where a golden value is from, and why there is none. A source: the value is its; with ``?``: an unreadable value
            could have decided, so the field is uncertain. ``default``: every record says that it is empty, and there is a default.
            ``empty``: some record says that it is empty, and none is unreadable. ``unreadable``: no value, and uncertain. Null: no record
            gives the field.
        codes: what each word of ``said`` is stored as: comparing that takes a fraction of the time that comparing text takes.
        said_columns: ``<field>:from`` for each field.
        provenance: how many of each source's records a contact was made from, and the rank of the newest file that has it.
        raw: ``raw_<source>``: one row a record that says something of a contact. ``file_rank`` is 0 for the source's newest file;
            ``position`` is the 1-based number of the record in its file. ``unreadable``: fields with text that does not fit them;
            ``not_given``: fields that the record does not speak of although its file does (both null when there are none).
            ``rejected``: a record that was rejected and whose email could still be read: it has no values, and whatever it says of the
            contact is unreadable. ``filtered``: a record that its source's ``where`` leaves out: for its source the contact is gone.
        merged: ``merged_contacts``: one row a contact. ``<field>:from``: see ``said``. ``<source>_records``: how many of the source's
            records it was made from (0: the source does not know it); ``<source>_file_rank``: the rank of the newest file that has the
            contact, be it in a record that was rejected (null: none has).
        state: ``hubspot_contacts``: one row a contact that HubSpot acknowledged. The values are what it acknowledged that we wrote; null:
            we hold nothing there. ``written``: false while HubSpot was only seen to hold our values, which somebody else put there.
            Provenance is that of the golden record it was written from; ``<field>:source``: whose value it is (null: an earlier version
            wrote it, which did not note that).
        failed: ``failed_contacts``: one row per contact that HubSpot refused, with the values that were sent (null: not sent).
        portal: what the portal says about contacts that the state does not know: HubSpot's value as text (null: empty), and whether it
            equals ours in HubSpot's own form.
        plan: ``contact_changes``: one row a contact to write. ``action``: ``create`` or ``update``; ``known_from``: who knows what HubSpot
            holds now (``log``, ``portal``, ``nobody``); ``changes``: the fields that differ, as text; ``cleared``: the fields that are to
            be made empty; ``shortened``: the fields of two properties of which only the first is sent now, and the second, which we
            wrote, is made empty; ``<phone>:region``: the country that a phone is formed with; the values to send (null: not sent).
    """

    def __init__(self, fields: Sequence[Field], sources: Sequence[str]) -> None:
        key, *others = fields
        self.source = pl.Enum(sources)
        self.giver = pl.Enum([*sources, DEFAULT])
        self.said = pl.Enum([*sources, *(f"{source}?" for source in sources), DEFAULT, EMPTY, UNREADABLE])
        self.values: Schema = {field.name: field.dtype for field in others}
        self.record: Schema = {key.name: key.dtype, **self.values}
        self.codes = {str(word): code for code, word in enumerate(self.said.categories)}
        self.said_columns: Schema = {f"{name}:from": self.said for name in self.values}
        self.provenance: Schema = {
            **{f"{source}_records": pl.UInt32 for source in sources},
            **{f"{source}_file_rank": pl.UInt32 for source in sources},
        }
        self.raw: Schema = {
            **self.record,
            "file": pl.String,
            "file_rank": pl.UInt32,
            "position": pl.UInt64,
            "unreadable": pl.List(pl.String),
            "not_given": pl.List(pl.String),
            "rejected": pl.Boolean,
            "filtered": pl.Boolean,
        }
        self.merged: Schema = {**self.record, **self.provenance, **self.said_columns}
        self.state: Schema = {
            "email": pl.String,
            "hubspot_id": pl.String,
            **self.values,
            **{f"{name}:source": self.giver for name in self.values},
            **self.provenance,
            "written": pl.Boolean,
            "mapping_version": pl.Int32,
            "run_id": pl.String,
            "at": _TIME,
        }
        self.failed: Schema = {
            "email": pl.String,
            **self.values,
            "mapping_version": pl.Int32,
            "category": pl.String,
            "message": pl.String,
            "correlation_id": pl.String,
            "attempts": pl.UInt32,
            "first_at": _TIME,
            "last_at": _TIME,
            "run_id": pl.String,
        }
        self.portal: Schema = {
            "email": pl.String,
            "hubspot_id": pl.String,
            **{f"{name}_old": pl.String for name in self.values},
            **{f"{name}_same": pl.Boolean for name in self.values},
        }
        self.plan: Schema = {
            "email": pl.String,
            "action": pl.String,
            "known_from": pl.String,
            "hubspot_id": pl.String,
            "changes": pl.List(pl.Struct({"field": pl.String, "old": pl.String, "new": pl.String})),
            "cleared": pl.List(pl.String),
            "shortened": pl.List(pl.String),
            **{region_of(field.name): pl.String for field in others if field.needs_region},
            **self.values,
            **self.provenance,
            **self.said_columns,
        }

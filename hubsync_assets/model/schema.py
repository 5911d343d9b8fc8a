"""The polars dtypes of everything that is written to a table or handed from one room to the next.

Put here: column names and dtypes, as they follow from the fields and the sources. Keep out: expressions that compute values.
"""

from collections.abc import Sequence

import polars as pl

from hubsync_assets.kinds.field import Dtype, Field

__all__ = [
    "CHANGE_SCHEMA",
    "CONFLICT_SCHEMA",
    "DEFAULT",
    "DROPPED_SCHEMA",
    "EMPTY",
    "GONE",
    "REJECTED_SCHEMA",
    "SEEN",
    "SETTLED_SCHEMA",
    "UNFIT_SCHEMA",
    "UNREADABLE",
    "Schema",
    "Schemas",
    "region_of",
]

Schema = dict[str, Dtype]

DEFAULT = "default"
GONE = "(gone)"
SEEN = "(seen)"
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
    "record_id": pl.String,
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

CHANGE_SCHEMA: Schema = {
    "property": pl.String,
    "field": pl.String,
    "old": pl.String,
    "new": pl.String,
    "action": pl.String,
}
"""One change of the plan."""

_TIME = pl.Datetime("us", "UTC")

SETTLED_SCHEMA: Schema = {
    "email": pl.String,
    "field": pl.String,
    "value": pl.String,
    "decision": pl.String,
    "digest": pl.String,
    "property": pl.String,
    "category": pl.String,
    "message": pl.String,
    "correlation_id": pl.String,
    "attempts": pl.UInt32,
    "first_at": _TIME,
    "at": _TIME,
    "run_id": pl.String,
}
"""``settled_values``: one row for each value that was looked at and not written. ``value``: what the sources had then, as text (null: nothing);
``decision``: one of ``actions.SETTLED``; ``digest``: of the policy and the property that led to it; ``property``, ``category``, ``message``,
``correlation_id``, ``attempts`` (how often it was refused), ``first_at``: of a value that HubSpot does not take."""

UNFIT_SCHEMA: Schema = {
    "email": pl.String,
    "field": pl.String,
    "property": pl.String,
    "category": pl.String,
    "message": pl.String,
}
"""A value that the portal does not take, found before it is sent."""


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
        giver: pl.Enum, whose a value is: a source, ``default``, a source that is not declared any more (``GONE``), or nobody of us: HubSpot
            was only seen to hold it (``SEEN``).
        said: pl.Enum, where a golden value is from, and why there is none. A source: the value is its; with ``?``: an unreadable value
            could have decided, so the field is uncertain. ``default``: every record says that it is empty, and there is a default.
            ``empty``: some record says that it is empty, and none is unreadable. ``unreadable``: no value, and uncertain. Null: no record
            gives the field.
        codes: what each word of ``said`` is stored as: comparing that takes a fraction of the time that comparing text takes.
        said_columns: ``<field>:from`` for each field.
        provenance: how many of each source's records a contact was made from, and the rank of the newest file that has it.
        raw: ``raw_<source>``: one row a record that says something of a contact. ``file_rank`` is 0 for the source's newest file;
            ``position`` is the 1-based number of the record in its file; ``record_id`` what a database calls it (null for files).
            ``unreadable``: fields with text that does not fit them;
            ``not_given``: fields that the record does not speak of although its file does (both null when there are none).
            ``rejected``: a record that was rejected and whose email could still be read: it has no values, and whatever it says of the
            contact is unreadable. ``filtered``: a record that its source's ``where`` leaves out: for its source the contact is gone.
        merged: ``merged_contacts``: one row a contact. ``<field>:from``: see ``said``. ``<source>_records``: of how many of the source's
            records it was made: all of the newest file in which one was not rejected, and one for each file that decides a field though a
            newer one has the contact (0: the source does not know it); ``<source>_file_rank``: the rank of the newest file that has the
            contact, be it in a record that was rejected (null: none has).
        state: ``hubspot_contacts``: one row a contact that HubSpot acknowledged. The values are what it acknowledged that we wrote; null:
            we hold nothing there. ``written``: false while HubSpot was only seen to hold our values, which somebody else put there.
            Provenance is that of the golden record it was written from; ``<field>:source``: whose value it is (null: an earlier version
            wrote it, which did not note that); ``<field>:ours``: whether we wrote it, or HubSpot was only seen to hold it.
        failed: ``failed_contacts``: one row per contact that HubSpot refused, with the values that it was to get (null: not known), and
            (``property`` is set) per value that it did not take of a contact that it took.
        portal: what HubSpot holds of contacts that are looked at, field by field. ``_old``: its value as one text (null: empty);
            ``_same``: it means what the golden record has; ``_exact``: it is that to the letter; ``_ours``: it means what we last wrote;
            for fields of two properties ``_rest_ours``: the second still holds what we wrote. ``primary``: the record's primary address.
        plan: ``contact_changes``: one row a contact to write. ``action``: ``create`` or ``update``; ``known_from``: who knew of it (``log``,
            ``portal``, ``nobody``); ``changes``: property by property what HubSpot holds now and what it is to hold (null: nothing), in its
            own form, and what that is (``actions.ACTIONS``); ``properties``: the same as it is sent, a JSON object; ``sent`` and
            ``cleared``: the fields that are written and made empty; ``settled``: for a new contact the values that are not sent, as the log
            keeps them; ``mapping_version``: how it is written (older: not all of it is yet); and the golden record.
    """

    def __init__(self, fields: Sequence[Field], sources: Sequence[str]) -> None:
        key, *others = fields
        self.source = pl.Enum(sources)
        self.giver = pl.Enum([*sources, DEFAULT, GONE, SEEN])
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
            "record_id": pl.String,
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
            **{f"{name}:ours": pl.Boolean for name in self.values},
            **self.provenance,
            "written": pl.Boolean,
            "mapping_version": pl.Int32,
            "run_id": pl.String,
            "at": _TIME,
        }
        self.failed: Schema = {
            "email": pl.String,
            "property": pl.String,
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
            "primary": pl.String,
            **{f"{name}_old": pl.String for name in self.values},
            **{f"{name}_{what}": pl.Boolean for what in ("same", "exact", "ours") for name in self.values},
            **{f"{field.name}_rest_ours": pl.Boolean for field in others if field.has_rest},
        }
        self.plan: Schema = {
            "email": pl.String,
            "action": pl.String,
            "known_from": pl.String,
            "hubspot_id": pl.String,
            "changes": pl.List(pl.Struct(CHANGE_SCHEMA)),
            "properties": pl.String,
            "sent": pl.List(pl.String),
            "cleared": pl.List(pl.String),
            "settled": pl.String,
            "mapping_version": pl.Int32,
            **self.values,
            **self.provenance,
            **self.said_columns,
        }

"""The columns of the sync log: one row a contact and answer.

Put here: the table's shape in Python and in SQL. Keep out: connections (``log``) and the fold (``fold``).
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import orjson
import polars as pl
import sqlalchemy as sa

from hubsync_assets.model.fields import CONTACT_FIELDS, SOURCES

__all__ = [
    "ANSWERS",
    "ANSWER_SCHEMA",
    "LAYOUT",
    "METADATA",
    "PROVENANCE",
    "Answer",
    "AnswerKind",
    "provenance_as_json",
    "sequence_type",
    "values_as_json",
]

PROVENANCE = [f"{source}_{what}" for source in SOURCES for what in ("records", "file_rank")]
"""What a golden record says of where it came from; a later plan needs it to know what must be held back."""

_NUMBERS = itemgetter(*PROVENANCE)
_VALUES = itemgetter(*(field.name for field in CONTACT_FIELDS))
_FROMS = itemgetter(*(f"{field.name}:from" for field in CONTACT_FIELDS))

# That an uncertain value was sent does not change whose it is.
_SOURCE_OF: dict[object, str] = {name: source for source in SOURCES for name in (source, f"{source}?")}


class AnswerKind(StrEnum):
    """What HubSpot said of a contact.

    ``UNCHANGED``: it already holds our values, as reading it or an earlier answer showed. ``CONFIRMED``: reading showed that values which
    we had sent without an answer are there; they count as written by us. ``IN_DOUBT`` is no answer: what was sent in a call that may have
    taken effect.
    """

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    IN_DOUBT = "in_doubt"


class Answer(NamedTuple):
    """One row of the log. A tuple, because there are millions, and this is what the driver wants.

    Attributes:
        portal_id: the portal that answered; rows of different portals never mix.
        run_id: the Dagster run that asked.
        at: when the answer came, UTC.
        email: the contact's key.
        kind: what HubSpot said.
        hubspot_id: the contact's id at HubSpot, None where it was refused.
        sent: JSON object of the values that were sent, in canonical form (not HubSpot's text form).
        cleared: JSON array of the fields that were cleared.
        provenance: JSON object with ``<source>_records`` and ``<source>_file_rank`` of the golden record, and ``sources``: whose each sent
            value is (rows of earlier versions have no such key).
        mapping_version: version of the mapping that made HubSpot's form.
        category: reason category of a refusal.
        message: HubSpot's words of a refusal.
        correlation_id: what HubSpot's support asks for.
    """

    portal_id: int
    run_id: str
    at: datetime
    email: str
    kind: AnswerKind
    hubspot_id: str | None
    sent: str
    cleared: str
    provenance: str
    mapping_version: int
    category: str | None = None
    message: str | None = None
    correlation_id: str | None = None


METADATA = sa.MetaData()


def sequence_type() -> sa.types.TypeEngine[int]:
    """The type of a column that counts by itself; SQLite does so only in one of exactly this type."""
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


ANSWERS = sa.Table(
    "answers",
    METADATA,
    sa.Column("seq", sequence_type(), primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.BigInteger, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("hubspot_id", sa.Text),
    sa.Column("sent", sa.Text, nullable=False),
    sa.Column("cleared", sa.Text, nullable=False),
    sa.Column("provenance", sa.Text, nullable=False),
    sa.Column("mapping_version", sa.Integer, nullable=False),
    sa.Column("category", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("correlation_id", sa.Text),
)

LAYOUT = sa.Table(
    "layout",
    METADATA,
    sa.Column("version", sa.Integer, nullable=False),
    # Made with the log and never changed: a fold of another log is not taken for a fold of this one.
    sa.Column("log_id", sa.Text, nullable=False),
)

ANSWER_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "seq": pl.Int64,
    "portal_id": pl.Int64,
    "run_id": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "email": pl.String,
    "kind": pl.String,
    "hubspot_id": pl.String,
    "sent": pl.String,
    "cleared": pl.String,
    "provenance": pl.String,
    "mapping_version": pl.Int32,
    "category": pl.String,
    "message": pl.String,
    "correlation_id": pl.String,
}
"""The log's rows as a frame."""


def values_as_json(row: Mapping[str, object]) -> str:
    """A contact's values, those that are missing left out, as the log keeps them."""
    values = {field.name: row[field.name] for field in CONTACT_FIELDS if row[field.name] is not None}
    return orjson.dumps(values).decode()


def provenance_as_json(row: Mapping[str, object]) -> str:
    """Which sources a golden record was made from, and under ``sources`` whose each of its values is, as the log keeps it.

    Args:
        row: Has the columns of ``PROVENANCE``, the fields and ``<field>:from``.
    """
    return _provenance(_NUMBERS(row), _FROMS(row), tuple(value is not None for value in _VALUES(row)))


@lru_cache(maxsize=10_000)
def _provenance(numbers: tuple[object, ...], froms: tuple[object, ...], sent: tuple[bool, ...]) -> str:
    """Few contacts differ in this, and there are millions."""
    found = ((field.name, _SOURCE_OF.get(winner)) for field, winner in zip(CONTACT_FIELDS, froms, strict=True))
    sources = {name: source for (name, source), is_sent in zip(found, sent, strict=True) if is_sent and source}
    return orjson.dumps({**dict(zip(PROVENANCE, numbers, strict=True)), "sources": sources}).decode()

"""The columns of the sync log: one row a contact and answer.

Put here: the table's shape in Python and in SQL. Keep out: connections (``log``) and the fold (``fold``).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
import polars as pl
import sqlalchemy as sa

from hubsync_assets.kinds.field import Field
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import DEFAULT

__all__ = [
    "ANSWERS",
    "ANSWER_SCHEMA",
    "LAYOUT",
    "METADATA",
    "SETTLED_ENTRY",
    "Answer",
    "AnswerKind",
    "AnswerText",
    "answer_frame",
    "sequence_type",
]


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
        provenance: JSON object with ``<source>_records`` and ``<source>_file_rank`` of the golden record; ``sources``: whose each sent value
            is; ``seen``: the fields whose value we did not write and HubSpot was seen to hold (rows of earlier versions lack keys).
        mapping_version: version of the mapping that made HubSpot's form.
        category: reason category of a refusal.
        message: HubSpot's words of a refusal.
        correlation_id: what HubSpot's support asks for.
        properties: JSON object of what was sent, in HubSpot's form, ``""`` where a property was made empty; None where nothing was.
        settled: JSON array of the values that were looked at and not sent (``SETTLED_ENTRY``); None: there are none.
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
    properties: str | None = None
    settled: str | None = None


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
    sa.Column("properties", sa.Text),
    sa.Column("settled", sa.Text),
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
    "properties": pl.String,
    "settled": pl.String,
}
"""The log's rows as a frame."""

SETTLED_ENTRY: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(
    ("field", "value", "decision", "digest", "property", "category", "message", "correlation_id"), pl.String
)
"""One entry of ``settled``: see ``model.schema.SETTLED_SCHEMA``."""


def answer_frame(rows: Sequence[sa.Row[Any]]) -> pl.DataFrame:
    """Rows of the log as a frame (ANSWER_SCHEMA); at least one."""
    columns = dict(zip(ANSWER_SCHEMA, zip(*rows, strict=True), strict=True))
    # SQLite gives naive times back; both databases hold UTC.
    columns["at"] = tuple(at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None) for at in columns["at"])
    naive = pl.DataFrame(columns, schema=ANSWER_SCHEMA | {"at": pl.Datetime("us")})
    return naive.with_columns(pl.col("at").dt.replace_time_zone("UTC"))


class AnswerText:
    """What an answer's columns of JSON say of a contact.

    Args:
        model: What a contact is.

    Attributes:
        numbers: what a golden record says of where it came from; a later plan needs it to know what must be held back.
    """

    def __init__(self, model: ContactModel) -> None:
        self.numbers = [f"{source}_{what}" for source in model.sources for what in ("records", "file_rank")]
        self._names = model.names
        self._odd = {
            field.name: field.to_log for field in model.contact_fields if type(field).to_log is not Field.to_log
        }
        # That an uncertain value was sent does not change whose it is.
        self._giver: dict[object, str] = {name: source for source in model.sources for name in (source, f"{source}?")}
        self._giver[DEFAULT] = DEFAULT
        self._froms = [f"{name}:from" for name in self._names]
        # Few contacts differ in this, and there are millions.
        self._known = lru_cache(maxsize=10_000)(self._provenance)

    def values(self, row: Mapping[str, Any], only: Collection[str] | None = None) -> str:
        """A contact's values as the log keeps them, those that are missing left out.

        Args:
            row: Has the fields.
            only: The names of those that count; left out: all.
        """
        names = self._names if only is None else only
        values = {name: row[name] for name in names if row[name] is not None}
        for name in self._odd.keys() & values.keys():
            values[name] = self._odd[name](values[name])
        return orjson.dumps(values).decode()

    def provenance(self, row: Mapping[str, Any], only: Collection[str] | None = None) -> str:
        """Which sources a golden record was made from, and under ``sources`` whose each of its values is, as the log keeps it.

        Args:
            row: Has the columns of ``numbers``, the fields and ``<field>:from``; and, where HubSpot was seen to hold values that we never
                wrote, ``seen``: their fields.
            only: As for ``values``.
        """
        return self._known(
            tuple(row[name] for name in self.numbers),
            tuple(row[name] for name in self._froms),
            tuple(row[name] is not None and (only is None or name in only) for name in self._names),
            tuple(row.get("seen") or ()),
        )

    def _provenance(
        self, numbers: tuple[object, ...], froms: tuple[object, ...], sent: tuple[bool, ...], seen: tuple[str, ...]
    ) -> str:
        found = ((name, self._giver.get(winner)) for name, winner in zip(self._names, froms, strict=True))
        sources = {name: giver for (name, giver), is_sent in zip(found, sent, strict=True) if is_sent and giver}
        said = {**dict(zip(self.numbers, numbers, strict=True)), "sources": sources}
        return orjson.dumps({**said, "seen": seen} if seen else said).decode()

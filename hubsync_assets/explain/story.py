"""One contact's story, before it is told.

Put here: the dataclasses. Keep out: where they come from, and words of more than a phrase.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = [
    "FieldStory",
    "HubSpotNow",
    "Loser",
    "Planned",
    "PropertyNow",
    "Reading",
    "Reason",
    "Record",
    "Rejected",
    "Story",
]


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a source that is the contact's.

    Attributes:
        source: its name.
        file: the file or table.
        position: of the record there, from 1.
        record_id: what a database calls it; None: a file.
        values: by field, as text; only those that it has.
        unreadable: fields with text that does not fit them.
        standing: ``counts``, ``older`` (a newer file of its source has the contact), ``rejected`` or ``left out`` (by ``where``).
    """

    source: str
    file: str
    position: int
    record_id: str | None
    values: Mapping[str, str] = field(repr=False)
    unreadable: tuple[str, ...]
    standing: str

    @property
    def place(self) -> str:
        """Where it stands."""
        called = f", id {self.record_id}" if self.record_id is not None else ""
        return f"{self.source} {self.file} #{self.position}{called}"


@dataclass(frozen=True, slots=True)
class Rejected:
    """What of the contact could not be read: a value, or (``field_name`` is None) a whole record."""

    place: str
    field_name: str | None
    reason: str
    message: str = field(repr=False)
    raw: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Loser:
    """A value that was not kept, where it stands, and why."""

    value: str = field(repr=False)
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class FieldStory:
    """How a field got its value.

    Attributes:
        name: the field.
        value: the golden value as text; None: there is none.
        source: what it is from, in words.
        rule: by which rule, in words.
        losers: the other values.
        unreadable: where something unreadable stands.
    """

    name: str
    value: str | None = field(repr=False)
    source: str
    rule: str
    losers: tuple[Loser, ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """The contact's row of the stored plan.

    Attributes:
        digest: names the plan.
        made_at: when it was made, UTC.
        action: ``create`` or ``update``.
        changes: ``CHANGE_SCHEMA`` rows.
        is_answered: HubSpot has answered since.
    """

    digest: str
    made_at: datetime
    action: str
    changes: tuple[Mapping[str, Any], ...] = field(repr=False)
    is_answered: bool


@dataclass(frozen=True, slots=True)
class PropertyNow:
    """A property as HubSpot holds it, as we would write it, and whether that means the same."""

    name: str
    held: str | None = field(repr=False)
    ours: str | None = field(repr=False)
    is_same: bool


@dataclass(frozen=True, slots=True)
class HubSpotNow:
    """What HubSpot holds now.

    Attributes:
        problem: why it could not be asked; empty: it was.
        portal: which one, in words.
        hubspot_id: of the record; None: it has none of this email.
        address: the record's page.
        primary_email: where the record's primary address is another one.
        properties: those that are written from here.
    """

    problem: str = ""
    portal: str = ""
    hubspot_id: str | None = None
    address: str | None = None
    primary_email: str | None = field(default=None, repr=False)
    properties: tuple[PropertyNow, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something of the contact is as it is, and what would free it (empty: nothing has to be done)."""

    why: str = field(repr=False)
    free: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """When a source was last read, and what is doubted of that (empty: nothing)."""

    source: str
    read_at: str
    doubt: str


@dataclass(frozen=True, slots=True)
class Story:
    """All about one contact.

    Attributes:
        email: whom it is about.
        verdict: in one sentence.
        reasons: why, and what would free it.
        readings: of the sources.
        records: its records, in the order in which they count.
        rejected: what of it could not be read.
        fields: how each got its value.
        planned: its row of the stored plan; None: it is not in it.
        history: rows of the log about it, the newest first.
        log_problem: why the log could not be read; empty: it was.
        now: what HubSpot holds.
    """

    email: str = field(repr=False)
    verdict: str
    reasons: tuple[Reason, ...]
    readings: tuple[Reading, ...]
    records: tuple[Record, ...]
    rejected: tuple[Rejected, ...]
    fields: tuple[FieldStory, ...]
    planned: Planned | None
    history: tuple[Mapping[str, Any], ...] = field(repr=False)
    log_problem: str
    now: HubSpotNow

"""A contact, one save of it, and where that came from, as plain data.

Put here: what the rows of the database mean. Keep out: SQL (``contacts``) and HubSpot's JSON (``shapes``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

__all__ = ["API", "Contact", "Source", "Version", "from_row"]


class Source(NamedTuple):
    """Who set a value, in HubSpot's words: ``sourceType``, ``sourceId``, ``updatedByUserId`` (0: no user)."""

    type: str
    id: str = ""
    user: int = 0


API = Source("INTEGRATION", "1000001")
"""Calls of the API: HubSpot names the app that the token belongs to; here every token is of one app."""


@dataclass(slots=True)
class Contact:
    """A contact; times are milliseconds since 1970.

    ``properties`` holds only what has a value; email is one of them. ``version`` is the number of its newest version, which
    names the one before it: a chain that is only ever added to, so that a write touches few pages of the file.
    """

    id: int
    properties: dict[str, str]
    created: int
    updated: int
    archived: int | None = None
    version: int = 0

    def emails(self) -> list[str]:
        """The primary email, if any, then the secondary ones."""
        primary = self.properties.get("email")
        more = self.properties.get("hs_additional_emails")
        return [*([primary] if primary else ()), *(more.split(";") if more else ())]


@dataclass(frozen=True, slots=True)
class Version:
    """What one save changed: property to new value (empty: cleared), when, by which call (0: none) and from where."""

    contact: int
    at: int
    call: int
    source: Source
    changes: dict[str, str]


def from_row(row: Sequence[object]) -> Contact:
    """A contact from the columns id, properties, created, updated, archived, version."""
    identity, properties, created, updated, archived, version = row
    return Contact(identity, orjson.loads(properties), created, updated, archived, version)  # type: ignore[arg-type]

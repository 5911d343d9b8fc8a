"""One HubSpot portal: everything that an endpoint reads or writes, and the request it answers.

Put here: the parts tied together. Keep out: HTTP servers (``server``) and rules (the parts).
"""

from asyncio import Event
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from hubsync_assets.emulator.call_log import CallLog
from hubsync_assets.emulator.clock import Clock
from hubsync_assets.emulator.contacts import Contacts
from hubsync_assets.emulator.database import Database
from hubsync_assets.emulator.faults import Faults
from hubsync_assets.emulator.limits import TIERS, Limits, Tier
from hubsync_assets.emulator.properties import Properties
from hubsync_assets.emulator.responses import bad_json, invalid
from hubsync_assets.emulator.switches import Switches

__all__ = ["ApiRequest", "Portal"]


@dataclass(slots=True)
class ApiRequest:
    """One API request as an endpoint sees it.

    ``version`` is ``v3``, ``2026-03`` or ``2026-09``; ``parts`` are the path's; ``size`` is the body's in bytes.
    """

    call: int
    version: str
    parts: dict[str, str]
    query: dict[str, str]
    body: object
    size: int = 0
    path: str = ""

    def json(self) -> dict[str, Any]:
        """The body as an object; 400 if it is something else."""
        if isinstance(self.body, dict):
            return self.body
        raise bad_json("Cannot deserialize value of type `Object` from the given body")

    def number(self, name: str, default: int) -> int:
        """A whole number of the query; 400 if it is something else."""
        text = self.query.get(name) or str(default)
        if not text.isascii() or not text.isdecimal() or len(text) > 18:
            raise invalid(f"{name} must be a whole number")
        return int(text)

    def flag(self, name: str) -> bool:
        """Whether the query says ``name=true``."""
        return self.query.get(name, "").lower() == "true"

    def names(self, name: str) -> list[str]:
        """The comma-separated names of a query parameter."""
        return [part for part in self.query.get(name, "").split(",") if part]

    def inputs(self) -> list[dict[str, Any]]:
        """The body's ``inputs``; 400 if there are none, or if one of them is not an object."""
        inputs = self.json().get("inputs")
        if not isinstance(inputs, list):
            raise bad_json("Some required fields were not set: [inputs]")
        if not all(isinstance(item, dict) for item in inputs):
            raise bad_json("Cannot deserialize value of type `Object` in `inputs`")
        return inputs


@dataclass(slots=True)
class Portal:
    """A portal with its database, clock, limits, faults and switches."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    switches: Switches = field(default_factory=Switches)
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    random: Random = field(default_factory=lambda: Random(0))  # noqa: S311  (repeatable, not secret)
    contacts: Contacts = field(init=False)
    properties: Properties = field(init=False)
    calls: CallLog = field(init=False)
    id: int = field(init=False)
    gone: Event = field(default_factory=Event)
    _at_start: tuple[Switches, Tier] = field(init=False)

    def __post_init__(self) -> None:
        self.contacts = Contacts(self.database)
        self.properties = Properties(self.database)
        self.calls = CallLog(self.database)
        self.id = self.database.portal_id
        self._at_start = (self.switches, self.limits.tier)

    @classmethod
    def open(cls, path: Path | None = None, *, switches: Switches | None = None, tier: str = "free") -> "Portal":
        """A portal on a SQLite file, or in memory; DatabaseError if the file can't be used."""
        return cls(Database(path), switches=switches or Switches(), limits=Limits(TIERS[tier]))

    def close(self) -> None:
        """Write what waits and close the database."""
        self.calls.settle()
        self.database.close()

    def reload(self) -> None:
        """Read again what is kept in memory, after the database was changed under it.

        Calls that are being delayed learn of it from ``gone``: their portal no longer exists.
        """
        self.gone.set()
        self.gone = Event()
        self.contacts.load()
        self.properties.load()
        self.calls.load()
        self.id = self.database.portal_id

    def reset(self) -> None:
        """An empty portal with the same id, as it was started: no contacts, calls or faults, its first limits and switches."""
        self.database.clear()
        self.faults.clear()
        self.switches, self.limits.tier = self._at_start
        self.limits.reset()
        self.random.seed(0)
        self.clock.reset()
        self.reload()

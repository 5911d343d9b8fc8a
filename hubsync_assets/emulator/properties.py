"""The portal's property definitions and groups, kept in memory and in the database.

Put here: reading, adding and changing definitions. Keep out: HTTP (``endpoints``) and checking values (``values``).
"""

from typing import Any

import orjson

from hubsync_assets.emulator.database import Database
from hubsync_assets.emulator.default_properties import DEFAULT_GROUPS, DEFAULT_PROPERTIES

__all__ = ["Properties"]


class Properties:
    """Property definitions by name (HubSpot's JSON shape), and groups by name."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.definitions: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, dict[str, Any]] = {}
        self.load()

    def load(self) -> None:
        """Read everything from the database, which is given HubSpot's defaults first."""
        rows = self._database.connection.execute
        with self._database.transaction():
            for definition in DEFAULT_PROPERTIES:
                rows(
                    "INSERT OR IGNORE INTO properties VALUES (?, ?)",
                    (definition["name"], orjson.dumps(definition).decode()),
                )
            for place, (name, label) in enumerate(DEFAULT_GROUPS.items()):
                group = {"name": name, "label": label, "displayOrder": place, "archived": False}
                rows("INSERT OR IGNORE INTO property_groups VALUES (?, ?)", (name, orjson.dumps(group).decode()))
        self.definitions = {name: orjson.loads(text) for name, text in rows("SELECT name, definition FROM properties")}
        self.groups = {name: orjson.loads(text) for name, text in rows("SELECT name, definition FROM property_groups")}

    def live(self, name: str) -> dict[str, Any] | None:
        """The definition of a property that exists and isn't archived."""
        definition = self.definitions.get(name)
        return definition if definition is not None and not definition["archived"] else None

    def unique_names(self) -> frozenset[str]:
        """Custom properties of which two contacts can't hold the same value (email has its own table)."""
        return frozenset(
            name
            for name, it in self.definitions.items()
            if it["hasUniqueValue"] and not it["archived"] and name != "email"
        )

    def put(self, definition: dict[str, Any]) -> None:
        """Add or replace a definition."""
        self._database.connection.execute(
            "INSERT OR REPLACE INTO properties VALUES (?, ?)", (definition["name"], orjson.dumps(definition).decode())
        )
        self.definitions[definition["name"]] = definition

    def put_group(self, group: dict[str, Any]) -> None:
        """Add or replace a group."""
        self._database.connection.execute(
            "INSERT OR REPLACE INTO property_groups VALUES (?, ?)", (group["name"], orjson.dumps(group).decode())
        )
        self.groups[group["name"]] = group

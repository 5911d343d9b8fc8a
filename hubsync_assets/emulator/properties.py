"""The portal's property definitions and groups, kept in memory and in the database.

Put here: reading, adding and changing definitions. Keep out: the properties API (``api.property_calls``) and checking values
(``values``).
"""

from typing import Any

import orjson

from hubsync_assets.emulator.database import Database
from hubsync_assets.emulator.default_properties import DEFAULT_GROUPS, DEFAULT_PROPERTIES

__all__ = ["Properties"]


class Properties:
    """Property definitions by name (HubSpot's JSON shape), and groups by name.

    ``writable``: those that take values. ``unique_names``: the custom properties whose values no two contacts can share (email has its own table).
    ``stages``: the lifecycle stages in their order.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.load()

    def load(self) -> None:
        """Read everything from the database, which is given HubSpot's defaults first."""
        run = self._database.connection.execute
        with self._database.transaction():
            for definition in DEFAULT_PROPERTIES:
                row = (definition["name"], orjson.dumps(definition).decode())
                run("INSERT OR IGNORE INTO properties VALUES (?, ?)", row)
            for place, (name, label) in enumerate(DEFAULT_GROUPS.items()):
                group = {"name": name, "label": label, "displayOrder": place, "archived": False}
                run("INSERT OR IGNORE INTO property_groups VALUES (?, ?)", (name, orjson.dumps(group).decode()))
        self.definitions: dict[str, dict[str, Any]] = {
            name: orjson.loads(text) for name, text in run("SELECT name, definition FROM properties")
        }
        self.groups: dict[str, dict[str, Any]] = {
            name: orjson.loads(text) for name, text in run("SELECT name, definition FROM property_groups")
        }
        self._index()

    def _index(self) -> None:
        self._live = {name: definition for name, definition in self.definitions.items() if not definition["archived"]}
        self.writable = {
            name for name, definition in self._live.items() if not definition["modificationMetadata"]["readOnlyValue"]
        }
        stages = self.definitions["lifecyclestage"]["options"]
        self.stages = [option["value"] for option in sorted(stages, key=lambda option: int(option["displayOrder"]))]
        self.unique_names = {name for name, definition in self._live.items() if definition["hasUniqueValue"]} - {
            "email"
        }

    def live(self, name: str) -> dict[str, Any] | None:
        """The definition of a property that exists and isn't archived."""
        return self._live.get(name)

    def listed(self, *, archived: bool) -> list[dict[str, Any]]:
        """All definitions, live or archived."""
        return [definition for definition in self.definitions.values() if bool(definition["archived"]) == archived]

    def in_group(self, group: str) -> list[str]:
        """The names of the live properties of a group."""
        return [name for name, definition in self._live.items() if definition["groupName"] == group]

    def put(self, definition: dict[str, Any]) -> None:
        """Add or replace a definition."""
        self._database.connection.execute(
            "INSERT OR REPLACE INTO properties VALUES (?, ?)", (definition["name"], orjson.dumps(definition).decode())
        )
        self.definitions[definition["name"]] = definition
        self._index()

    def put_group(self, group: dict[str, Any]) -> None:
        """Add or replace a group."""
        self._database.connection.execute(
            "INSERT OR REPLACE INTO property_groups VALUES (?, ?)", (group["name"], orjson.dumps(group).decode())
        )
        self.groups[group["name"]] = group

    def drop_group(self, name: str) -> None:
        """Forget a group."""
        self._database.connection.execute("DELETE FROM property_groups WHERE name = ?", (name,))
        del self.groups[name]

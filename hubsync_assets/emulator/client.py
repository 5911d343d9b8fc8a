"""What a test asks an emulator, over its control path: works on one in this process and on one in another.

Put here: one method for each control endpoint. Keep out: HubSpot's API, which is what the tests test.
"""

from collections.abc import Iterable, Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

__all__ = ["ControlError", "EmulatorControl"]

WRITES = ("/batch/upsert", "/batch/create", "/batch/update", "/batch/archive", "/merge", "/gdpr-delete")


class ControlError(Exception):
    """The emulator refused a control call, or is not running; one line says why."""


class EmulatorControl:
    """The control path of the emulator at ``base_url``."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")

    def _call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        address = urlsplit(self.base_url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=60)
        try:
            connection.request(method, f"/_emulator/{path}", None if body is None else orjson.dumps(body))
            response = connection.getresponse()
            content = response.read()
        except OSError as failure:
            raise ControlError(f"No emulator answers at {self.base_url}: start it first.") from failure
        finally:
            connection.close()
        if response.status != 200:
            raise ControlError(_message(content))
        return orjson.loads(content)

    @property
    def portal_id(self) -> int:
        """The portal's number."""
        return int(self.state()["portal_id"])

    def state(self) -> dict[str, Any]:
        """Portal id, number of contacts, limits and faults."""
        return dict(self._call("GET", "state"))

    def calls(self, path: str = "") -> list[dict[str, Any]]:
        """The API calls so far, oldest first (the newest 10,000); with ``path``, those whose path holds this text.

        Each has id, method, path, status (0: the connection was reset), inputs, results, errors, started, finished
        (seconds since 1970), own_ms, fault.
        """
        return [call for call in self._call("GET", "calls?limit=10000") if path in call["path"]]

    def write_calls(self) -> list[dict[str, Any]]:
        """The calls that write contacts."""
        return [
            call
            for call in self.calls("/objects/")
            if call["path"].endswith(WRITES)
            or call["method"] in ("PATCH", "DELETE")
            or (call["path"].endswith(("/contacts", "/0-1")) and call["method"] == "POST")
        ]

    def contacts(self) -> list[dict[str, Any]]:
        """Every live contact: all its properties, and its id, by id."""
        found: list[dict[str, Any]] = []
        while page := self._call("GET", f"contacts?limit=1000&after={int(found[-1]['id']) + 1 if found else 0}"):
            found += page
        return found

    def contact(self, contact: str) -> dict[str, Any]:
        """One contact by id (archived ones too) or by an address: id, archived, properties, history.

        The history has the newest save first: at, changes, sourceType, sourceId, updatedByUserId, call, path.
        """
        name = "email" if "@" in contact else "id"
        return dict(self._call("GET", f"contact?{urlencode({name: contact})}"))

    def seed(
        self,
        contacts: Iterable[Mapping[str, object]] = (),
        *,
        properties: Iterable[Mapping[str, object]] = (),
        preset: str = "",
    ) -> list[str]:
        """Put property definitions, then contacts into the portal as they come to be in HubSpot itself; no call is counted.

        Args:
            contacts: values by property, read-only ones too; a known email changes that contact. ``history`` lists what was set
                before, oldest first: ``{"at": "2024-05-01T10:00:00Z", "sourceType": "FORM", "sourceId": "…",
                "updatedByUserId": 7, "properties": {…}}``; without a source it was a person.
            properties: parts of definitions as in HubSpot's API, for new properties and for those that are there, HubSpot's own
                too; what isn't said stays. ``calculated`` or ``readOnlyValue`` make one read-only.
            preset: what an empty portal is filled with before that: ``mature``, or ``free`` for nothing; with its limits.

        Returns:
            The ids of ``contacts``.
        """
        body = {"preset": preset, "properties": list(map(dict, properties)), "contacts": list(map(dict, contacts))}
        return list(self._call("POST", "seed", body)["ids"])

    def edit(
        self,
        contact: str,
        values: Mapping[str, object] | None = None,
        /,
        *,
        at: str | int | None = None,
        by: Mapping[str, object] | None = None,
        **properties: object,
    ) -> str:
        """Edit a contact, named by id or address, as a person would in HubSpot; returns its id.

        ``edit("ana@example.com", phone="1")``. A property called ``at`` or ``by`` goes into ``values``. ``by`` says who else it
        was: ``{"sourceType": "INTEGRATION", "sourceId": "77"}`` or ``{"updatedByUserId": 7}``; ``at`` when.
        """
        given = {**(values or {}), **properties}
        return str(self._call("POST", "edit", {**_deed(at, by), "contact": contact, "properties": given})["id"])

    def archive(self, contact: str, *, at: str | int | None = None, by: Mapping[str, object] | None = None) -> str:
        """Archive a contact as a person would; returns its id."""
        return str(self._call("POST", "archive", {**_deed(at, by), "contact": contact})["id"])

    def erase(self, contact: str) -> str:
        """Erase a contact for good (GDPR) as a person would; returns the id it had."""
        return str(self._call("POST", "erase", {"contact": contact})["id"])

    def merge(
        self, primary: str, other: str, *, at: str | int | None = None, by: Mapping[str, object] | None = None
    ) -> str:
        """Merge ``other`` into ``primary`` as a person would; returns the id of the survivor, which is a new one (a switch)."""
        return str(self._call("POST", "merge", {**_deed(at, by), "primary": primary, "other": other})["id"])

    def fault(self, kind: str, times: int = 1, **details: object) -> None:
        """Let the next ``times`` calls (-1: all) meet a fault; ``path=``, ``method=``, ``email=`` say which calls.

        Kinds and their details: ``hubsync_assets.emulator.faults.KINDS``.
        """
        self._call("POST", "fault", {"kind": kind, "times": times, **details})

    def mix(self, rates: Mapping[str, float], *, seed: int = 0, path: str = "", **details: object) -> None:
        """From now on each call meets one of these faults with the given probability; ``details`` by kind."""
        self._call("POST", "mix", {"rates": dict(rates), "seed": seed, "path": path, "details": details})

    def clear_faults(self) -> None:
        """Cancel all faults."""
        self._call("POST", "clear_faults")

    def set_limit(self, burst: int | None = None, **limits: object) -> None:
        """Another burst limit (calls in 10 s), ``daily=`` (None: none) or ``tier=``; the windows start empty."""
        self._call("POST", "limit", {**({} if burst is None else {"burst": burst}), **limits})

    def switch(self, **switches: str | float) -> None:
        """Set switches (``hubsync_assets.emulator.switches``)."""
        self._call("POST", "switch", switches)

    def advance(self, seconds: float) -> None:
        """Move the portal's clock forward."""
        self._call("POST", "clock", {"advance": seconds})

    def freeze(self) -> None:
        """Stop the portal's clock."""
        self._call("POST", "clock", {"freeze": True})

    def snapshot(self, name: str = "") -> None:
        """Keep a copy of everything."""
        self._call("POST", "snapshot", {"name": name})

    def restore(self, name: str = "") -> None:
        """Back to a copy."""
        self._call("POST", "restore", {"name": name})

    def reset(self) -> None:
        """An empty portal with the same id: no contacts, calls, faults."""
        self._call("POST", "reset")


def _deed(at: str | int | None, by: Mapping[str, object] | None) -> dict[str, object]:
    """When and who, as the control path takes it."""
    return {**(by or {}), **({} if at is None else {"at": at})}


def _message(content: bytes) -> str:
    """The words of a refusal: JSON from a control endpoint, plain text from the door."""
    try:
        return str(orjson.loads(content)["message"])
    except (ValueError, TypeError, KeyError):
        return content.decode(errors="replace").strip()

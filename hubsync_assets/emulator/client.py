"""What a test asks an emulator, over its control path: works on one in this process and on one in another.

Put here: one method for each control endpoint. Keep out: HubSpot's API, which is what the tests test.
"""

from collections.abc import Iterable, Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

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

    def seed(self, contacts: Iterable[Mapping[str, object]]) -> list[str]:
        """Put contacts into the portal as a person who edits them in HubSpot would; returns their ids.

        A known email changes that contact. No API call is counted.
        """
        return list(self._call("POST", "seed", {"contacts": [dict(contact) for contact in contacts]})["ids"])

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


def _message(content: bytes) -> str:
    """The words of a refusal: JSON from a control endpoint, plain text from the door."""
    try:
        return str(orjson.loads(content)["message"])
    except (ValueError, TypeError, KeyError):
        return content.decode(errors="replace").strip()

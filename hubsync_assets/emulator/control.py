"""The tests' own control path, ``/_emulator/...``, which the real API does not have.

Put here: reading what was called and kept, seeding, faults, limits, switches, clock, snapshots. Keep out: HubSpot's rules.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hubsync_assets.emulator.answers import Refusal
from hubsync_assets.emulator.faults import KINDS
from hubsync_assets.emulator.limits import TIERS, Tier
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.api.reading import find_many
from hubsync_assets.emulator.shapes import all_values
from hubsync_assets.emulator.writing import draft, save

__all__ = ["Control"]


class Control:
    """The control path of one portal."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.snapshots: dict[str, sqlite3.Connection] = {}

    def routes(self) -> list[Route]:
        """Every control endpoint: GET reads, POST changes."""
        reads: dict[str, Callable[[dict[str, str]], object]] = {
            "state": self.state,
            "calls": self.calls,
            "contacts": self.contacts,
        }
        changes: dict[str, Callable[[dict[str, Any]], object]] = {
            "seed": self.seed,
            "fault": self.fault,
            "mix": self.mix,
            "clear_faults": self.clear_faults,
            "limit": self.limit,
            "switch": self.switch,
            "clock": self.clock,
            "snapshot": self.snapshot,
            "restore": self.restore,
            "reset": self.reset,
        }
        return [Route(f"/_emulator/{name}", _reads(it), methods=["GET"]) for name, it in reads.items()] + [
            Route(f"/_emulator/{name}", _changes(it), methods=["POST"]) for name, it in changes.items()
        ]

    def state(self, _query: dict[str, str]) -> dict[str, object]:
        """Who this is and how full the windows are."""
        now = self.portal.clock.now()
        limits = self.portal.limits
        return {
            "emulator": "hubspot",
            "portal_id": self.portal.id,
            "contacts": self.portal.contacts.count(),
            "now": now,
            "burst": limits.tier.burst,
            "daily": limits.tier.daily,
            "today": limits.today,
            "faults": [{"kind": it.kind, "times": it.times, "path": it.path} for it in self.portal.faults.ordered],
            "rates": self.portal.faults.rates,
            "kinds": KINDS,
        }

    def calls(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """The newest calls, oldest first."""
        return [it.as_dict() for it in reversed(self.portal.calls.newest(int(query.get("limit", "10000"))))]

    def contacts(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """Every property of a page of contacts by id: ``after`` (an id) and ``limit``."""
        page = self.portal.contacts.page(int(query.get("limit", "1000")), int(query.get("after", "0")))
        return [{"id": str(it.id), **all_values(it)} for it in page]

    def seed(self, body: dict[str, Any]) -> dict[str, object]:
        """Contacts as a person would edit them in HubSpot: made, or changed where the email is known."""
        ids = []
        with self.portal.database.transaction():
            for given in body["contacts"]:
                email = str(given.get("email", "")).strip().lower()
                known = find_many(self.portal, "email", [email]) if email else {}
                made = draft(self.portal, known.get(email), given)
                if made.problems:
                    raise ValueError(f"This contact can't be seeded: {made.problems[0].message}")
                save(self.portal, [made], call=0, source="CRM_UI")
                ids.append(str(made.contact.id))
        return {"ids": ids}

    def fault(self, body: dict[str, Any]) -> dict[str, object]:
        """Order a fault."""
        self.portal.faults.order(**body)
        return {}

    def mix(self, body: dict[str, Any]) -> dict[str, object]:
        """Faults at given rates."""
        self.portal.faults.mix(**body)
        return {}

    def clear_faults(self, _body: dict[str, Any]) -> dict[str, object]:
        """No faults any more."""
        self.portal.faults.clear()
        return {}

    def limit(self, body: dict[str, Any]) -> dict[str, object]:
        """Another tier, or other numbers; the windows start empty."""
        tier = TIERS[body["tier"]] if body.get("tier") else self.portal.limits.tier
        daily = body["daily"] if "daily" in body else tier.daily
        self.portal.limits.tier = Tier(int(body.get("burst") or tier.burst), daily)
        self.portal.limits.reset()
        return {}

    def switch(self, body: dict[str, Any]) -> dict[str, object]:
        """Set switches."""
        self.portal.switches = self.portal.switches.changed(**body)
        return {}

    def clock(self, body: dict[str, Any]) -> dict[str, object]:
        """Freeze the portal's clock, or move it forward."""
        if body.get("freeze"):
            self.portal.clock.freeze()
        self.portal.clock.advance(float(body.get("advance", 0)))
        return {"now": self.portal.clock.now()}

    def snapshot(self, body: dict[str, Any]) -> dict[str, object]:
        """Keep a copy of the database under a name."""
        self.snapshots[str(body.get("name", ""))] = self.portal.database.snapshot()
        return {}

    def restore(self, body: dict[str, Any]) -> dict[str, object]:
        """Back to a copy."""
        name = str(body.get("name", ""))
        if name not in self.snapshots:
            raise ValueError(f"There is no snapshot called {name!r}.")
        self.portal.database.restore(self.snapshots[name])
        self.portal.reload()
        return {}

    def reset(self, _body: dict[str, Any]) -> dict[str, object]:
        """An empty portal."""
        self.portal.reset()
        return {}


def _json(status: int, content: object) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def _reads(method: Callable[[dict[str, str]], object]):  # noqa: ANN202
    async def handle(request: Request) -> Response:
        return _json(200, method(dict(request.query_params)))

    return handle


def _changes(method: Callable[[dict[str, Any]], object]):  # noqa: ANN202
    async def handle(request: Request) -> Response:
        try:
            return _json(200, method(orjson.loads(await request.body() or b"{}")))
        except (ValueError, TypeError, KeyError, Refusal) as failure:
            return _json(400, {"message": str(failure)})

    return handle

"""The tests' own control path, ``/_emulator/...``, which the real API does not have: what can be asked and changed.

Put here: seeding, faults, limits, switches, clock, snapshots. Keep out: what can be looked at (``views``), what people do to
contacts (``people``) and HubSpot's rules.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hubsync_assets.emulator.body import MOST_BYTES, read_body
from hubsync_assets.emulator.bounds import count
from hubsync_assets.emulator.limits import TIERS, Tier
from hubsync_assets.emulator.people import People
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.presets import fill, preset_tier
from hubsync_assets.emulator.responses import Refusal
from hubsync_assets.emulator.seeding import seed_contact, seed_definition
from hubsync_assets.emulator.views import Views

if TYPE_CHECKING:
    from hubsync_assets.emulator.database import Snapshot

__all__ = ["Control"]

Change = Callable[[dict[str, Any]], object]


class Control:
    """The control path of one portal. Each method takes the request's JSON object; ValueError says what is wrong with it."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.snapshots: dict[str, Snapshot] = {}

    def routes(self) -> list[Route]:
        """Every control endpoint: GET reads, POST changes."""
        views, people = Views(self.portal), People(self.portal)
        reads = (views.state, views.calls, views.contacts, views.look, views.contact)
        changes: tuple[Change, ...] = (
            self.seed,
            people.edit,
            people.archive,
            people.erase,
            people.merge,
            self.fault,
            self.mix,
            self.clear_faults,
            self.limit,
            self.switch,
            self.clock,
            self.snapshot,
            self.restore,
            self.reset,
        )
        return [Route(f"/_emulator/{method.__name__}", _reads(method), methods=["GET"]) for method in reads] + [
            Route(f"/_emulator/{method.__name__}", _changes(method), methods=["POST"]) for method in changes
        ]

    def seed(self, body: dict[str, Any]) -> dict[str, object]:
        """A preset, property definitions, then contacts, as they come to be in HubSpot itself (``seeding``); all or none."""
        preset = str(body.get("preset") or "")
        try:
            with self.portal.database.transaction():
                if preset:
                    fill(self.portal, preset)
                for given in body.get("properties", ()):
                    seed_definition(self.portal, given)
                ids = [seed_contact(self.portal, given) for given in body.get("contacts", ())]
        except BaseException:
            self.portal.properties.load()  # what is in memory is not undone with the transaction
            raise
        if preset:
            self.limit({"tier": preset_tier(preset)})
        return {"ids": [str(identity) for identity in ids]}

    def fault(self, body: dict[str, Any]) -> dict[str, object]:
        """Order a fault."""
        self.portal.faults.order(**body)
        return {}

    def mix(self, body: dict[str, Any]) -> dict[str, object]:
        """Faults at given rates."""
        self.portal.faults.mix(**body)
        return {}

    def clear_faults(self, _body: dict[str, Any]) -> dict[str, object]:
        """Cancel all faults."""
        self.portal.faults.clear()
        return {}

    def limit(self, body: dict[str, Any]) -> dict[str, object]:
        """Another tier, or other numbers; the windows start empty."""
        if body.get("tier", "free") not in TIERS:
            raise ValueError(f"There is no tier {body['tier']}: use one of {', '.join(TIERS)}.")
        tier = TIERS[body["tier"]] if "tier" in body else self.portal.limits.tier
        daily = body.get("daily", tier.daily)
        burst = count(body.get("burst", tier.burst), "The limit burst")
        self.portal.limits.tier = Tier(burst, None if daily is None else count(daily, "The limit daily"))
        self.portal.limits.reset()
        return {}

    def switch(self, body: dict[str, Any]) -> dict[str, object]:
        """Set switches."""
        self.portal.switches = self.portal.switches.changed(**body)
        return {}

    def clock(self, body: dict[str, Any]) -> dict[str, object]:
        """Freeze the portal's clock, or move it forward."""
        self.portal.clock.advance(body.get("advance", 0))
        if body.get("freeze"):
            self.portal.clock.freeze()
        return {"now": self.portal.clock.now()}

    def snapshot(self, body: dict[str, Any]) -> dict[str, object]:
        """Keep a copy of the database under a name."""
        name = str(body.get("name", ""))
        self.portal.calls.settle()
        if name in self.snapshots:
            self.snapshots[name].close()
        self.snapshots[name] = self.portal.database.snapshot()
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
        """An empty portal with the same id."""
        self.portal.reset()
        return {}

    def close(self) -> None:
        """Forget the snapshots."""
        for copy in self.snapshots.values():
            copy.close()


def _respond(content: Callable[[], object]) -> Response:
    """What a method says as JSON; 400 with one line where it can't."""
    try:
        return Response(orjson.dumps(content()), media_type="application/json")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, Refusal) as failure:
        return _refuse(400, _words(failure))


def _words(failure: Exception) -> str:
    if isinstance(failure, Refusal):  # HubSpot's own rules were broken: they say how
        return str((failure.response.body or {}).get("message"))
    return str(failure) if isinstance(failure, ValueError) else f"{type(failure).__name__}: {failure}"


def _refuse(status: int, words: str) -> Response:
    return Response(orjson.dumps({"message": words}), status, media_type="application/json")


def _reads(method: Callable[[dict[str, str]], object]) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        return _respond(lambda: method(dict(request.query_params)))

    return handle


def _changes(method: Change) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        body = await read_body(request)
        if body is None:
            return _refuse(413, f"The body is longer than {MOST_BYTES} bytes: send less at a time.")
        return _respond(lambda: method(orjson.loads(body or b"{}")))

    return handle

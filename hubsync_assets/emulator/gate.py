"""What every API call passes through: faults, authentication, limits, the endpoint in one transaction, the log.

The order is HubSpot's as far as it is known: 401, then 429 by burst and day, then the body. Put here: that order, and
carrying faults out. Keep out: what an endpoint does.
"""

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hubsync_assets.emulator.answers import (
    Answer,
    Refusal,
    bad_json,
    conflict,
    error,
    expired_token,
    missing_scopes,
    not_authenticated,
    rate_limited,
)
from hubsync_assets.emulator.call_log import Call
from hubsync_assets.emulator.clock import iso
from hubsync_assets.emulator.faults import Fault
from hubsync_assets.emulator.portal import Ask, Portal

__all__ = ["Endpoint", "Gate"]

Endpoint = Callable[[Portal, Ask], Answer]
HTML = "<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center><hr>cloudflare</body></html>"
PIECES = 8


class Gate:
    """Serves endpoints of one portal; ``cut`` resets the connection of a client address."""

    def __init__(self, portal: Portal, cut: Callable[[tuple[str, int]], None]) -> None:
        self.portal = portal
        self.cut = cut

    async def serve(self, request: Request, endpoint: Endpoint, *, search: bool = False) -> Response:
        """Answer one API call."""
        portal = self.portal
        call = Call(portal.calls.new_id(), request.method, request.url.path, started=time.time())
        raw = await request.body()
        own = time.perf_counter()
        body, emails = _parse(raw)
        call.inputs = _length(body, "inputs")
        fault = portal.faults.take(call.method, call.path, emails)
        call.fault = fault.kind if fault else ""
        waited = await _wait(fault, portal.faults.random)
        answer = self._answer(request, call, endpoint, body, fault, search=search) if not _is_cut(fault) else None
        content = b"" if answer is None or answer.body is None else orjson.dumps(answer.body)
        call.own_ms = (time.perf_counter() - own - waited) * 1000
        if answer is None or (fault and fault.kind == "reset_after"):
            answer = None
        self._note(call, answer)
        return self._send(request, answer, content, fault)

    def _answer(
        self, request: Request, call: Call, endpoint: Endpoint, body: object, fault: Fault | None, *, search: bool
    ) -> Answer:
        """Run the endpoint in a transaction, or answer with the fault."""
        portal = self.portal
        told: dict[str, str] = {}
        try:
            with portal.database.transaction():
                if fault:
                    _refuse(fault, portal, body)
                token = self._token(request)
                now = portal.clock.now()
                policy = portal.limits.refuses(token, now, search=search)
                told = {} if search else portal.limits.headers(token, now)
                if policy:
                    raise rate_limited(policy)
                if fault and fault.kind == "empty_answer":
                    stamp = iso(now)
                    empty = {"status": "COMPLETE", "results": [], "startedAt": stamp, "completedAt": stamp}
                    return Answer(200, empty, told)
                ask = self._ask(request, call, body, token)
                answer = endpoint(portal, ask)
        except Refusal as refusal:
            answer = refusal.answer
        answer.headers = {**told, **answer.headers}
        if fault and fault.kind == "input_left_out":
            _leave_out(answer, fault, portal.faults.random)
        return answer

    def _ask(self, request: Request, call: Call, body: object, token: str) -> Ask:
        if isinstance(body, ValueError):
            raise bad_json("the body is not valid JSON")
        parts = {name: str(value) for name, value in request.path_params.items()}
        return Ask(call.id, parts.pop("version", "v3"), parts, dict(request.query_params), body, token)

    def _token(self, request: Request) -> str:
        """The bearer token; 401 if there is none or it is not the right one."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip()
        right = self.portal.switches.token
        if scheme.lower() != "bearer" or not token or (right and token != right):
            raise not_authenticated()
        return token

    def _note(self, call: Call, answer: Answer | None) -> None:
        """Keep the call in the log."""
        call.finished = time.time()
        call.status = answer.status if answer else 0
        call.results = _length(answer.body, "results") if answer else 0
        call.errors = _length(answer.body, "errors") if answer else 0
        with self.portal.database.transaction():
            self.portal.calls.add(call)

    def _send(self, request: Request, answer: Answer | None, content: bytes, fault: Fault | None) -> Response:
        if answer is None:
            client = request.client
            if client is not None:
                self.cut((client.host, client.port))
            return Response(status_code=500)
        headers = {"X-HubSpot-Correlation-Id": str((answer.body or {}).get("correlationId", "")), **answer.headers}
        if not headers["X-HubSpot-Correlation-Id"]:
            del headers["X-HubSpot-Correlation-Id"]
        if fault and _html(fault.kind):
            return Response(HTML.format(status=answer.status), answer.status, headers, media_type="text/html")
        if answer.body is None:
            return Response(status_code=answer.status, headers=headers)
        if fault and fault.kind == "slow_drip":
            seconds = float(fault.details.get("seconds", 2))
            return StreamingResponse(_drip(content, seconds), answer.status, headers, media_type="application/json")
        return Response(content, answer.status, headers, media_type="application/json;charset=utf-8")


def _parse(raw: bytes) -> tuple[object, set[str]]:
    """The JSON body (the error if it is none), and the ids of its inputs."""
    if not raw:
        return None, set()
    try:
        body = orjson.loads(raw)
    except ValueError as failure:
        return failure, set()
    inputs = body.get("inputs") if isinstance(body, dict) else None
    if not isinstance(inputs, list):
        return body, set()
    return body, {str(it["id"]).lower() for it in inputs if isinstance(it, dict) and "id" in it}


def _length(body: object, name: str) -> int:
    items = body.get(name) if isinstance(body, dict) else None
    return len(items) if isinstance(items, list) else 0


def _is_cut(fault: Fault | None) -> bool:
    return fault is not None and fault.kind == "reset_before"


def _html(kind: str) -> bool:
    return kind in ("error_502", "error_503", "error_504", "error_524")


async def _wait(fault: Fault | None, chance: random.Random) -> float:
    """The ordered delay, carried out; seconds."""
    if fault is None or fault.kind != "latency":
        return 0.0
    seconds = float(fault.details.get("seconds", 0.5))
    spread = float(fault.details.get("spread", 0))
    if spread:
        seconds = chance.lognormvariate(math.log(seconds), spread)
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    return time.perf_counter() - began


def _refuse(fault: Fault, portal: Portal, body: object) -> None:
    """Raise the answer of a fault that is an answer."""
    kind, details = fault.kind, fault.details
    if kind in ("burst_429", "daily_429"):
        refusal = rate_limited("DAILY" if kind == "daily_429" else "TEN_SECONDLY_ROLLING")
        if "retry_after" in details:
            refusal.answer.headers["Retry-After"] = str(details["retry_after"])
        raise refusal
    if kind == "migration_477":
        refusal = error(477, "MIGRATION_IN_PROGRESS", "This account is being moved to another data centre.")
        refusal.answer.headers["Retry-After"] = str(details.get("retry_after", 60))
        raise refusal
    if kind == "locked_423":
        raise error(423, None, "The resource is locked.")
    if kind == "error_500":
        raise error(500, None, "internal error")
    if _html(kind):
        raise error(int(kind.removeprefix("error_")), None, "")
    if kind == "expired_token":
        raise expired_token(iso(portal.clock.now()))
    if kind == "invalid_token":
        raise not_authenticated()
    if kind == "missing_scopes":
        raise missing_scopes(list(details.get("scopes") or ["crm.objects.contacts.write"]))
    if kind == "conflict_409" and _length(body, "inputs"):
        raise conflict(portal.contacts.new_id())


def _leave_out(answer: Answer, fault: Fault, chance: random.Random) -> None:
    """Take one result out of an answer: that of ``email``, or any."""
    results: list[dict[str, Any]] = (answer.body or {}).get("results") or []
    if not results:
        return
    named = [place for place, it in enumerate(results) if fault.email and it["properties"].get("email") == fault.email]
    results.pop(named[0] if named else chance.randrange(len(results)))


async def _drip(content: bytes, seconds: float) -> AsyncIterator[bytes]:
    size = max(1, math.ceil(len(content) / PIECES))
    for start in range(0, len(content), size):
        await asyncio.sleep(seconds / PIECES)
        yield content[start : start + size]

"""What every API call passes through: faults, authentication, scopes, limits, the endpoint in one transaction, the log.

The order is HubSpot's as far as it is known: 401, 403, then 429 by burst and by day, then the body. Put here: that order.
Keep out: what an endpoint does (``api``) and what a fault does (``faulty``).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hubsync_assets.emulator import faulty
from hubsync_assets.emulator.body import MOST_BYTES, read_body
from hubsync_assets.emulator.call_log import Call
from hubsync_assets.emulator.faults import Fault
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.responses import (
    ApiResponse,
    Refusal,
    bad_json,
    error,
    missing_scopes,
    not_authenticated,
    rate_limited,
)

__all__ = ["Endpoint", "Gate", "Line"]

Endpoint = Callable[[Portal, ApiRequest], ApiResponse]


@dataclass(frozen=True, slots=True)
class Line:
    """An endpoint with what the gate has to know: the path's version, the scopes (any one is enough), its kind of limit."""

    endpoint: Endpoint
    version: str
    scopes: tuple[str, ...] = ()
    is_search: bool = False


@dataclass(slots=True)
class Body:
    """A request's body: ``size`` in bytes (-1: too long); ``failure`` if it is not JSON; ``ids`` of its inputs, lower-cased."""

    size: int
    content: object = None
    failure: str = ""
    ids: frozenset[str] = frozenset()


class Gate:
    """Serves endpoints of one portal; ``cut`` resets the connection of a client address."""

    def __init__(self, portal: Portal, cut: Callable[[tuple[str, int]], None]) -> None:
        self.portal = portal
        self.cut = cut

    async def serve(self, request: Request, line: Line) -> Response:
        """Answer one API call."""
        call = Call(self.portal.calls.new_id(), request.method, request.url.path, started=time.time())
        raw = await read_body(request)
        began = time.perf_counter()
        body = _parse(raw)
        call.inputs = _length(body.content, "inputs")
        fault = self.portal.faults.take(call.method, call.path, body.ids)
        call.fault = fault.kind if fault else ""
        gone = self.portal.gone
        waited = await faulty.wait(fault, self.portal.faults.random, gone)
        response = None
        content = b""
        if gone.is_set():  # reset or restored meanwhile
            return self._send(request, None, b"", None)
        if not fault or fault.kind != "reset_before":
            response = self._respond(request, call, line, body, fault)
            content = b"" if response.body is None else orjson.dumps(response.body)
        call.own_ms = (time.perf_counter() - began - waited) * 1000
        if fault and fault.kind == "reset_after":
            response = None
        self._note(call, response)
        return self._send(request, response, content, fault)

    def _respond(self, request: Request, call: Call, line: Line, body: Body, fault: Fault | None) -> ApiResponse:
        """Run the endpoint in a transaction, or answer with the fault."""
        portal = self.portal
        told: dict[str, str] = {}
        token = _token(request)
        try:
            if fault:
                faulty.refuse(fault, portal, token, call.inputs)
            self._check_token(token, line)
            policy = self._count(token, line)
            if not line.is_search:
                told = portal.limits.headers(token, portal.clock.now())
            if policy:
                raise self._throttled(policy, token)
            if fault and fault.kind == "empty_answer":
                response = faulty.empty_response(portal)
            else:
                api_request = _api_request(request, call, line, body)
                response = self._run(line, api_request)
        except Refusal as refusal:
            response = refusal.response
        response.headers = {**told, **response.headers}
        if fault and fault.kind == "input_left_out":
            faulty.leave_out(response, fault, portal.faults.random)
        return response

    def _run(self, line: Line, request: ApiRequest) -> ApiResponse:
        """Run the endpoint in one transaction with the log of the calls before; a refusal leaves only the log."""
        with self.portal.database.transaction():
            self.portal.calls.flush()
            try:
                with self.portal.database.attempt():
                    return line.endpoint(self.portal, request)
            except Refusal as refusal:
                return refusal.response
            except RecursionError:
                return bad_json("the body is nested too deeply").response

    def _check_token(self, token: str, line: Line) -> None:
        """401 without the right token, 403 without one of the scopes."""
        switches = self.portal.switches
        if not token or (switches.token and token != switches.token):
            raise not_authenticated()
        if line.scopes and switches.scopes and not set(switches.scopes.split()) & set(line.scopes):
            raise missing_scopes(list(line.scopes))

    def _count(self, token: str, line: Line) -> str:
        """Count the call; the policy that refuses it, if any."""
        switches = self.portal.switches
        return self.portal.limits.refuses(
            token,
            self.portal.clock.now(),
            search=line.is_search,
            zone=switches.time_zone,
            count_refused=switches.throttled_calls_count,
        )

    def _throttled(self, policy: str, token: str) -> Refusal:
        refusal = rate_limited(policy)
        if self.portal.switches.retry_after_on_429:
            seconds = self.portal.limits.until_free(policy, token, self.portal.clock.now())
            refusal.response.headers["Retry-After"] = str(seconds)
        return refusal

    def _note(self, call: Call, response: ApiResponse | None) -> None:
        """Keep the call in the log."""
        call.finished = time.time()
        if response:
            call.status = response.status
            call.results = _length(response.body, "results")
            call.errors = _length(response.body, "errors")
        self.portal.calls.add(call)

    def _send(self, request: Request, response: ApiResponse | None, content: bytes, fault: Fault | None) -> Response:
        if response is None:
            if request.client is not None:
                self.cut((request.client.host, request.client.port))
            return Response(status_code=500)
        headers = dict(response.headers)
        if response.body and "correlationId" in response.body:
            headers["X-HubSpot-Correlation-Id"] = response.body["correlationId"]
        page = faulty.html(fault)
        if page:
            return Response(page, response.status, headers, media_type="text/html")
        if response.body is None:
            return Response(status_code=response.status, headers=headers)
        if fault and fault.kind == "slow_drip":
            pieces = faulty.drip(content, float(fault.details.get("seconds", 2)))
            return StreamingResponse(pieces, response.status, headers, media_type="application/json;charset=utf-8")
        return Response(content, response.status, headers, media_type="application/json;charset=utf-8")


def _parse(raw: bytes | None) -> Body:
    """The JSON body, and the ids of its inputs; None is a body that is too long."""
    if not raw:
        return Body(-1 if raw is None else 0)
    try:
        content = orjson.loads(raw)
    except orjson.JSONDecodeError as failure:
        return Body(len(raw), failure=f"line {failure.lineno}, column {failure.colno}")
    inputs = content.get("inputs") if isinstance(content, dict) else None
    if not isinstance(inputs, list):
        return Body(len(raw), content)
    ids = (item.get("id") for item in inputs if isinstance(item, dict))
    named = frozenset(str(given_id).lower() for given_id in ids if isinstance(given_id, (str, int, float)))
    return Body(len(raw), content, ids=named)


def _api_request(request: Request, call: Call, line: Line, body: Body) -> ApiRequest:
    """The request as endpoints see it; 400 if its body is not JSON, 413 if it is too long."""
    if body.size < 0:
        raise error(413, None, f"The request body is longer than {MOST_BYTES} bytes.")
    if body.failure:
        raise bad_json("the body is not valid JSON", body.failure)
    parts = {name: str(value) for name, value in request.path_params.items()}
    return ApiRequest(call.id, line.version, parts, dict(request.query_params), body.content, body.size, call.path)


def _token(request: Request) -> str:
    """The bearer token; empty if there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _length(body: object, name: str) -> int:
    items = body.get(name) if isinstance(body, dict) else None
    return len(items) if isinstance(items, list) else 0

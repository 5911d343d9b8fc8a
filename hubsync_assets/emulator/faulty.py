"""Carrying faults out: the answers that HubSpot's gateways give, delays, and incomplete answers.

Put here: what a fault does to a call. Keep out: which call meets which fault (``faults``).
"""

import asyncio
import contextlib
import math
import random
import time
from collections.abc import AsyncIterator
from typing import Any

from hubsync_assets.emulator.bounds import LONGEST_SECONDS
from hubsync_assets.emulator.clock import iso
from hubsync_assets.emulator.faults import Fault
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.responses import (
    ApiResponse,
    conflict,
    error,
    expired_token,
    missing_scopes,
    not_authenticated,
    rate_limited,
)

__all__ = ["drip", "empty_response", "html", "leave_out", "refuse", "wait"]

PIECES = 8
PAGE = "<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center><hr>cloudflare</body></html>"
GATEWAY = {"error_502": 502, "error_503": 503, "error_504": 504, "error_524": 524}


async def wait(fault: Fault | None, chance: random.Random, gone: asyncio.Event) -> float:
    """Carry an ordered delay out; how long it took in seconds (0: none was ordered). It ends early when ``gone`` is set.

    ``seconds`` is the delay, or with ``spread`` the median of a log-normal distribution of that sigma.
    """
    if fault is None or fault.kind != "latency":
        return 0.0
    seconds, spread = float(fault.details.get("seconds", 0.5)), float(fault.details.get("spread", 0))
    if spread:
        seconds = min(chance.lognormvariate(math.log(max(seconds, 1e-6)), spread), LONGEST_SECONDS)
    began = time.perf_counter()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(gone.wait(), seconds)
    return time.perf_counter() - began


def html(fault: Fault | None) -> str:
    """The page that Cloudflare shows instead of JSON, for the faults that have one; else empty."""
    return PAGE.format(status=GATEWAY[fault.kind]) if fault and fault.kind in GATEWAY else ""


def refuse(fault: Fault, portal: Portal, token: str, inputs: int) -> None:
    """Raise the answer of a fault that is an answer."""
    kind, details = fault.kind, fault.details
    now = portal.clock.now()
    if kind in GATEWAY:
        raise error(GATEWAY[kind], None, "")
    if kind in ("burst_429", "daily_429"):
        refusal = rate_limited("DAILY" if kind == "daily_429" else "TEN_SECONDLY_ROLLING")
        spent = "Daily-Remaining" if kind == "daily_429" else "Remaining"
        refusal.response.headers = {**portal.limits.headers(token, now), f"X-HubSpot-RateLimit-{spent}": "0"}
        if "retry_after" in details:
            refusal.response.headers["Retry-After"] = str(details["retry_after"])
        raise refusal
    if kind == "migration_477":
        refusal = error(477, "MIGRATION_IN_PROGRESS", "This account is being moved to another data centre.")
        refusal.response.headers["Retry-After"] = str(details.get("retry_after", 60))
        raise refusal
    if kind == "missing_scopes":
        raise missing_scopes(list(details.get("scopes") or ["crm.objects.contacts.write"]))
    if kind == "conflict_409" and inputs:
        raise conflict(portal.contacts.new_id())
    plain = {
        "locked_423": lambda: error(423, None, "The resource is locked."),
        "error_500": lambda: error(500, None, "internal error"),
        "expired_token": lambda: expired_token(iso(now)),
        "invalid_token": not_authenticated,
    }
    if kind in plain:
        refusal = plain[kind]()
        raise refusal


def empty_response(portal: Portal) -> ApiResponse:
    """200 with no results and no errors, as somebody saw for inputs of a wrong shape."""
    now = iso(portal.clock.now())
    return ApiResponse(200, {"status": "COMPLETE", "results": [], "startedAt": now, "completedAt": now})


def leave_out(response: ApiResponse, fault: Fault, chance: random.Random) -> None:
    """Take one result out of an answer: that of ``email``, or any."""
    results: list[dict[str, Any]] = (response.body or {}).get("results") or []
    if not results:
        return
    named = [
        place
        for place, result in enumerate(results)
        if fault.email and result.get("properties", {}).get("email") == fault.email
    ]
    results.pop(named[0] if named else chance.randrange(len(results)))


async def drip(content: bytes, seconds: float) -> AsyncIterator[bytes]:
    """A body in a few pieces, spread over some seconds."""
    size = max(1, math.ceil(len(content) / PIECES))
    for start in range(0, len(content), size):
        await asyncio.sleep(seconds / PIECES)
        yield content[start : start + size]

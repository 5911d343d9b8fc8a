"""Faults on demand: what goes wrong with which call, decided before the call is served.

Put here: the kinds, the queue of ordered faults, and the seeded mix. Keep out: carrying a fault out (``gate``). Faults are
only ordered through the control path, which the real API doesn't have.
"""

import random
from dataclasses import dataclass, field
from typing import Any

__all__ = ["KINDS", "Fault", "Faults"]

KINDS = {
    "latency": "the answer comes late: seconds=0.5, or seconds and spread (log-normal: median and sigma)",
    "burst_429": "429 TEN_SECONDLY_ROLLING, although the limit isn't reached; retry_after=seconds adds the header",
    "daily_429": "429 DAILY",
    "locked_423": "423 Locked",
    "migration_477": "477 data-centre migration, with Retry-After; retry_after=seconds",
    "error_500": "500 with a JSON body",
    "error_502": "502 with an HTML body",
    "error_503": "503 with an HTML body",
    "error_504": "504 with an HTML body",
    "error_524": "524 with an HTML body",
    "reset_before": "the connection is reset before anything is written",
    "reset_after": "the connection is reset after the write took effect",
    "empty_answer": "200 with no results and no errors; nothing is written",
    "input_left_out": "written, but one input (email=..., or any) is missing from the answer",
    "conflict_409": "409 for the whole batch, caused by one input (email=..., or any); nothing is written",
    "expired_token": "401 EXPIRED_AUTHENTICATION",
    "invalid_token": "401 INVALID_AUTHENTICATION",
    "missing_scopes": "403 MISSING_SCOPES; scopes=[...]",
    "slow_drip": "the body comes in small pieces over seconds=2",
}


@dataclass(slots=True)
class Fault:
    """An ordered fault. ``times``: for how many calls (-1: until it is cleared); ``path``: only calls whose path holds this
    text; ``method``: only this method; ``email``: only batches that hold this input.
    """

    kind: str
    times: int = 1
    path: str = ""
    method: str = ""
    email: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    def meets(self, method: str, path: str, emails: set[str]) -> bool:
        """Whether this call is one that the fault is meant for."""
        return (
            self.times != 0
            and self.path in path
            and self.method in ("", method)
            and (not self.email or self.email in emails)
        )


class Faults:
    """The faults that wait for a call: first the ordered ones, in their order, else the mix."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """No faults."""
        self.ordered: list[Fault] = []
        self.rates: dict[str, float] = {}
        self.mix_path = ""
        self.mix_details: dict[str, dict[str, Any]] = {}
        self.random = random.Random(0)  # noqa: S311  (repeatable, not secret)

    def order(self, kind: str, times: int = 1, **details: object) -> None:
        """Ask for a fault; ValueError for a kind that doesn't exist."""
        _known(kind)
        only = {name: str(details.pop(name)) for name in ("path", "method", "email") if name in details}
        self.ordered.append(Fault(kind, times, details=dict(details), **only))  # type: ignore[arg-type]

    def mix(
        self,
        rates: dict[str, float],
        *,
        seed: int = 0,
        path: str = "",
        details: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        """From now on every call meets one of these faults with the given probability (they add up to at most 1)."""
        for kind in rates:
            _known(kind)
        if sum(rates.values()) > 1 or any(rate < 0 for rate in rates.values()):
            raise ValueError("The rates of a fault mix are between 0 and 1 and add up to at most 1.")
        self.rates, self.mix_path, self.mix_details = dict(rates), path, details or {}
        self.random = random.Random(seed)  # noqa: S311  (repeatable, not secret)

    def take(self, method: str, path: str, emails: set[str]) -> Fault | None:
        """The fault that this call meets, if any."""
        for fault in self.ordered:
            if fault.meets(method, path, emails):
                fault.times = fault.times - 1 if fault.times > 0 else fault.times
                self.ordered = [it for it in self.ordered if it.times != 0]
                return fault
        if not self.rates or self.mix_path not in path:
            return None
        drawn = self.random.random()
        for kind, rate in self.rates.items():
            if drawn < rate:
                return Fault(kind, details=self.mix_details.get(kind, {}))
            drawn -= rate
        return None


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"There is no fault {kind}: use one of {', '.join(KINDS)}.")

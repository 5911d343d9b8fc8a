"""Faults on demand: what goes wrong with which call, decided before the call is served.

Put here: the kinds, the queue of ordered faults, and the seeded mix. Keep out: carrying a fault out (``faulty``). Faults are
only ordered through the control path, which the real API doesn't have.
"""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from hubsync_assets.emulator.bounds import LONGEST_SECONDS, count, number

__all__ = ["KINDS", "Fault", "Faults"]

KINDS = {
    "latency": "the answer comes late: seconds=0.5; with spread=0.6, log-normal around it",
    "burst_429": "429 TEN_SECONDLY_ROLLING, although the limit isn't reached; retry_after=seconds adds the header",
    "daily_429": "429 DAILY; retry_after=seconds adds the header",
    "locked_423": "423 Locked",
    "migration_477": "477 data-centre migration, with Retry-After: retry_after=60",
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
NEED_INPUTS = ("empty_answer", "input_left_out", "conflict_409")
MOST = {"seconds": LONGEST_SECONDS, "spread": 10, "retry_after": 10**9}
"""The greatest number that each detail takes. A spread of 10 already gives delays from nothing to a day."""


@dataclass(slots=True)
class Fault:
    """An ordered fault.

    ``times``: for how many calls (-1: until it is cleared); ``path``: only calls whose path holds this text; ``method``: only
    this method; ``email``: only batches with an input of this id.
    """

    kind: str
    times: int = 1
    path: str = ""
    method: str = ""
    email: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    def meets(self, method: str, path: str, ids: Collection[str]) -> bool:
        """Whether this call is one that the fault is meant for."""
        if self.kind in NEED_INPUTS and not ids:
            return False
        return self.path in path and self.method in ("", method) and (not self.email or self.email in ids)


class Faults:
    """The faults that wait for a call: first the ordered ones, in their order, else the mix."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Cancel all faults."""
        self.ordered: list[Fault] = []
        self.rates: dict[str, float] = {}
        self._mix_path = ""
        self._mix_details: dict[str, dict[str, Any]] = {}
        self.random = random.Random(0)  # noqa: S311  (repeatable, not secret)

    def order(self, kind: str, times: int = 1, **details: object) -> None:
        """Order a fault; ValueError for a kind that doesn't exist or a number out of range."""
        count(times, f"times of the fault {kind}", -1)
        _check(kind, details)
        only = {name: str(details.pop(name)) for name in ("path", "method", "email") if name in details}
        if "email" in only:
            only["email"] = only["email"].lower()
        if times != 0:
            self.ordered.append(Fault(kind, times, **only, details=details))

    def mix(
        self,
        rates: Mapping[str, float],
        *,
        seed: int = 0,
        path: str = "",
        details: Mapping[str, dict[str, Any]] | None = None,
    ) -> None:
        """From now on every call whose path holds ``path`` meets one of these faults with the given probability.

        The same seed and the same calls in the same order meet the same faults. ValueError for rates that are not
        probabilities or that add up to more than 1.
        """
        for kind, rate in rates.items():
            _check(kind, (details or {}).get(kind, {}))
            number(rate, f"The rate of {kind}", 0, 1)
        if sum(rates.values()) > 1:
            raise ValueError("The rates of a fault mix are between 0 and 1 and add up to at most 1.")
        if not isinstance(path, str):
            raise TypeError("path takes a text.")
        self.random = random.Random(seed)  # noqa: S311  (repeatable, not secret)
        self.rates, self._mix_path, self._mix_details = dict(rates), path, dict(details or {})

    def take(self, method: str, path: str, ids: Collection[str]) -> Fault | None:
        """The fault that this call meets, if any."""
        for fault in self.ordered:
            if fault.meets(method, path, ids):
                if fault.times > 0:
                    fault.times -= 1
                if fault.times == 0:
                    self.ordered.remove(fault)
                return fault
        if not self.rates or self._mix_path not in path:
            return None
        drawn = self.random.random()
        for kind, rate in self.rates.items():
            if drawn < rate:
                fault = Fault(kind, details=self._mix_details.get(kind, {}))
                return fault if fault.meets(method, path, ids) else None
            drawn -= rate
        return None


def _check(kind: str, details: Mapping[str, object]) -> None:
    if kind not in KINDS:
        raise ValueError(f"There is no fault {kind}: use one of {', '.join(KINDS)}.")
    for name, most in MOST.items():
        number(details.get(name, 0), f"{name} of the fault {kind}", 0, most)
    scopes = details.get("scopes")
    if scopes is not None and not (isinstance(scopes, list) and all(isinstance(scope, str) for scope in scopes)):
        raise ValueError("scopes takes a list of texts.")

"""What to do about an answer: the retry policy, as one function that reads as the policy.

Put here: statuses and waits. Keep out: doing any of it; randomness comes from outside. Statuses and their meaning are from
HubSpot's error documentation ("Handle errors"), 413 and 525 to 526 from what they mean everywhere.
"""

import random
from dataclasses import dataclass
from enum import StrEnum

from hubsync_assets.hubspot.response import Response

__all__ = ["Action", "RetryPolicy", "Ruling", "backoff", "rule"]


class Action(StrEnum):
    """What the caller does next."""

    USE = "use"
    """2xx: read the answer (which proves nothing by itself)."""
    RETRY = "retry"
    """The portal failed: the same call again, after ``Ruling.wait`` or a backoff."""
    PAUSE = "pause"
    """The portal asks for quiet: nobody calls for ``Ruling.wait``, then the same call again."""
    SPLIT = "split"
    """The content is refused, as a whole: find out which part of it."""
    STOP = "stop"
    """No call will succeed: end the run."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The numbers of the policy; seconds.

    Attributes:
        base: Backoff before the second try, at most; doubled for each further one.
        cap: No backoff and no honoured Retry-After is longer.
        tries: How often one call is sent before it is given up (or halved, for a batch).
        lock: The least wait after 423: locks last 2 s.
        longest_move: A move to another data centre (477) that is announced for longer ends the run.
        failures: Failures in a row that open the breaker.
        probes: Failed probes of the open breaker that end the run.
        longest_quiet: So long without one answer of use, however politely refused (429), ends the run too.
    """

    base: float = 0.5
    cap: float = 60.0
    tries: int = 5
    lock: float = 2.0
    longest_move: float = 300.0
    failures: int = 8
    probes: int = 6
    longest_quiet: float = 600.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """What to do, and how long to wait first. None: by backoff, or for a pause the portal's window. ``why``: the kind of stop."""

    action: Action
    wait: float | None = None
    why: str = ""


def rule(answer: Response, policy: RetryPolicy) -> Ruling:  # noqa: C901, PLR0911, PLR0912 - one line for each status is the point
    """The policy, from top to bottom."""
    after = answer.retry_after()
    wait = None if after is None else min(after, policy.cap)
    match answer.status:
        case 0:
            return Ruling(Action.RETRY) if answer.retryable else Ruling(Action.STOP, why="unreachable")
        case 200 | 201 | 202 | 204 | 207 if answer.body is not None or answer.status == 204:
            return Ruling(Action.USE)
        case status if 200 <= status < 300:
            # A page of some proxy, or half an answer: HubSpot may or may not have done it.
            return Ruling(Action.RETRY)
        case 400 | 409 | 413 | 422:
            return Ruling(Action.SPLIT)
        case 401:
            return Ruling(Action.STOP, why="unauthorised")
        case 403:
            return Ruling(Action.STOP, why="forbidden")
        case 408:
            return Ruling(Action.RETRY, wait)
        case 423:
            return Ruling(Action.RETRY, max(wait or 0.0, policy.lock))
        case 429:
            match answer.text("policyName"):
                case "DAILY":
                    return Ruling(Action.STOP, why="daily_limit")
                # To be asked to wait for no time at all would mean asking again at once, for ever.
                case "SECONDLY":
                    return Ruling(Action.PAUSE, wait or 1.0)
                case _:
                    return Ruling(Action.PAUSE, wait or None)
        case 477:
            if after is not None and after > policy.longest_move:
                return Ruling(Action.STOP, after, why="moving")
            return Ruling(Action.PAUSE, after or policy.cap)
        case 525 | 526:
            return Ruling(Action.STOP, why="unreachable")
        case status if status >= 500:
            return Ruling(Action.RETRY, wait)
        case _:
            return Ruling(Action.STOP, why="no_such_path" if answer.status == 404 else "unknown_answer")


def backoff(tries: int, policy: RetryPolicy, chance: random.Random, wait: float | None = None) -> float:
    """Seconds before try number ``tries`` + 1.

    Capped exponential with full jitter (any wait from 0 up to the bound, so that callers that failed together do not come back
    together). ``wait``, what the portal asked for, comes before that: never less than it.
    """
    return (wait or 0.0) + chance.uniform(0.0, min(policy.cap, policy.base * 2 ** min(tries - 1, 30)))

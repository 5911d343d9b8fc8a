"""The writer against the emulator in its own process: calls, the limit as the server sees it, processor time, memory. Prints markdown.

    .venv/bin/python -m benchmarks.writer [--seconds 60] [calls|limit|cpu|memory ...]

Put here: what is counted and the tables. Keep out: what runs in the measured process (``upload``), faults (``storm``) and what must
hold, which the tests say. Whole: about 12 minutes, with a million contacts (``--sizes``) 8 more; with ``--seconds 20`` under 5.
"""

import argparse
import bisect
import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, cost_of
from benchmarks.portal import running_portal
from benchmarks.report import heading, table
from benchmarks.upload import contacts, planned
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.schema_check import check_portal
from hubsync_assets.hubspot.values import Upsert
from hubsync_assets.hubspot.writer import Writer
from hubsync_assets_tests.shipped import MODEL

__all__ = ["greatest_window", "main", "share_of_limit"]

LIMITS, LATENCIES = (190, 250), (0.005, 0.3, 1.0, 2.0)
RESERVE = 60
"""Calls of each window that one more row leaves to others."""
WINDOW = 10.0
"""Seconds of HubSpot's burst limit."""
GOAL_RATE = 1_900
"""Contacts a second at which the goal for the processor time is set."""
UNLIMITED = 1_000_000
MORE = 1.02
"""So many times the contacts that the limit allows are sent, so that the last seconds of the measured minute are full."""


def share_of_limit(writes: Sequence[float], burst: int, seconds: float) -> float:
    """How much of the limit was used: calls in the ``seconds`` from the first one on, the slow start included, by what was allowed."""
    return bisect.bisect_left(writes, writes[0] + seconds) / (burst / WINDOW * seconds)


def greatest_window(starts: Sequence[float]) -> int:
    """The most calls in any window, wherever it begins; ``starts`` sorted."""
    return max(place - bisect.bisect_right(starts, at - WINDOW) + 1 for place, at in enumerate(starts))


def calls() -> str:
    """How many write calls each case takes, as the server counts them."""
    rows = []
    for name in ("all new", "one invalid", "one conflict, the batch refused whole, last of its batch"):
        with running_portal(UNLIMITED) as control:
            upserts = list(contacts(1_000))
            if name == "one invalid":
                upserts[599] = Upsert("x@example.notatld", {"email": "x@example.notatld", "firstname": "X"})
            elif name.startswith("one conflict"):
                control.fault("conflict_409", times=-1, path="upsert", email=upserts[599].email)
            report = _write(control.base_url, upserts)
            rows.append((name, len(control.write_calls()), report.acknowledged, report.refused))
    return table(("1,000 contacts", "write calls", "written", "refused"), rows)


def _write(url: str, upserts: Sequence[Upsert]) -> WriteReport:
    with HubSpotClient(url, "pat-benchmark") as client:
        check_portal(client, MODEL)
        return Writer(client, PropertyMapping(MODEL)).write(upserts, lambda _: None)


def limit(seconds: float) -> str:
    """The burst limit over a minute, at each latency; every number is the server's, but for the processor time."""
    rows: list[tuple[object, ...]] = []
    cases = [
        *((burst, latency, 0) for burst, latency in itertools.product(LIMITS, LATENCIES)),
        (LIMITS[0], 0.3, RESERVE),
    ]
    for burst, latency, reserve in cases:
        count = int((burst - reserve) / WINDOW * seconds * MORE) * 100
        with running_portal(burst) as control:
            control.fault("latency", times=-1, path="upsert", seconds=latency)
            cost = cost_of("benchmarks.upload:write_alone", control.base_url, count, reserve)
            everything = control.calls()
        writes = sorted(it["started"] for it in everything if it["path"].endswith("upsert"))
        window = greatest_window(sorted(it["started"] for it in everything))
        throttled = sum(it["status"] == 429 for it in everything)
        share = share_of_limit(writes, burst - reserve, seconds)
        rows.append(
            (
                f"{burst} - {reserve}" if reserve else burst,
                f"{latency * 1000:.0f} ms",
                f"{share:.2%}",
                window,
                throttled,
                *_processor(cost),
            )
        )
        print(f"{rows[-1]}", file=sys.stderr, flush=True)
    return table(
        ("limit in 10 s", "latency", f"of the limit over {seconds:.0f} s", "most in any 10 s", "429", *PROCESSOR), rows
    )


PROCESSOR = ("us of CPU a contact", "CPU of one core while it ran", f"at {GOAL_RATE:,} contacts a second")


def _processor(cost: Cost) -> tuple[str, str, str]:
    """Processor time of the whole process from the first call to the end, all threads together."""
    each = cost.cpu / cost.value["contacts"]
    return f"{each * 1e6:.0f}", f"{cost.cpu / cost.wall:.1%}", f"{each * GOAL_RATE:.1%}"


def cpu(seconds: float) -> str:
    """Processor time at 190 calls in 10 s: the writer by itself, and a whole upload with plan, log and fold."""
    count = int(LIMITS[0] / WINDOW * seconds) * 100
    rows = []
    for name, cost in (("the writer: mapping, check, HTTP, matching", _alone(LIMITS[0], count)),
                       ("the upload: these, reading the plan, the log, folding it", _whole(LIMITS[0], count))):  # fmt: skip
        rows.append((name, f"{cost.value['contacts']:,}", *_processor(cost)))
    return table(("processor time, latency 300 ms", "contacts", *PROCESSOR), rows)


def memory(sizes: Sequence[int]) -> str:
    """Peak memory by number of contacts, a process each, without a limit."""
    rows = []
    for count in sizes:
        alone, whole = _alone(UNLIMITED, count, latency=0.0), _whole(UNLIMITED, count, latency=0.0)
        rows.append((f"{count:,}", alone.peak, f"{alone.wall:.0f}", whole.peak, f"{whole.wall:.0f}"))
        print(f"{rows[-1]}", file=sys.stderr, flush=True)
    return table(("contacts", "the writer: peak MiB", "s", "the upload: peak MiB", "s"), rows)


def _alone(burst: int, count: int, latency: float = 0.3) -> Cost:
    with running_portal(burst) as control:
        if latency:
            control.fault("latency", times=-1, path="upsert", seconds=latency)
        return cost_of("benchmarks.upload:write_alone", control.base_url, count)


def _whole(burst: int, count: int, latency: float = 0.3) -> Cost:
    folder = Path(tempfile.mkdtemp(prefix="hubsync-bench-writer-"))
    try:
        with running_portal(burst) as control:
            if latency:
                control.fault("latency", times=-1, path="upsert", seconds=latency)
            home = planned(folder, count, control.base_url)
            return cost_of("benchmarks.upload:upload_planned", str(home), control.base_url)
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writer", description="Benchmarks of the writer.")
    parts: dict[str, Callable[[Any], str]] = {
        "calls": lambda _: calls(),
        "limit": lambda given: limit(given.seconds),
        "cpu": lambda given: cpu(given.seconds),
        "memory": lambda given: memory(given.sizes),
    }
    parser.add_argument("what", nargs="*", metavar="what", help=f"any of {', '.join(parts)} (default: all)")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each row of limit and cpu")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="contacts of memory's rows")
    given = parser.parse_args()
    if wrong := [name for name in given.what if name not in parts]:
        parser.error(f"there is no {' and no '.join(wrong)}")
    print(heading(" ".join(["python -m benchmarks.writer", *sys.argv[1:]])), flush=True)
    for name in given.what or parts:
        print(f"\n#### {name}\n\n{parts[name](given)}", flush=True)


if __name__ == "__main__":
    main()

"""One measurement: a function of this package called in a process of its own, with its time, processor time and peak memory.

A process a measurement, so that no run warms up or fills the memory of the next. Keep out: what is measured.
"""

import importlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Cost", "alternate", "best_ratio", "cost_of", "median", "ratio"]

ROOT = Path(__file__).parents[1]
LONGEST_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call cost.

    Attributes:
        wall: seconds of the call, imports not among them.
        cpu: processor seconds of the call, all threads together.
        peak: greatest resident memory of the process in MiB, from its start.
        whole: seconds from starting the process to its end, imports among them.
        value: what the call returned.
    """

    wall: float
    cpu: float
    peak: int
    whole: float
    value: Any


def cost_of(function: str, *arguments: object) -> Cost:
    """Call ``module:name`` with JSON arguments in a new process.

    Raises:
        SystemExit: it failed; its last words are printed.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, "-m", "benchmarks.measure", function, json.dumps(arguments), str(result)]
        began = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False)
        whole = time.perf_counter() - began
        if done.returncode:
            raise SystemExit(f"{function} failed:\n{done.stderr[-4_000:]}")
        return Cost(whole=whole, **json.loads(result.read_text(encoding="utf-8")))


def alternate(calls: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    """Every call once a round, in turns, so that what else the machine does meets all of them alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            costs[name].append(call())
    return costs


def median(costs: Sequence[Cost], what: str) -> float:
    """The median of one attribute."""
    return float(statistics.median(getattr(cost, what) for cost in costs))


def ratio(costs: Sequence[Cost], others: Sequence[Cost], what: str = "wall") -> float:
    """How many times the others' cost: the median of the ratios round by round."""
    return float(statistics.median(getattr(a, what) / getattr(b, what) for a, b in zip(costs, others, strict=True)))


def best_ratio(costs: Sequence[Cost], rivals: Sequence[Sequence[Cost]], what: str = "wall") -> float:
    """How many times the cost of the rival that is fastest, by its median."""
    return ratio(costs, min(rivals, key=lambda rival: median(rival, what)), what)


def _peak() -> int:
    """Greatest resident memory in MiB.

    Linux counts ``ru_maxrss`` on over an exec, so it would also hold what the parent had; ``VmHWM`` starts anew.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) >> 10
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return own >> (20 if sys.platform == "darwin" else 10)


def _call(function: str, arguments: str, result: str) -> None:
    module, _, name = function.partition(":")
    called = getattr(importlib.import_module(module), name)
    cpu, began = time.process_time(), time.perf_counter()
    value = called(*json.loads(arguments))
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    Path(result).write_text(json.dumps({"wall": wall, "cpu": cpu, "peak": _peak(), "value": value}), encoding="utf-8")


if __name__ == "__main__":
    _call(*sys.argv[1:])

"""``python -m benchmarks [names] [--size ...]``: measures and prints markdown.

Put here: the command line. Keep out: measuring.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import databases, kill_campaign, kills, merge, pipeline, readers, storm
from benchmarks.report import heading

__all__ = ["main"]

SIZES = {"100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
ROUNDS = {"100k": 5, "1M": 3, "10M": 3}
ROOT = Path(__file__).parents[1]
STORM_PEOPLE = 100_000
KILLED_ROWS = 31_000
"""Records of each source that make 50,000 contacts."""
CAMPAIGN_PEOPLE = 2_000


def main() -> None:
    """Measure what is named, or everything.

    Raises:
        SystemExit: an argument is wrong, or what was measured is not right.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Without arguments everything at 100k and 1M, in about 40 minutes on two cores. 10M needs 20 GB of disk and an hour.",
    )
    parser.add_argument("names", nargs="*", metavar="name", help=f"what to measure: {', '.join(PARTS)} (default: all)")
    parser.add_argument(
        "--size", action="append", choices=SIZES, help="records a source of merge and pipeline; may be repeated"
    )
    parser.add_argument("--rounds", type=int, help="how often each is measured (default: 5 at 100k, else 3)")
    parser.add_argument(
        "--folder", type=Path, help="where data is kept (default: $HUBSYNC_BENCH, or a temporary folder)"
    )
    given = parser.parse_args()
    if wrong := [name for name in given.names if name not in PARTS]:
        parser.error(f"there is no {' and no '.join(wrong)}: name some of {', '.join(PARTS)}")
    sizes = given.size or ["100k", "1M"]
    kept = given.folder or os.environ.get("HUBSYNC_BENCH")
    with tempfile.TemporaryDirectory(prefix="hubsync-bench-") as temporary:
        folder = Path(kept or temporary).absolute()
        for name in given.names or [name for name in PARTS if name not in ENDLESS]:
            print(f"\n### {name}\n\n{heading(' '.join(['python -m benchmarks', *sys.argv[1:]]))}", flush=True)
            PARTS[name](sizes, folder, given.rounds)


def _by_size(measure: Callable[..., None]) -> Callable[[list[str], Path, int | None], None]:
    def part(sizes: list[str], folder: Path, rounds: int | None) -> None:
        measure([SIZES[size] for size in sizes], folder, rounds or max(ROUNDS[size] for size in sizes))

    return part


def _program(name: str) -> Callable[[list[str], Path, int | None], None]:
    def part(_sizes: list[str], _folder: Path, _rounds: int | None) -> None:
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, check=True)

    return part


PARTS: dict[str, Callable[[list[str], Path, int | None], None]] = {
    "merge": _by_size(merge.run),
    "pipeline": _by_size(pipeline.run),
    "readers": _by_size(readers.run),
    "databases": _by_size(databases.run),
    "fuzz": _program("fuzz"),
    "writer": _program("writer"),
    "emulator": _program("emulator"),
    "storm": lambda _sizes, folder, _rounds: storm.run(STORM_PEOPLE, folder),
    "kills": lambda _sizes, folder, _rounds: kills.run(KILLED_ROWS, folder),
    "kill_campaign": lambda _sizes, folder, _rounds: kill_campaign.run(CAMPAIGN_PEOPLE, folder),
    "kill_campaign_postgresql": lambda _sizes, folder, _rounds: kill_campaign.run_on_postgresql(
        CAMPAIGN_PEOPLE, folder
    ),
}
"""What each name measures."""

ENDLESS = ("fuzz",)
"""What takes hours, and is done only where it is named."""


if __name__ == "__main__":
    main()

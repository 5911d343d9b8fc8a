"""One source as one file or many: what is paid for each file, in CSV and in JSON lines.

Put here: the same records cut into files, and reading them into a raw table. Keep out: formats against each other (``readers``).
"""

import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars as pl

from benchmarks.data import make_sources
from benchmarks.measure import Cost, alternate, cost_of, median, ratio
from benchmarks.report import table
from hubsync_assets.steps.read import ReadReport, read_sources
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL

__all__ = ["read_alone", "run"]

COUNTS = (1, 8, 200)


def read_alone(setting: str, folder: str, rows: int) -> int:
    """One source of so many records into a new storage folder; how many it has.

    Raises:
        SystemExit: it could not be read whole.
    """
    storage = Storage(MODEL, Path(folder))
    storage.lock.acquire("benchmark")
    reports = [
        event for event in read_sources({"db1": setting}, "all", storage, ("db1",)) if isinstance(event, ReadReport)
    ]
    storage.lock.release()
    if not reports or reports[0].records != rows:
        raise SystemExit(f"{setting} was not read whole")
    return reports[0].records


def run(sizes: Sequence[int], folder: Path, rounds: int) -> None:
    """Measure and print."""
    for size in sizes:
        made = {(form, count): _cut(folder, size, form, count) for form in ("csv", "ndjson") for count in COUNTS}
        new = folder / "many-files"
        names = {key: f"{key[0]} {key[1]}" for key in made}
        costs = alternate({names[key]: partial(_read, setting, size, new) for key, setting in made.items()}, rounds)
        rows = []
        for (form, count), name in names.items():
            of, one = costs[name], costs[names[form, 1]]
            seen = (f"{median(of, 'wall'):.2f}", f"{median(of, 'cpu'):.2f}", f"{median(of, 'peak'):.0f}")
            rows.append((form, count, *seen, f"{ratio(of, one):.2f}", f"{ratio(of, one, 'cpu'):.2f}"))
        shutil.rmtree(new)
        print(f"\n#### {size:,} records of one source, median of {rounds}\n")
        print(
            table(("form", "files", "wall s", "CPU s", "peak MiB", "x one file's wall", "x its CPU"), rows), flush=True
        )


def _read(setting: Path, rows: int, new: Path) -> Cost:
    shutil.rmtree(new, ignore_errors=True)
    return cost_of("benchmarks.files:read_alone", str(setting), str(new), rows)


def _cut(folder: Path, size: int, form: str, count: int) -> Path:
    """A folder with the records of db1 in so many files."""
    home = folder / f"files-{size}-{form}-{count}"
    if not home.exists():
        frame = pl.read_json(make_sources(folder, size).db1)
        unfinished = home.with_suffix(".tmp")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for number, part in enumerate(frame.iter_slices(-(-size // count))):
            path = unfinished / f"part-{number:04d}.{form}"
            part.write_csv(path) if form == "csv" else part.write_ndjson(path)
        unfinished.replace(home)
    return home

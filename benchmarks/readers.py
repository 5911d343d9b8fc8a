"""What reading costs, format by format, beside what a person would use instead: ``python -m benchmarks.readers``.

The rivals of an array are polars on blocks of it without any check, and DuckDB, which is the fastest parser found. Both files of
``data`` are read one after the other, every column, and nothing is kept. Keep out: merging, and what must hold, which the readers' tests say.
"""

import argparse
import gzip
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import polars as pl

from benchmarks.data import make_sources
from benchmarks.measure import Cost, alternate, cost_of, median, ratio
from benchmarks.report import heading, table
from benchmarks.rivals import SCHEMA
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.shipped import MODEL

__all__ = ["count_as_csv", "count_as_lines", "count_records", "run"]

ODD = (
    '{"email": ["a@example.com"]}',
    "null",
    '{"email": "b@example.com", "mrr": "12,50"}',
    '{"email": "c@example.com", "country": 34}',
)


def count_records(*paths: str) -> int:
    """The project's reader: rows and broken records of the files."""
    chunks = (chunk for path in paths for file in locate(path) for chunk in read_chunks(file, MODEL.columns("db1")))
    return sum(chunk.rows.height + chunk.broken.height for chunk in chunks)


def count_as_lines(*paths: str) -> int:
    """``polars.read_ndjson`` of a whole file, in memory."""
    return sum(pl.read_ndjson(path, schema=SCHEMA).height for path in paths)


def count_as_csv(*paths: str) -> int:
    """``polars.read_csv`` of a whole file, in memory."""
    return sum(pl.read_csv(path, infer_schema=False).height for path in paths)


def run(sizes: Sequence[int], folder: Path, rounds: int) -> None:
    """Measure and print."""
    for size in sizes:
        sources = make_sources(folder, size)
        work = folder / "readers"
        work.mkdir(exist_ok=True)
        arrays = list(sources.paths.values())
        rows = []
        for name, paths, rival in _formats(arrays, work):
            calls: dict[str, Callable[[], Cost]] = {"ours": _call(count_records, paths)}
            if rival:
                calls["rival"] = lambda rival=rival, paths=paths: cost_of(rival, *paths)  # type: ignore[misc]
            costs = alternate(calls, rounds)
            rows.append(_row(name, paths, costs))
        print(f"\n#### {size:,} records a source\n")
        print(
            table(("read", "MB", "MB/s", "wall s", "CPU s", "peak MiB", "rival", "x wall", "x CPU"), rows), flush=True
        )
        shutil.rmtree(work)


def _call(function: Callable[..., int], paths: Sequence[str]) -> Callable[[], Cost]:
    return lambda: cost_of(f"benchmarks.readers:{function.__name__}", *paths)


def _row(name: str, paths: Sequence[str], costs: dict[str, list[Cost]]) -> tuple[object, ...]:
    megabytes = sum(Path(path).stat().st_size for path in paths) / 1e6
    ours, rival = costs["ours"], costs.get("rival")
    wall = median(ours, "wall")
    compared = (f"{median(rival, 'wall'):.2f} s", f"{ratio(ours, rival):.2f}", f"{ratio(ours, rival, 'cpu'):.2f}") if rival else ("", "", "")  # fmt: skip
    return (
        name, f"{megabytes:,.0f}", f"{megabytes / wall:,.0f}", f"{wall:.2f}", f"{median(ours, 'cpu'):.2f}",
        max(cost.peak for cost in ours), *compared,
    )  # fmt: skip


def _formats(arrays: Sequence[str], work: Path) -> Iterator[tuple[str, list[str], str]]:
    """Name, files, and the rival's function; the files of one format are made when it is their turn."""
    yield "array", list(arrays), "benchmarks.rivals:count_with_polars_blocks"
    yield "array, beside DuckDB", list(arrays), "benchmarks.rivals:count_with_duckdb"
    yield "array, 1 % odd records", [_odd(path, work) for path in arrays], ""
    yield "array, a list in each record", [_with_lists(path, work) for path in arrays], ""
    yield "array, .gz", [_packed(path, work) for path in arrays], ""
    yield "NDJSON", [_lines(path, work) for path in arrays], "benchmarks.readers:count_as_lines"
    yield "CSV", [_csv(path, work) for path in arrays], "benchmarks.readers:count_as_csv"


def _odd(path: str, work: Path) -> str:
    out = work / f"odd-{Path(path).name}"
    with Path(path).open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as file:
        for number, line in enumerate(lines):
            file.write(line)
            if number % 100 == 50 and line.endswith(",\n"):
                file.write(ODD[number // 100 % len(ODD)] + ",\n")
    return str(out)


def _with_lists(path: str, work: Path) -> str:
    """A tenth of the records, as these are read one by one."""
    out = work / f"lists-{Path(path).name}"
    with Path(path).open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as file:
        some = (line.strip("[],\n").removesuffix("}") for number, line in enumerate(lines) if number % 10 == 0)
        file.write("[" + ",\n".join(text + ', "tags": ["a", "b"]}' for text in some) + "]")
    return str(out)


def _packed(path: str, work: Path) -> str:
    out = work / f"{Path(path).name}.gz"
    with Path(path).open("rb") as file, gzip.open(out, "wb", compresslevel=1) as packed:
        shutil.copyfileobj(file, packed, 1 << 20)
    return str(out)


def _lines(path: str, work: Path) -> str:
    out = work / f"{Path(path).stem}.ndjson"
    with Path(path).open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as file:
        file.writelines(line.strip("[],\n") + "\n" for line in lines)
    return str(out)


def _csv(path: str, work: Path) -> str:
    out = work / f"{Path(path).stem}.csv"
    with Path(path).open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as file:
        for number, line in enumerate(lines):
            record = json.loads(line.strip("[],\n"))
            if not number:
                file.write(";".join(record) + "\n")
            file.write(";".join("" if value is None else str(value) for value in record.values()) + "\n")
    return str(out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("storage/benchmarks"))
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    print(heading("python -m benchmarks.readers --rows " + " ".join(map(str, given.rows))))
    run(given.rows, given.folder, given.rounds)

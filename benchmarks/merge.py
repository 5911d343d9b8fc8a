"""Raw + merge with the project's own code against DuckDB's merge SQL, against parsing alone, and by size.

What runs is what the assets run: every rule, provenance, conflicts and rejected rows; only Dagster is left out. The result is
compared with DuckDB's, contact by contact and column by column. Keep out: DuckDB's and polars' side (``rivals``).
"""

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

from benchmarks.data import Sources, make_sources
from benchmarks.measure import Cost, alternate, best_ratio, cost_of, median, ratio
from benchmarks.report import table
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets.steps.merge import MergeReport, merge_sources
from hubsync_assets.steps.read import ReadReport, read_sources
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL

__all__ = ["check_equal", "parse_only", "raw_and_merge", "run"]

OURS, DUCKDB, DUCKDB_ANY, PARSE = (
    "raw + merge, the project",
    "DuckDB, merge SQL",
    "DuckDB, of one source's records any",
    "our reader alone",
)
DUCKDB_PARSE, BLOCKS, WHOLE = "DuckDB read_json, counts", "polars.read_json, 1 MiB blocks", "polars.read_json, whole"
WHOLE_UP_TO = 1_000_000
"""polars.read_json of a whole file takes eight times the file's size in memory."""


def raw_and_merge(db1: str, db2: str, folder: str) -> dict[str, int]:
    """Both files into a new storage folder, up to ``merged_contacts`` and ``contact_conflicts``."""
    storage = Storage(MODEL, Path(folder))
    storage.lock.acquire("benchmark")
    reports = [
        event for event in read_sources({"db1": db1, "db2": db2}, "all", storage) if isinstance(event, ReadReport)
    ]
    merged = [event for event in merge_sources(storage) if isinstance(event, MergeReport)]
    storage.lock.release()
    return {
        "records": sum(report.records for report in reports),
        "rejected": sum(report.rejected for report in reports),
        "contacts": merged[0].contacts,
        "conflicts": merged[0].conflicts,
    }


def parse_only(db1: str, db2: str) -> int:
    """Both files through the project's reader at the same time, as a run reads them; nothing is kept."""

    def read(path: str) -> int:
        (file,) = locate(path)
        return sum(chunk.rows.height + chunk.broken.height for chunk in read_chunks(file))

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(read, (db1, db2)))


def check_equal(folder: Path, sources: Sources) -> dict[str, int]:
    """Compare the result that lies in ``folder / "ours"`` with DuckDB's ``folder / "theirs.parquet"``.

    Raises:
        SystemExit: they differ.
    """
    ours = str(folder / "ours" / "merged_contacts" / "current" / "*.parquet")
    found: dict[str, int] = cost_of("benchmarks.rivals:differences", ours, str(folder / "theirs.parquet")).value
    if any(count for name, count in found.items() if name != "contacts"):
        raise SystemExit(f"the merge of {sources.rows:,} records differs from DuckDB's: {found}")
    return found


def run(sizes: Sequence[int], folder: Path, rounds: int) -> None:
    """Measure and print."""
    ours: dict[int, list[Cost]] = {}
    for size in sizes:
        sources = make_sources(folder, size)
        costs = _measure(sources, folder / "merge", rounds)
        equal = check_equal(folder / "merge", sources)
        shutil.rmtree(folder / "merge")
        ours[size] = costs[OURS]
        print(f"\n#### {size:,} records a source, {sources.size / 1e6:,.0f} MB, median of {rounds}\n")
        print(_costs(costs, sources))
        print(_ratios(costs))
        result = costs[OURS][0].value
        print(
            f"Result: {result['records']:,} records, {result['rejected']:,} rejected, {result['contacts']:,} contacts, "
            f"{result['conflicts']:,} conflicts; all {equal['contacts']:,} contacts equal DuckDB's, column by column.",
            flush=True,
        )
    print(_growth(ours))


def _measure(sources: Sources, folder: Path, rounds: int) -> dict[str, list[Cost]]:
    folder.mkdir(parents=True, exist_ok=True)
    files = (str(sources.db1), str(sources.db2))

    def project() -> Cost:
        shutil.rmtree(folder / "ours", ignore_errors=True)
        return cost_of("benchmarks.merge:raw_and_merge", *files, str(folder / "ours"))

    calls = {
        PARSE: lambda: cost_of("benchmarks.merge:parse_only", *files),
        OURS: project,
        DUCKDB: lambda: cost_of("benchmarks.rivals:merge_with_duckdb", *files, str(folder / "theirs.parquet")),
        DUCKDB_ANY: lambda: cost_of("benchmarks.rivals:merge_with_duckdb", *files, str(folder / "any.parquet"), False),
        DUCKDB_PARSE: lambda: cost_of("benchmarks.rivals:count_with_duckdb", *files),
        BLOCKS: lambda: cost_of("benchmarks.rivals:count_with_polars_blocks", *files),
    }
    if sources.rows <= WHOLE_UP_TO:
        calls[WHOLE] = lambda: cost_of("benchmarks.rivals:count_with_polars_whole", *files)
    return alternate(calls, rounds)


def _costs(costs: Mapping[str, Sequence[Cost]], sources: Sources) -> str:
    rows = [
        (
            name,
            f"{median(of, 'wall'):.2f} [{min(it.wall for it in of):.2f}..{max(it.wall for it in of):.2f}]",
            f"{median(of, 'cpu'):.2f}",
            f"{median(of, 'peak'):,.0f}",
            f"{sources.size / 1e6 / median(of, 'wall'):,.0f}",
        )
        for name, of in costs.items()
    ]
    return table(("what", "wall s", "CPU s", "peak MiB", "MB/s"), rows)


def _ratios(costs: Mapping[str, Sequence[Cost]]) -> str:
    ours, parse = costs[OURS], costs[PARSE]
    parsers = [costs[name] for name in (DUCKDB_PARSE, BLOCKS, WHOLE) if name in costs]
    peak = max(cost.peak for cost in ours)
    rows = [
        ("raw + merge / DuckDB's merge", "1.0", f"{ratio(ours, costs[DUCKDB]):.2f}", f"{ratio(ours, costs[DUCKDB], 'cpu'):.2f}"),
        ("raw + merge / DuckDB's merge with ties left to chance", "-", f"{ratio(ours, costs[DUCKDB_ANY]):.2f}",
         f"{ratio(ours, costs[DUCKDB_ANY], 'cpu'):.2f}"),
        ("raw + merge / our reader alone", "3.5", f"{ratio(ours, parse):.2f}", f"{ratio(ours, parse, 'cpu'):.2f}"),
        ("our reader / the fastest parser", "1.2", f"{best_ratio(parse, parsers):.2f}", f"{best_ratio(parse, parsers, 'cpu'):.2f}"),
        ("raw + merge, peak MiB", "512", f"{peak}", ""),
    ]  # fmt: skip
    return table(("ratio", "goal", "wall", "CPU"), rows)


def _growth(ours: Mapping[int, Sequence[Cost]]) -> str:
    sizes = sorted(ours)
    rows = [
        (
            f"{small:,} to {large:,}",
            f"{median(ours[large], 'wall') / median(ours[small], 'wall'):.1f} x",
            f"{median(ours[large], 'cpu') / median(ours[small], 'cpu'):.1f} x",
            f"{median(ours[large], 'peak') / median(ours[small], 'peak'):.2f} x",
        )
        for small, large in pairwise(sizes)
    ]
    return "\n#### growth of raw + merge\n\n" + table(("records a source", "wall", "CPU", "peak"), rows) if rows else ""

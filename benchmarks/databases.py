"""What each kind of source costs up to its raw table, on the same rows: ``python -m benchmarks databases``.

The servers are those of the tests, on this machine, and the cost is that of the reading process alone. Keep out: what must hold, which the
tests say.
"""

import importlib.util
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.data import make_sources
from benchmarks.measure import Cost, alternate, cost_of, median, ratio
from benchmarks.report import table
from hubsync_assets.declaring.loading import model_of
from hubsync_assets.steps.read import ReadReport, read_sources
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.databases.fixtures import MISSING, START
from hubsync_assets_tests.databases.server import Server
from hubsync_assets_tests.shipped import MODEL

__all__ = ["read_source", "run"]

AT_ONCE = 20_000
TYPES = {
    "email": "varchar(200)",
    "country": "varchar(20)",
    "employees": "integer",
    "company_size": "integer",
    "mrr": "numeric(12,2)",
}
"""Of columns that are not text; each database has them as its own."""


def read_source(setting: str, database: bool, folder: str) -> int:
    """One source up to its raw table, which is made anew; how many records were kept."""
    declared = MODEL.declared.sources["db1"]
    if database:
        declared = declared.model_validate({"read": "env:CRM", "table": "contacts", "id": "id"})
    model = model_of(MODEL.declared.model_copy(update={"sources": {"db1": declared}}))
    storage = Storage(model, Path(folder))
    storage.lock.acquire("benchmark")
    events = list(read_sources({"db1": setting}, "all", storage))
    storage.lock.release()
    (report,) = (event for event in events if isinstance(event, ReadReport))
    if report.incomplete_rank is not None or not report.records_sum.closes:
        raise SystemExit("the reading is not whole")
    return report.kept


def run(sizes: Sequence[int], folder: Path, rounds: int) -> None:
    """Measure and print."""
    for size in sizes:
        with ExitStack() as stack:
            kinds = dict(_kinds(size, folder, stack))
            work = folder / f"databases-{size}"
            calls: dict[str, Callable[[], Cost]] = {
                name: partial(_cost, setting, database, work) for name, (setting, database) in kinds.items()
            }
            costs = alternate(calls, rounds)
        rows = [
            (
                name,
                f"{median(found, 'wall'):.2f} s",
                f"{median(found, 'cpu'):.2f} s",
                f"{ratio(found, costs['CSV'], 'cpu'):.2f}",
                median(found, "peak"),
                found[0].value,
            )
            for name, found in costs.items()
        ]
        print(f"\n#### {size:,} rows\n")
        print(table(("source", "wall", "CPU", "x CSV's CPU", "peak MiB", "kept"), rows), flush=True)


def _cost(setting: str, database: bool, folder: Path) -> Cost:
    shutil.rmtree(folder, ignore_errors=True)
    return cost_of("benchmarks.databases:read_source", setting, database, str(folder))


def _kinds(size: int, folder: Path, stack: ExitStack) -> Iterator[tuple[str, tuple[str, bool]]]:
    """The sources, by name: what each reads, and whether that is a database."""
    rows = pl.read_json(make_sources(folder, size).db1).with_row_index("id", 1)
    rows = rows.with_columns(pl.col("id").cast(pl.Int64))
    csv = folder / f"rows-{size}.csv"
    rows.write_csv(csv)
    yield "CSV", (str(csv), False)
    for name, missing in MISSING.items():
        reason = missing()
        if reason is not None:
            print(f"{name} is left out: {reason}")
            continue
        server = stack.enter_context(START[name]())
        _fill(server, rows)
        driver = (
            "" if name != "mariadb" else f" ({'mysqlclient' if importlib.util.find_spec('MySQLdb') else 'PyMySQL'})"
        )
        yield name + driver, (server.setting, True)


def _fill(server: Server, rows: pl.DataFrame) -> None:
    with _connected(server) as cursor:
        columns = ", ".join(f"{name} {TYPES.get(name, 'text')}" for name in rows.columns[1:])
        cursor.execute(f"CREATE TABLE contacts (id integer PRIMARY KEY, {columns})")
        mark = "?" if server.name == "sqlite" else "%s"
        insert = f"INSERT INTO contacts VALUES ({', '.join([mark] * rows.width)})"
        for part in rows.iter_slices(AT_ONCE):
            cursor.executemany(insert, part.rows())


@contextmanager
def _connected(server: Server) -> Iterator[Any]:
    connection = server.engine().raw_connection()
    try:
        yield connection.cursor()
        connection.commit()
    finally:
        connection.close()

"""The programs that the project is compared with: DuckDB's merge, and the fastest parsers of the same bytes.

Each is what a person who knows it would write, with all the memory it wants. Keep out: the project's own code.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import duckdb
import polars as pl

__all__ = [
    "count_with_duckdb",
    "count_with_polars_blocks",
    "count_with_polars_whole",
    "differences",
    "merge_with_duckdb",
]

COLUMNS = (
    "{email: 'VARCHAR', name: 'VARCHAR', country: 'VARCHAR', phone: 'VARCHAR', company_name: 'VARCHAR', "
    "company_size: 'BIGINT', mrr: 'DOUBLE'}"
)
SCHEMA = {
    "email": pl.String,
    "name": pl.String,
    "country": pl.String,
    "phone": pl.String,
    "company_name": pl.String,
    "company_size": pl.Int64,
    "mrr": pl.Float64,
}
FIRST, GREATEST = ("name", "country", "phone", "company_name"), ("company_size", "mrr")
BLOCK = 1 << 20


def merge_with_duckdb(db1: str, db2: str, out: str, ties: bool = True) -> int:
    """Merge both files into one Parquet file; how many contacts it has.

    Args:
        db1: the source whose values win.
        db2: the other.
        out: the file to write.
        ties: number the records, so that of two records of one source the first wins, as the project promises. Without it
            DuckDB keeps any of them, and is faster.
    """
    number = "row_number() OVER ()" if ties else "0"
    reads = " UNION ALL ".join(
        f"SELECT {number} + {rank} * 1000000000000 AS place, {rank} AS source, * "
        f"FROM read_json('{path}', format = 'array', columns = {COLUMNS})"
        for rank, path in enumerate((db1, db2))
    )
    # arg_min leaves out rows whose value is null, so it is the first value that is present.
    kept = ", ".join(
        [f"arg_min({name}, place) AS {name}" for name in FIRST] + [f"max({name}) AS {name}" for name in GREATEST]
    )
    counts = ", ".join(f"count(*) FILTER (source = {rank}) AS db{rank + 1}_records" for rank in (0, 1))
    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT lower(trim(email)) AS email, {kept}, {counts} FROM ({reads}) "
            f"WHERE email LIKE '%_@_%.__%' GROUP BY 1) TO '{out}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        )
        return _one(database, f"SELECT count(*) FROM '{out}'")


def differences(ours: str, theirs: str) -> dict[str, int]:
    """How many contacts either has alone, and on how many each column differs.

    Args:
        ours: a glob over ``merged_contacts``.
        theirs: what ``merge_with_duckdb`` wrote.
    """
    columns = (*FIRST, *GREATEST, "db1_records", "db2_records")
    differs = ", ".join(
        f"count(*) FILTER (o.email IS NOT NULL AND t.email IS NOT NULL AND o.{name} IS DISTINCT FROM t.{name}) AS {name}"
        for name in columns
    )
    with duckdb.connect() as database:
        found = database.execute(
            f"SELECT count(*) FILTER (t.email IS NULL) AS only_ours, count(*) FILTER (o.email IS NULL) AS only_theirs, {differs} "
            f"FROM read_parquet('{ours}') o FULL JOIN read_parquet('{theirs}') t ON o.email = t.email"
        ).fetchone()
        rows = _one(database, f"SELECT count(*) FROM read_parquet('{ours}')")
    assert found is not None
    return {"contacts": rows, **dict(zip(("only_ours", "only_theirs", *columns), found, strict=True))}


def count_with_duckdb(db1: str, db2: str) -> int:
    """Parse every column of both files and keep nothing; how many records there are."""
    counts = ", ".join(f"count({name})" for name in SCHEMA)
    with duckdb.connect() as database:
        source = f"read_json(['{db1}', '{db2}'], format = 'array', columns = {COLUMNS})"
        return _one(database, f"SELECT count(*), {counts} FROM {source}")


def count_with_polars_whole(db1: str, db2: str) -> int:
    """``polars.read_json`` of each file at once, in memory."""
    return sum(pl.read_json(path, schema=SCHEMA).height for path in (db1, db2))


def count_with_polars_blocks(db1: str, db2: str) -> int:
    """``polars.read_json`` of 1 MiB at a time in two threads, cut where a record ends its line.

    No reader that one could use: it only knows files with a record a line, and one odd value makes it fail. It is the floor.
    """
    rows = 0
    with ThreadPoolExecutor(2) as pool:
        waiting: deque[Future[int]] = deque()
        for path in (db1, db2):
            for block in _blocks(Path(path)):
                waiting.append(pool.submit(_height, block))
                if len(waiting) > 4:
                    rows += waiting.popleft().result()
        return rows + sum(future.result() for future in waiting)


def _blocks(path: Path) -> Iterator[bytes]:
    rest = b""
    with path.open("rb") as file:
        file.read(1)
        while block := file.read(BLOCK):
            whole, mark, begun = block.rpartition(b",\n")
            if not mark:
                rest += block
                continue
            yield b"[" + rest + whole + b"]"
            rest = begun
    yield b"[" + rest


def _height(block: bytes) -> int:
    return pl.read_json(block, schema=SCHEMA).height


def _one(database: duckdb.DuckDBPyConnection, query: str) -> int:
    row = database.execute(query).fetchone()
    assert row is not None
    return int(row[0])

"""The merge benchmark: its data, its rivals, and that its comparison can see a difference."""

import hashlib
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from benchmarks.data import Sources, make_sources
from benchmarks.merge import parse_only, raw_and_merge
from benchmarks.rivals import (
    count_with_duckdb,
    count_with_polars_blocks,
    count_with_polars_whole,
    differences,
    merge_with_duckdb,
)

ROWS = 20_000
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return make_sources(tmp_path_factory.mktemp("data"), ROWS)


@pytest.fixture(scope="module")
def ours(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("ours")
    told = raw_and_merge(str(sources.db1), str(sources.db2), str(folder))
    assert told["records"] == 2 * ROWS
    assert (
        told["rejected"] + pl.scan_parquet(folder / "raw_db*/current/*.parquet").select(pl.len()).collect().item()
        == 2 * ROWS
    )
    return str(folder / "merged_contacts" / "current" / "*.parquet")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def test_the_data_is_the_same_on_every_machine(tmp_path: Path) -> None:
    made = make_sources(tmp_path, 1_000)
    assert (digest(made.db1), digest(made.db2)) == ("cf5a5d30d2ec636c", "dc6810fac2a80f76")


def test_another_share_of_changes_changes_only_that_share_of_db1(tmp_path: Path, sources: Sources) -> None:
    changed = make_sources(tmp_path, ROWS, 10)
    before, after = (pl.read_json(it.db1) for it in (sources, changed))
    assert changed.db2.read_bytes() == sources.db2.read_bytes()
    assert before.drop("mrr").equals(after.drop("mrr"))
    assert 100 < (before["mrr"].fill_null(0) != after["mrr"].fill_null(0)).sum() < 300


def test_the_merge_equals_duckdbs_contact_by_contact_and_column_by_column(
    sources: Sources, ours: str, tmp_path: Path
) -> None:
    theirs = str(tmp_path / "theirs.parquet")
    contacts = merge_with_duckdb(str(sources.db1), str(sources.db2), theirs)
    found = differences(ours, theirs)
    assert found.pop("contacts") == contacts > ROWS
    assert set(found.values()) == {0}


def test_the_comparison_sees_a_merge_with_the_other_source_first(sources: Sources, ours: str, tmp_path: Path) -> None:
    theirs = str(tmp_path / "theirs.parquet")
    merge_with_duckdb(str(sources.db2), str(sources.db1), theirs)
    assert differences(ours, theirs)["db1_records"] > 0


def test_the_comparison_sees_contacts_that_only_one_side_has(ours: str, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.parquet"
    contacts = pl.read_parquet(ours).sort("email")
    contacts[1:].write_parquet(theirs)
    assert differences(ours, str(theirs))["only_ours"] == 1
    contacts[0].with_columns(pl.lit("new@example.com").alias("email")).vstack(contacts).write_parquet(theirs)
    assert differences(ours, str(theirs))["only_theirs"] == 1


@pytest.mark.parametrize("parser", [parse_only, count_with_duckdb, count_with_polars_blocks, count_with_polars_whole])
def test_every_parser_reads_every_record(parser: object, sources: Sources) -> None:
    assert callable(parser)
    assert parser(str(sources.db1), str(sources.db2)) == 2 * ROWS


def test_the_command_measures_100_thousand_records_a_source(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks",
        "merge",
        "--size",
        "100k",
        "--rounds",
        "1",
        "--folder",
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    assert "#### 100,000 records a source" in done.stdout
    assert "all 161,933 contacts equal DuckDB's, column by column" in done.stdout


def test_the_command_names_what_it_does_not_know() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "merg"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "there is no merg: name some of merge, " in done.stderr

"""``make demo-databases``: the sample out of two databases is the sample out of its files."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.sources.connectors.registry import shown
from hubsync_assets_tests.launch.test_demo import ROOT, environment, make_run

pytestmark = pytest.mark.services

__all__ = ["environment"]

COLUMNS = ("email", "name", "country", "phone", "company_name", "company_size", "mrr")


def make_demo_databases(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hubsync_assets.launch.demo_databases"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def merged(environment: dict[str, str]) -> list[tuple[object, ...]]:
    storage = Path(environment["HUBSYNC_STORAGE"])
    return pl.read_parquet(storage / "merged_contacts" / "current" / "*.parquet").select(COLUMNS).sort("email").rows()


def test_two_databases_give_the_contacts_of_the_files_and_a_second_run_writes_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    files = {**environment, "HUBSYNC_STORAGE": str(tmp_path / "files")}
    assert make_run(files).returncode == 0
    first = make_demo_databases(environment)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "1,497 created, 0 updated, 3 refused" in first.stdout
    assert merged(environment) == merged(files)

    second = make_demo_databases(environment)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "0 created, 0 updated, 0 refused, 0 unsent in 0 write calls" in second.stdout
    assert second.stdout.count("(unchanged, not read again)") == 2


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("data/crm", "data/crm"),
        ("https://ana:secret@host/a.csv?signature=secret", "https://host/a.csv"),
        ("postgresql://ana:secret@host:1/crm?sslpassword=secret", "postgresql://host:1/crm"),
        ("sqlite:////data/crm.db", "sqlite:////data/crm.db"),
    ],
)
def test_a_setting_is_shown_without_what_is_secret_in_it(setting: str, words: str) -> None:
    assert shown("crm", setting) == words

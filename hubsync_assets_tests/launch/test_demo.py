"""``make run``: what a newcomer sees, and what happens when something is in the way."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.launch.emulator_process import running_emulator
from hubsync_assets.sample_data import write_sample

ROOT = Path(__file__).parents[2]
DAGSTER_YAML = ROOT / "dagster_home" / "dagster.yaml"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "dagster_home"
    home.mkdir()
    (home / "dagster.yaml").write_text(DAGSTER_YAML.read_text())
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUBSYNC_", "HUBSPOT_"))}
    return {
        **kept,
        "DAGSTER_HOME": str(home),
        "HUBSYNC_STORAGE": str(tmp_path / "storage"),
        "HUBSPOT_BASE_URL": f"http://127.0.0.1:{free_port()}",
    }


def make_run(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hubsync_assets.launch.demo"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_first_run_tells_the_truth_and_the_second_writes_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    truth = write_sample(1_500, 7, tmp_path / "one.json", tmp_path / "two.json")
    first = make_run(environment)
    assert first.returncode == 0, first.stdout + first.stderr
    for source in ("db1", "db2"):
        of_source = truth.sources[source]
        assert f"{source}: {of_source.records:,} records = {of_source.kept:,} kept" in first.stdout
        assert f"{of_source.invalid_values:,} values dropped" in first.stdout
    assert (
        f"merged    {truth.kept:,} records into {truth.contacts:,} contacts, {truth.in_both:,} of them in both; "
        f"{truth.conflicts:,} conflicts"
    ) in first.stdout
    created = truth.contacts - truth.refused
    calls = -(-truth.contacts // 100)
    assert f"{created:,} created, 0 updated, {truth.refused} refused, 0 unsent in {calls} write calls" in first.stdout
    assert "11 of 11 close" in first.stdout
    assert f"refused   {truth.refused} contacts and 0 values are refused: INVALID_EMAIL" in first.stdout
    assert "make dev" in first.stdout
    assert first.stderr == ""
    second = make_run(environment)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "in 0 write calls" in second.stdout
    assert f"{created:,} unchanged, {truth.refused} held back ({truth.refused} refused before)" in second.stdout


def test_a_real_portals_settings_do_not_leak_into_it(environment: dict[str, str]) -> None:
    done = make_run({**environment, "HUBSYNC_TARGET": "hubspot", "HUBSPOT_ACCESS_TOKEN": "pat-secret"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pat-secret" not in done.stdout + done.stderr


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


def test_a_port_that_is_taken_is_one_line(environment: dict[str, str], taken: int) -> None:
    line = one_line(make_run({**environment, "HUBSPOT_BASE_URL": f"http://127.0.0.1:{taken}"}))
    assert line.startswith(f"port {taken} is taken by another program: ")


def test_a_setting_that_cannot_be_meant_is_one_line(environment: dict[str, str]) -> None:
    assert one_line(make_run({**environment, "HUBSYNC_FILES": "some"})).startswith("HUBSYNC_FILES cannot be")


def test_an_address_without_a_port_is_one_line(environment: dict[str, str]) -> None:
    line = one_line(make_run({**environment, "HUBSPOT_BASE_URL": "http://127.0.0.1"}))
    assert line.startswith("HUBSPOT_BASE_URL names no port")


def test_the_signature_of_a_url_is_not_printed(environment: dict[str, str]) -> None:
    url = "http://127.0.0.1:9/export.json?X-Amz-Signature=SECRET"
    done = make_run({**environment, "HUBSYNC_DB1": url, "HUBSPOT_BASE_URL": "http://127.0.0.1"})
    assert "SECRET" not in done.stdout + done.stderr


def test_storage_that_cannot_be_written_is_one_line(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    line = one_line(make_run({**environment, "HUBSYNC_STORAGE": str(tmp_path / "file" / "storage")}))
    assert line.startswith("cannot write into ")


def test_a_source_that_is_missing_is_said_without_a_stack_trace(environment: dict[str, str], tmp_path: Path) -> None:
    done = make_run({**environment, "HUBSYNC_DB1": str(tmp_path / "nothing.json")})
    assert done.returncode == 1
    assert "db1 could not be read: " in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_make_dev_follows_the_env_file_as_dagster_does(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HUBSYNC_TARGET=hubspot\n")
    shutil.copy(ROOT / "hubsync.yaml", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "hubsync_assets.launch.dev"],
        cwd=tmp_path,
        env={name: value for name, value in environment.items() if name != "HUBSPOT_BASE_URL"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("HUBSYNC_TARGET is hubspot but HUBSPOT_ACCESS_TOKEN is not set")


def test_an_emulator_that_runs_already_is_used_and_left_running(tmp_path: Path) -> None:
    port = free_port()
    with (
        running_emulator(port, tmp_path / "one.sqlite") as first,
        running_emulator(port, tmp_path / "two.sqlite") as second,
    ):
        assert first == second
    assert not (tmp_path / "two.sqlite").exists()


def test_an_emulator_that_cannot_start_says_where_its_words_are(tmp_path: Path) -> None:
    (tmp_path / "no_database.sqlite").write_text("this is no database, and it is long enough to be noticed" * 50)
    with pytest.raises(PermanentError, match="the emulator did not start; see the end of"):
        running_emulator(free_port(), tmp_path / "no_database.sqlite").__enter__()

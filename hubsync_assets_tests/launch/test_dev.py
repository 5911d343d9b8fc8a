"""``make dev``: what a person reads, and that nothing runs when nothing changed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
import requests

from hubsync_assets.sample_data import write_sample

pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "dagster_home"
    home.mkdir()
    shutil.copy(ROOT / "dagster_home" / "dagster.yaml", home)
    for name in ("db1", "db2"):
        (tmp_path / name).mkdir()
    write_sample(100, 7, tmp_path / "db1" / "contacts.json", tmp_path / "db2" / "contacts.json")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUBSYNC_", "HUBSPOT_"))}
    return {
        **kept,
        "DAGSTER_HOME": str(home),
        "HUBSYNC_DB1": str(tmp_path / "db1"),
        "HUBSYNC_DB2": str(tmp_path / "db2"),
        "HUBSYNC_STORAGE": str(tmp_path / "storage"),
        "HUBSYNC_UI_PORT": str(free_port()),
        "HUBSYNC_EMULATOR_PORT": str(free_port()),
    }


@contextmanager
def make_dev(environment: dict[str, str], said: Path) -> Iterator[None]:
    """``make dev``, from when it says that it is ready; all that it prints is in a file."""
    with said.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "hubsync_assets.launch.dev"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            wait_for(lambda: "Ready." in said.read_text(), process)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


def wait_for(is_so: Callable[[], bool], process: "subprocess.Popen[bytes] | None" = None) -> None:
    deadline = time.monotonic() + 120
    while not is_so():
        assert process is None or process.poll() is None, "make dev has ended"
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.2)


def test_it_says_where_things_are_when_they_are_ready_and_nothing_else_and_runs_once(
    environment: dict[str, str], tmp_path: Path
) -> None:
    ui, emulator = (environment[f"HUBSYNC_{name}_PORT"] for name in ("UI", "EMULATOR"))
    home = Path(environment["DAGSTER_HOME"])
    said = tmp_path / "said"

    def runs() -> list[dg.DagsterRun]:
        with dg.DagsterInstance.from_config(str(home)) as instance:
            return list(instance.get_runs())

    def looks() -> int:
        return (home / "dev.log").read_text().count("Checking for new runs for sensor: new_files")

    with make_dev(environment, said):
        assert requests.get(f"http://127.0.0.1:{ui}/server_info", timeout=10).ok
        assert requests.get(f"http://127.0.0.1:{emulator}/_emulator/state", timeout=10).ok
        wait_for(lambda: [run.status for run in runs()] == [dg.DagsterRunStatus.SUCCESS])
    assert said.read_text().splitlines() == [
        "Starting; this takes about 15 seconds ...",
        "Ready.",
        f"  Dagster UI         http://127.0.0.1:{ui}",
        f"  HubSpot emulator   http://127.0.0.1:{emulator}",
        f"  Dagster's log      {home / 'dev.log'}",
        "Ctrl-C stops everything.",
    ]
    with make_dev(environment, said):
        wait_for(lambda: looks() >= 3)
        assert len(runs()) == 1, "nothing has changed since"


def test_a_port_that_is_none_is_one_line(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hubsync_assets.launch.dev"],
        cwd=ROOT,
        env={**environment, "HUBSYNC_UI_PORT": "none"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("HUBSYNC_UI_PORT cannot be what it is set to: write a port")
    assert len(done.stderr.splitlines()) == 1

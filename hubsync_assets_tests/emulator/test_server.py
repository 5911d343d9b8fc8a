"""The emulator as a process, as a library and as a pytest plugin."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hubsync_assets.emulator import EmulatorControl, HubSpotEmulator, ServerError
from hubsync_assets.emulator.__main__ import main
from hubsync_assets_tests.emulator.asking import Api, row

COMMAND = [sys.executable, "-m", "hubsync_assets.emulator"]


@contextmanager
def running(*arguments: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """An emulator in a process of its own; its address is what its ready line says."""
    process = subprocess.Popen([*COMMAND, "--port", "0", *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = re.search(r"ready at (http://\S+) \(portal \d{8}, kept in ", line)
        assert address, line
        yield address[1], process
    finally:
        process.kill()
        process.communicate(timeout=10)


@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_stopped(tmp_path: Path, word: signal.Signals) -> None:
    database = tmp_path / "portal.db"
    with running("--db", str(database), "--tier", "professional", "--api-version", "2026-09") as (url, process):
        with Api(url, "2026-09") as api, Api(url, "v3") as old:
            answer = api.upsert(row("a@example.com"))
            assert (answer.status_code, answer.headers["X-HubSpot-RateLimit-Max"]) == (200, "190")
            assert old.contacts("GET").status_code == 404
        process.send_signal(word)
        assert process.wait(10) == 0

    with HubSpotEmulator(db=database) as hubspot:
        assert [it["email"] for it in hubspot.contacts()] == ["a@example.com"]
        assert [it["status"] for it in hubspot.calls()] == [200, 404]


def test_a_killed_emulator_keeps_what_it_answered(tmp_path: Path) -> None:
    database = tmp_path / "portal.db"
    with running("--db", str(database)) as (url, process), Api(url) as api:
        api.upsert(row("a@example.com"))
        process.kill()
        process.wait(10)

    with HubSpotEmulator(db=database) as hubspot:
        assert [it["email"] for it in hubspot.contacts()] == ["a@example.com"]


def test_the_control_path_works_on_another_process() -> None:
    with running() as (url, _):
        hubspot = EmulatorControl(url)
        hubspot.seed([{"email": "a@example.com"}])
        assert hubspot.state()["contacts"] == 1


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert f"Port {port} of 127.0.0.1 can't be used" in line


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com"])
def test_it_listens_on_this_machine_only(capsys: pytest.CaptureFixture[str], host: str) -> None:
    assert main(["--host", host]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert f"not on {host}" in line
    assert "--allow-host NAME" in line


def test_a_database_that_can_not_be_used_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--port", "0", "--db", str(tmp_path / "missing" / "portal.db")]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert "give --db a file in a folder that exists" in line


def test_a_library_user_with_a_taken_port_hears_of_it() -> None:
    with HubSpotEmulator() as hubspot, pytest.raises(ServerError, match="can't be used"):
        HubSpotEmulator(port=int(hubspot.base_url.rpartition(":")[2])).__enter__()


def test_a_fixture_comes_with_the_plugin(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_one(hubspot_emulator):\n"
        "    hubspot_emulator.seed([{'email': 'a@example.com'}])\n"
        "    assert len(hubspot_emulator.contacts()) == 1\n"
        "def test_two(hubspot_emulator):\n"
        "    assert hubspot_emulator.contacts() == []\n"
    )
    plugin = ["-p", "hubsync_assets.emulator.pytest_plugin", "-p", "no:cacheprovider"]

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (run.returncode, "2 passed" in run.stdout) == (0, True), run.stdout

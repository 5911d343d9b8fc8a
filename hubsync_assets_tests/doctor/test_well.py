"""An installation that is well, and one whose settings are wrong."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hubsync_assets.doctor.__main__ import main
from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.doctor.installation import EMAIL, Installation, snapshot


def test_one_that_is_well_says_what_it_is_and_nobody_is_named(installation: Installation) -> None:
    told = installation.look("--files")
    assert (told.code, told.worse()) == (0, {})
    assert f"portal {installation.hubspot.portal_id}, account type STANDARD" in told.said("portal")
    assert "the key can read contacts" in told.said("portal")
    assert "only a write shows" in told.said("portal")
    assert "can be read" in told.said("source db1")
    assert "a.json" in told.said("source db1")
    assert "storage: free, last held by a test's run" in told.said("locks")
    assert "hubspot_contacts agrees with the log" in told.said("sync log")
    assert "9 tables are whole (every byte was read)" in told.said("files")
    assert "GB free" in told.said("disk")
    assert "dagster 1." in told.said("versions")
    assert "DAGSTER_HOME is not set" in told.said("Dagster")
    for secret in (EMAIL, "Arnal", "600 000 001", "emulator-token"):
        assert secret not in told.text


def test_nothing_is_written_into_storage_nor_sent_to_the_portal(installation: Installation) -> None:
    before, writes = snapshot(installation.storage), len(installation.hubspot.write_calls())
    assert installation.look("--files").code == 0
    assert snapshot(installation.storage) == before
    assert len(installation.hubspot.write_calls()) == writes


def test_where_nothing_was_synced_yet_no_folder_is_made(tmp_path: Path) -> None:
    with HubSpotEmulator() as hubspot:
        for name in ("db1", "db2"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "a.json").write_text("[]")
        told = Installation(tmp_path, hubspot).look()
    assert told.code == 0
    assert "never read so far" in told.said("source db1")
    assert "no log yet" in told.said("sync log")
    assert not (tmp_path / "storage").exists()


def test_a_setting_that_cannot_be_meant_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([], {"HUBSYNC_FILE": os.environ["HUBSYNC_FILE"], "HUBSYNC_TARGET": "hubspot"}) == 2
    assert "X settings  HUBSYNC_TARGET is hubspot but HUBSPOT_ACCESS_TOKEN is not set" in capsys.readouterr().out


def test_a_variable_that_nobody_reads_and_that_is_like_one_is_named_without_its_value(
    installation: Installation,
) -> None:
    installation.environment |= {"HUBSYNC_APROVAL": "always", "HUBSYNC_EU_STORAGE": "/elsewhere", "HUBSYNC_BD1": "/x"}
    told = installation.look()
    assert told.code == 1
    assert "HUBSYNC_APROVAL is set and read by nobody: is HUBSYNC_APPROVAL meant?" in told.said("settings")
    assert "is HUBSYNC_DB1 meant?" in told.said("settings")
    assert "EU_STORAGE" not in told.text, "it is another sync's"
    assert "always" not in told.said("settings")


def test_an_emulator_on_another_address_is_spoken_to_when_that_is_said(installation: Installation) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # nothing is sent: this only asks for our own address
            address = asked.getsockname()[0]
        except OSError:
            pytest.skip("this machine has no address but its own")
    command = [sys.executable, "-m", "hubsync_assets.emulator", "--host", address, "--allow-host", address]
    with subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True) as emulator:
        assert emulator.stdout is not None
        url = next(word for word in emulator.stdout.readline().split() if word.startswith("http://"))
        installation.environment |= {"HUBSPOT_BASE_URL": url, "HUBSYNC_EMULATOR_BEYOND_LOOPBACK": "yes"}
        told = installation.look()
        emulator.terminate()
    assert told.level("portal") == "well"
    assert f"emulator at {url}" in told.said("portal")

"""What a run leaves in storage can be read by its owner alone, whatever the umask, and so can what an earlier version left."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.tables.private import tighten
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.pipeline import Pipeline
from hubsync_assets_tests.shipped import MODEL

RECORDS = "email,phone\na@example.com,+34600123188\nno email,1\n"


@pytest.fixture(params=[0o000, 0o022, 0o777 & ~0o700], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


def open_to_others(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): mode(path)
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink() and path.stat().st_mode & 0o077
    }


@pytest.mark.usefixtures("umask")
def test_everything_that_a_run_writes_is_the_owners_alone(tmp_path: Path) -> None:
    storage, looked = tmp_path / "storage", []

    def look(_step: str) -> None:
        looked.append(open_to_others(storage))

    with HubSpotEmulator(db=tmp_path / "emulator.sqlite") as hubspot:
        pipeline = Pipeline(tmp_path, hubspot, tell=look)
        pipeline.put("db1", {"a.csv": RECORDS})
        assert pipeline.sync().success
        databases = {path.name: mode(path) for path in tmp_path.glob("emulator.sqlite*")}
    look("")
    assert len(looked) == 5
    assert not [found for found in looked if found]
    assert mode(storage) == "0o700"
    assert {mode(path) for path in storage.rglob("*.parquet")} == {"0o600"}
    assert mode(storage / "sync_log.sqlite") == "0o600"
    assert "emulator.sqlite" in databases
    assert set(databases.values()) == {"0o600"}


def test_what_an_earlier_version_left_open_is_closed_when_the_storage_is_opened(tmp_path: Path) -> None:
    with HubSpotEmulator() as hubspot:
        pipeline = Pipeline(tmp_path, hubspot)
        pipeline.put("db1", {"a.csv": RECORDS})
        assert pipeline.sync().success
    storage = tmp_path / "storage"
    for path in (storage, *storage.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    Storage(MODEL, storage)
    assert open_to_others(storage) == {}
    assert {mode(path) for path in storage.rglob("*.parquet")} == {"0o600"}


def test_a_folder_that_is_no_storage_yet_keeps_the_modes_of_what_is_in_it(tmp_path: Path) -> None:
    script = tmp_path / "script.sh"
    script.touch(mode=0o755)
    Storage(MODEL, tmp_path)
    assert (mode(tmp_path), mode(script)) == ("0o700", "0o755")


def test_links_are_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.touch()
    outside.chmod(0o644)
    folder = tmp_path / "storage"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    (folder / "link").symlink_to(outside)
    tighten(folder)
    assert (mode(outside), mode(folder)) == ("0o644", "0o700")

"""Lost and damaged tables in a storage that has synced: named by the next run, made again by one command."""

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

import hubsync_assets
from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.errors import PermanentError
from hubsync_assets.rebuild.__main__ import main
from hubsync_assets.rebuild.replacing import ASIDE
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.sync_log.plan_events import PlanEvent
from hubsync_assets.tables.errors import DamagedTableError
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.storage_lock import StorageLock
from hubsync_assets_tests.pipeline import Pipeline
from hubsync_assets_tests.shipped import MODEL

pytestmark = pytest.mark.services

PEOPLE = [f"p{n}@example.com" for n in range(40)]


def export(*, without: int = 0) -> str:
    """People, of whom the first have no phone."""
    rows = [f"{email},Ada,{f'+346001231{n:02d}' if n >= without else ''}" for n, email in enumerate(PEOPLE)]
    return "\n".join(["email,name,phone", *rows]) + "\n"


@pytest.fixture
def synced(tmp_path: Path) -> Iterator[Pipeline]:
    with HubSpotEmulator() as hubspot:
        pipeline = Pipeline(tmp_path, hubspot)
        pipeline.put("db1", {"a.csv": export()})
        assert pipeline.sync().success
        yield pipeline


def environment(pipeline: Pipeline) -> dict[str, str]:
    return {"HUBSYNC_STORAGE": str(storage_of(pipeline)), "HUBSYNC_DB1": pipeline.sources["db1"], "HUBSYNC_DB2": ""}


def storage_of(pipeline: Pipeline) -> Path:
    return pipeline.folder / "storage"


def lose_a_file(table: Path) -> None:
    next((table / "current").resolve().glob("*.parquet")).unlink()


def flip_a_bit(table: Path) -> None:
    path = next((table / "current").resolve().glob("*.parquet"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def no_link(table: Path) -> None:
    (table / "current").unlink()
    (table / "current").write_text("")


def no_manifest(table: Path) -> None:
    ((table / "current").resolve() / "_manifest.json").unlink()


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a lost file": lose_a_file,
    "a flipped bit": flip_a_bit,
    "no link": no_link,
    "no manifest": no_manifest,
}


def rows(pipeline: Pipeline, table: str) -> pl.DataFrame:
    return hubsync_assets.scan(table, storage_of(pipeline)).collect().sort("email")


@pytest.mark.parametrize("what", DAMAGE)
@pytest.mark.parametrize("table", ["hubspot_contacts", "settled_values", "merged_contacts", "raw_db1"])
def test_a_damaged_table_is_made_again_with_the_same_rows(
    synced: Pipeline, table: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rows(synced, table)
    DAMAGE[what](storage_of(synced) / table)
    assert main([], environment(synced)) == 1
    said = capsys.readouterr().out
    assert f"{table}: " in said
    assert "nothing was changed" in said
    assert main([], environment(synced)) == 1, "it is damaged still"
    assert main(["--yes"], environment(synced)) == 0
    assert rows(synced, table).equals(before)
    assert not (storage_of(synced) / ASIDE).exists()
    assert main([], environment(synced)) == 0


@pytest.mark.parametrize("what", ["a lost file", "a flipped bit"])
def test_phones_that_leave_the_source_while_a_file_of_the_state_is_lost_do_not_stay_in_hubspot(
    synced: Pipeline, what: str
) -> None:
    DAMAGE[what](storage_of(synced) / "hubspot_contacts")
    synced.put("db1", {"a.csv": export(without=4)})
    with pytest.raises(DamagedTableError, match="the table hubspot_contacts is damaged"):
        synced.sync()
    assert main(["--yes"], environment(synced)) == 0
    assert synced.sync().success
    held = synced.held()
    assert [email for email in PEOPLE if "phone" not in held[email]] == PEOPLE[:4]


@pytest.mark.parametrize("what", ["a lost file", "a flipped bit", "no link"])
def test_an_export_that_shrank_while_its_raw_table_is_damaged_clears_nothing_until_it_is_accepted(
    synced: Pipeline, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = synced.held()
    DAMAGE[what](storage_of(synced) / "raw_db1")
    synced.put("db1", {"a.csv": "email,name,phone\n"})
    assert main(["--yes"], environment(synced)) == 0
    digest = synced.digest("db1")
    said = capsys.readouterr().out
    assert "db1 is in doubt (it had 40 records and has none)" in said
    assert f"accept: {{db1: {digest}}}" in said
    synced.sync()
    assert synced.held() == before
    synced.sync(accept={"db1": digest})
    synced.put("db1", {"a.csv": export()})
    assert synced.sync().success
    assert synced.held() == before


@pytest.mark.parametrize("what", ["a lost file", "no manifest"])
def test_a_reading_that_was_accepted_stays_so_when_its_table_is_made_again(synced: Pipeline, what: str) -> None:
    synced.put("db1", {"a.csv": export(without=30)})
    synced.sync()
    synced.sync(accept={"db1": synced.digest("db1")})
    DAMAGE[what](storage_of(synced) / "raw_db1")
    assert main(["--yes"], environment(synced)) == 0
    raw = Storage(MODEL, storage_of(synced)).table("raw_db1").require()
    assert raw.facts["report"]["doubts"]["reasons"] == (
        [] if what == "a lost file" else ["phone was filled in 100% of the records and is in 25%"]
    )


def test_a_source_that_is_switched_off_while_its_raw_table_is_damaged_keeps_what_it_gave(synced: Pipeline) -> None:
    synced.put("db1", {"a.csv": export(without=2)})
    synced.put("db2", {"a.csv": f"email,name,phone\n{PEOPLE[0]},Ada,+34600123999\n"})
    assert synced.sync().success
    before = synced.held()
    lose_a_file(storage_of(synced) / "raw_db2")
    synced.switch_off("db2")
    assert main(["--yes"], environment(synced)) == 0
    synced.sync()
    assert synced.held() == before


def test_a_table_that_cannot_be_made_again_is_put_back(synced: Pipeline) -> None:
    lose_a_file(storage_of(synced) / "raw_db1")
    before = sorted(storage_of(synced).glob("raw_db1/**/*"))
    (Path(synced.sources["db1"]) / "a.csv").unlink()
    assert main(["--yes"], environment(synced)) == 1
    assert sorted(storage_of(synced).glob("raw_db1/**/*")) == before
    assert not (storage_of(synced) / ASIDE).exists()


def test_what_a_killed_rebuild_had_set_aside_comes_back(synced: Pipeline) -> None:
    before = rows(synced, "merged_contacts")
    folder = storage_of(synced)
    (folder / ASIDE).mkdir()
    (folder / "merged_contacts").rename(folder / ASIDE / "merged_contacts")
    assert main([], environment(synced)) == 0
    assert rows(synced, "merged_contacts").equals(before)


def test_a_rebuild_waits_for_no_run_that_is_writing(synced: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    lose_a_file(storage_of(synced) / "merged_contacts")
    lock = StorageLock(storage_of(synced))
    lock.acquire("run 1")
    try:
        assert main(["--yes"], environment(synced)) == 1
    finally:
        lock.release()
    assert "run 1 is writing" in capsys.readouterr().out


def test_a_log_that_is_gone_while_the_tables_stay_is_named(
    synced: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in storage_of(synced).glob("sync_log.sqlite*"):
        path.unlink()
    assert main([], environment(synced)) == 1
    assert "sync_log.sqlite is missing while the tables that were made from it stay" in capsys.readouterr().out
    plan = synced.sync().plan
    assert plan is not None
    assert plan.learned == len(PEOPLE), "every contact is read in HubSpot"


def test_a_table_is_scanned_from_the_folder_of_the_environment(
    synced: Pipeline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HUBSYNC_STORAGE", str(storage_of(synced)))
    monkeypatch.chdir(tmp_path)
    found = hubsync_assets.scan("merged_contacts").collect()
    table = Storage(MODEL, storage_of(synced)).table("merged_contacts")
    assert found.equals(table.require().scan().collect())


def test_a_scan_of_no_table_says_which_there_are(synced: Pipeline) -> None:
    with pytest.raises(PermanentError, match=r"no table merged in .* \(there are contact_changes, .*merged_contacts"):
        hubsync_assets.scan("merged", storage_of(synced))
    with pytest.raises(PermanentError, match="no table is there"):
        hubsync_assets.scan("merged_contacts", synced.folder / "elsewhere")


@pytest.mark.parametrize("what", ["a lost file", "no manifest"])
def test_an_older_plan_that_is_in_doubt_and_damaged_stops_no_run_since_rebuild_does_not_make_it_again(
    synced: Pipeline, what: str
) -> None:
    table = storage_of(synced) / "contact_changes"
    synced.put("db1", {"a.csv": export(without=4)})
    synced.sync(only_plan=True)
    # As a run leaves it that is killed while it sends: begun, and not ended.
    sent = Storage(MODEL, storage_of(synced)).table("contact_changes").require()
    with SyncLog(sqlite_url(storage_of(synced))) as log:
        log.note(log.portals()[0], sent.id, PlanEvent.BEGUN, "run that was killed")
    synced.put("db1", {"a.csv": export(without=6)})
    synced.sync(only_plan=True)
    newest = (table / "current").readlink()
    (table / "current").unlink()
    (table / "current").symlink_to(sent.folder.name)
    DAMAGE[what](table)
    (table / "current").unlink()
    (table / "current").symlink_to(newest)
    assert main([], environment(synced)) == 0, "what rebuild looks at is whole"
    synced.put("db1", {"a.csv": export(without=8)})
    assert synced.sync().success
    held = synced.held()
    assert [email for email in PEOPLE if "phone" not in held[email]] == PEOPLE[:8]
    assert synced.sync().planned == 0

"""A raw table that is lost while its export shrinks: what the source does not say any more is kept, until a person accepts it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.pipeline import Pipeline
from hubsync_assets_tests.shipped import MODEL

PEOPLE = [f"p{n}@example.com" for n in range(20)]
NAMES = "\n".join(["email,name", *(f"{email},Ada" for email in PEOPLE)]) + "\n"


def phones(count: int) -> str:
    return "\n".join(["email,phone", *(f"{email},+346001231{n:02d}" for n, email in enumerate(PEOPLE[:count]))]) + "\n"


def lose(*tables: str) -> Callable[[Path], None]:
    def losing(storage: Path) -> None:
        for table in tables:
            shutil.rmtree(storage / table)

    return losing


def lose_all_tables(storage: Path) -> None:
    for path in storage.iterdir():
        if path.is_dir():
            shutil.rmtree(path)


LOSS = {
    "its raw table": lose("raw_db2"),
    "and the state": lose("raw_db2", "hubspot_contacts"),
    "all tables": lose_all_tables,
}


@pytest.fixture
def synced(tmp_path: Path) -> Iterator[Pipeline]:
    with HubSpotEmulator() as hubspot:
        pipeline = Pipeline(tmp_path, hubspot)
        pipeline.put("db1", {"a.csv": NAMES})
        pipeline.put("db2", {"a.csv": phones(20)})
        assert pipeline.sync().success
        yield pipeline


def with_phones(pipeline: Pipeline) -> int:
    return sum("phone" in properties for properties in pipeline.held().values())


def doubts(pipeline: Pipeline) -> SourceDoubts:
    raw = Storage(MODEL, pipeline.folder / "storage").table("raw_db2").require()
    return SourceDoubts.from_json(raw.facts["report"]["doubts"])


@pytest.mark.parametrize("left", [0, 9])
@pytest.mark.parametrize("what", LOSS)
def test_an_export_that_shrank_while_its_raw_table_was_lost_clears_nothing_until_it_is_accepted_once(
    synced: Pipeline, what: str, left: int
) -> None:
    LOSS[what](synced.folder / "storage")
    synced.put("db2", {"a.csv": phones(left)})
    synced.sync()
    assert with_phones(synced) == 20
    assert f"it lacks {20 - left} of the 20 contacts" in doubts(synced).message("db2")
    synced.put("db2", {"b.csv": phones(left)})
    synced.sync()
    assert with_phones(synced) == 20, "nothing has become known by reading twice"
    synced.sync(accept={"db2": synced.digest("db2")})
    assert with_phones(synced) == left
    assert not doubts(synced)
    synced.put("db2", {"c.csv": phones(left)})
    synced.sync()
    assert not doubts(synced), "it was accepted once"


@pytest.mark.parametrize("what", LOSS)
def test_an_export_that_is_as_it_was_needs_nobody_when_its_raw_table_was_lost(synced: Pipeline, what: str) -> None:
    LOSS[what](synced.folder / "storage")
    again = synced.sync()
    assert again.success
    assert again.planned == 0
    assert not doubts(synced)
    synced.put("db2", {"a.csv": phones(9)})
    synced.sync()
    assert "it had 20 records and has 9" in doubts(synced).message("db2"), "it is compared as ever"
    assert with_phones(synced) == 20


def test_a_source_that_is_switched_off_while_its_raw_table_is_lost_keeps_what_it_gave(synced: Pipeline) -> None:
    LOSS["all tables"](synced.folder / "storage")
    synced.switch_off("db2")
    synced.sync()
    assert with_phones(synced) == 20
    assert "it is switched off" in doubts(synced).message("db2")

"""Contacts out of real databases, from the declaration to HubSpot, compared with a naive model: changed, killed in mid-read, and beside other sources."""

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import pytest
import yaml

from hubsync_assets.sources.databases import frames, query_reading
from hubsync_assets_tests.databases.filling import fill
from hubsync_assets_tests.databases.people import Person, people
from hubsync_assets_tests.databases.server import SECRET, Server
from hubsync_assets_tests.declared.naive import Record, golden_records
from hubsync_assets_tests.declared.portal import Portal, differences, in_hubspot
from hubsync_assets_tests.end_to_end.people_meant import meant
from hubsync_assets_tests.end_to_end.project import Project, Run
from hubsync_assets_tests.sources.web import Answer, site

pytestmark = pytest.mark.services

DECLARATION = Path(__file__).with_name("databases.yaml")
DECLARED = yaml.safe_load(DECLARATION.read_text())
FEW = 1_000
MANY = 100_000
NEW = 10_000_000


@pytest.fixture
def started(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of this declaration, of which no source is used yet."""
    monkeypatch.setenv("HUBSYNC_FILE", str(DECLARATION))
    # Of so few contacts any change is a great share.
    monkeypatch.setenv("HUBSYNC_APPROVAL", "never")
    for name in ("CRM_URL", "FOLDER", "PAGE"):
        monkeypatch.setenv(name, "")
    return project


def use(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setenv("CRM_URL", server.setting)


def changed(them: Sequence[Person], seed: int) -> list[Person]:
    """Some have other values, some are gone, and a few are new."""
    dice = random.Random(seed)
    newest = max(person["updated_at"] for person in them)
    kept: list[Person] = []
    for person in them:
        roll = dice.random()
        if roll > 0.02:
            kept.append({**person, "company": None, "employees": 7, "updated_at": newest} if roll < 0.05 else person)
    for person in people(len(them) + 20)[-20:]:
        kept.append({**person, "id": person["id"] + NEW})  # noqa: PERF401 - a comprehension is no Person to mypy
    return kept


def sync(project: Project) -> Run:
    run = project.run(config={"loggers": {"console": {"config": {"log_level": "DEBUG"}}}})
    assert_no_secret(project)
    return run


def assert_no_secret(project: Project) -> None:
    """Nothing that was written, and no process, has the password."""
    written = [path for path in project.folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    arguments = [process.info["cmdline"] for process in psutil.process_iter(["cmdline"])]
    assert not written
    assert not [words for words in arguments if any(SECRET in word for word in words or ())]


def assert_holds(project: Project, portal: Portal, records: Iterable[Record]) -> None:
    portal.take(DECLARED, golden_records(DECLARED, records))
    assert differences(in_hubspot(project.hubspot), portal.held)[:5] == []


def synced_changed_and_synced(project: Project, server: Server, count: int) -> None:
    """Fill, sync, sync again, change, sync."""
    portal, them = Portal(), people(count)
    fill(server.engine(), "people", them)
    first = sync(project)
    assert first.success, first.failures
    assert_holds(project, portal, meant(them, "crm"))
    writes = project.writes()

    again = sync(project)
    assert again.success
    assert again.numbers["contact_changes"]["dagster/row_count"] == 0
    assert project.writes() == writes

    fill(server.engine(), "people", changed(them, 5))
    last = sync(project)
    assert last.success, last.failures
    assert_holds(project, portal, meant(changed(them, 5), "crm"))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", pytest.param("mariadb", marks=pytest.mark.services)])
def test_hubspot_holds_what_the_table_says_and_what_becomes_of_it(
    kind: str, started: Project, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(f"shared_{kind}")
    use(monkeypatch, server)
    synced_changed_and_synced(started, server, FEW)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_a_hundred_thousand_people(
    kind: str, started: Project, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(f"shared_{kind}")
    use(monkeypatch, server)
    synced_changed_and_synced(started, server, MANY)


def killed_after(monkeypatch: pytest.MonkeyPatch, server: Server, batches: int) -> None:
    """The server is killed when so many batches of the next reading have come."""
    made, left = frames.frame_of, [batches]

    def frame_of(*arguments: Any) -> pl.DataFrame:
        left[0] -= 1
        if left[0] == 0:
            server.kill()
        return made(*arguments)

    monkeypatch.setattr(query_reading, "ROWS_AT_ONCE", 200)
    monkeypatch.setattr(query_reading, "frame_of", frame_of)


@pytest.mark.parametrize("kind", ["postgresql", pytest.param("mariadb", marks=pytest.mark.services)])
def test_a_server_that_dies_in_mid_read_costs_nothing_and_clears_nothing(
    kind: str, started: Project, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(f"own_{kind}")
    use(monkeypatch, server)
    them = people(20 * FEW)
    # Most of a row is this, so that the driver does not have all rows when the server dies.
    for person in them:
        person["company"] = f"{person['id']}-" * 100
    some, others = them[:FEW], changed(them[:FEW], 6)
    portal = Portal()
    fill(server.engine(), "people", some)
    assert sync(started).success
    assert_holds(started, portal, meant(some, "crm"))
    before = in_hubspot(started.hubspot)

    # Nobody's, so that it does not matter how many of them come.
    for person in them[2 * FEW :]:
        person["email"] = None
    fill(server.engine(), "people", [*others, *them[2 * FEW :]])
    with monkeypatch.context() as patched:
        killed_after(patched, server, 4)
        run = sync(started)
    assert not run.success
    report = started.facts("raw_crm")["report"]
    assert report["incomplete_rank"] == 0
    assert 800 <= report["records"] < len(them)
    after = in_hubspot(started.hubspot)
    lost = {(email, name) for email, held in before.items() for name in held if name not in after.get(email, {})}
    # A row that came may say itself that something is empty.
    assert lost <= {((person["email"] or "").lower(), "company") for person in others if person["company"] is None}

    refused = sync(started)  # while it is down
    assert not refused.success
    assert "nothing answers at this address" in " ".join(refused.failures)
    assert in_hubspot(started.hubspot) == after

    server.restart()
    fill(server.engine(), "people", others)
    last = sync(started)
    assert_holds(started, portal, [*meant(others, "crm")])
    assert last.success, last.failures


def test_a_database_a_folder_and_a_url_in_one_sync(
    started: Project, monkeypatch: pytest.MonkeyPatch, shared_postgresql: Server
) -> None:
    use(monkeypatch, shared_postgresql)
    them = people(900)
    crm, folder, page = them[:500], them[300:700], them[600:900]
    fill(shared_postgresql.engine(), "people", crm)
    lines = "".join(f"{json.dumps(person, default=str)}\n" for person in map(as_json, page))
    started.put("folder", list(map(as_json, folder)))
    monkeypatch.setenv("FOLDER", str(started.folder / "folder"))
    with site(Answer(body=lines.encode(), headers={"Content-Type": "application/x-ndjson"})) as page_of:
        monkeypatch.setenv("PAGE", f"{page_of.url}/people.ndjson")
        run = sync(started)
    assert run.success, run.failures
    records = [*meant(crm, "crm"), *meant(folder, "folder"), *meant(page, "page")]
    assert_holds(started, Portal(), records)


def as_json(person: Person) -> dict[str, Any]:
    """A record of a file; the name of two columns is one there."""
    name = " ".join(part for part in (person["first_name"], person["last_name"]) if part)
    mrr = None if person["mrr"] is None else float(person["mrr"])
    return {
        **person,
        "name": name,
        "mrr": mrr,
        "born": person["born"] and str(person["born"]),
        "updated_at": person["updated_at"].isoformat(),
    }

"""A database as a source of a run: what its raw table has, when it is read again, and what is left when it fails."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hubsync_assets.sources.databases import query_reading
from hubsync_assets.steps.read import ReadFailure
from hubsync_assets.steps.read_report import ReadReport
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.databases.filling import fill
from hubsync_assets_tests.databases.network import network
from hubsync_assets_tests.databases.people import people, text_id
from hubsync_assets_tests.databases.server import SECRET, Server
from hubsync_assets_tests.sources.databases.numbered import numbered
from hubsync_assets_tests.steps.database_runs import open_storage, raw, run, run_all, statements

Open = Callable[..., Storage]

DAY = 24 * 3600


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    return partial(open_storage, tmp_path)


def test_the_raw_table_has_each_rows_number_and_its_own_id(shared_server: Server, opened: Open) -> None:
    crowd = people(300)
    fill(shared_server.engine(), "crowd", crowd, "text")
    storage = opened(crm={"table": "crowd", "columns": {"name": "last_name"}})
    report = run(storage, crm=shared_server.setting)
    assert isinstance(report, ReadReport)
    rows = raw(storage)
    expected = {text_id(person["id"]): person["last_name"] for person in crowd}
    assert rows.height == report.kept + rows["rejected"].sum() > 250
    assert rows["position"].is_unique().all()
    assert 250 < rows["position"].max() <= 300  # type: ignore[operator]
    assert rows["record_id"].is_unique().all()
    for record, name, rejected in rows.select("record_id", "name", "rejected").iter_rows():
        assert rejected or (name or "") == (expected[record] or "")
    assert rows["file"].unique().to_list() == [
        f"{sa.make_url(shared_server.setting).drivername}:{_behind(shared_server)} crowd"
    ]


def _behind(server: Server) -> str:
    url = sa.make_url(server.setting)
    return f"//{url.host or ''}{f':{url.port}' if url.port else ''}/{url.database}"


def test_a_table_whose_count_and_latest_change_stay_is_not_read_again(shared_server: Server, opened: Open) -> None:
    fill(shared_server.engine(), "steady", people(50))
    declared = {"table": "steady", "updated_at": "updated_at", "columns": {"name": "last_name"}}
    first = run(opened(crm=declared), crm=shared_server.setting)
    with statements() as heard:
        again = run(opened(crm=declared), crm=shared_server.setting)
    assert isinstance(first, ReadReport)
    assert isinstance(again, ReadReport)
    assert (first.reused, again.reused, again.version, again.kept) == (False, True, first.version, first.kept)
    assert [statement for statement in heard if "count(" in statement and "max(" not in statement] == []
    with shared_server.engine().begin() as connection:
        connection.exec_driver_sql(
            "UPDATE steady SET updated_at = '2037-01-01 00:00:00' WHERE id = (SELECT m FROM (SELECT max(id) AS m FROM steady) x)"
        )
    changed = run(opened(crm=declared), crm=shared_server.setting)
    assert isinstance(changed, ReadReport)
    assert (changed.reused, changed.kept) == (False, first.kept)
    with shared_server.engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM steady WHERE id = (SELECT m FROM (SELECT min(id) AS m FROM steady) x)")
    fewer = run(opened(crm=declared), crm=shared_server.setting)
    assert isinstance(fewer, ReadReport)
    assert not fewer.reused


def test_a_query_is_read_again_each_time_unless_a_probe_says_that_it_is_the_same(
    shared_server: Server, opened: Open
) -> None:
    numbered(shared_server, "asked", 5)
    plain = {"query": "SELECT * FROM asked"}
    probed = {**plain, "unchanged": "SELECT max(id) FROM asked"}
    reports = [run(opened(crm=declared), crm=shared_server.setting) for declared in (plain, plain, probed, probed)]
    with shared_server.engine().begin() as connection:
        connection.exec_driver_sql("INSERT INTO asked VALUES (6, 'p6@example.com', 'x')")
    reports.append(run(opened(crm=probed), crm=shared_server.setting))
    assert [(report.reused, report.kept) for report in reports if isinstance(report, ReadReport)] == [
        (False, 5),
        (False, 5),
        (False, 5),
        (True, 5),
        (False, 6),
    ]


@pytest.mark.parametrize(
    ("declared", "days", "reused"),
    [({}, 6.9, True), ({}, 7.1, False), ({"reread_every": 1}, 1.1, False), ({}, -30, False)],
)
def test_what_looks_unchanged_is_read_again_after_some_days(
    declared: dict[str, Any],
    days: float,
    reused: bool,
    shared_sqlite: Server,
    opened: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbered(shared_sqlite, "old", 5)
    source = {"table": "old", "updated_at": "name", **declared}
    run(opened(crm=source), crm=shared_sqlite.setting)
    now = time.time() + days * DAY
    monkeypatch.setattr("hubsync_assets.steps.last_reading.time.time", lambda: now)
    later = run(opened(crm=source), crm=shared_sqlite.setting)
    assert isinstance(later, ReadReport)
    assert later.reused is reused


@pytest.mark.parametrize("breaks", [True, False])
def test_a_reading_that_breaks_off_keeps_its_rows_is_incomplete_and_is_no_reason_not_to_read_again(
    breaks: bool, shared_postgresql: Server, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_reading, "ROWS_AT_ONCE", 500)
    numbered(shared_postgresql, "broken", 5_000, width=500)
    declared = {"table": "broken", "updated_at": "id", "time_limit": 2}
    with network(shared_postgresql.setting, most=1_000_000, breaks=breaks) as between:
        storage = opened(crm=declared)
        broken = run(storage, crm=between.url(shared_postgresql.setting))
        assert isinstance(broken, ReadReport)
        assert broken.incomplete_rank == 0
        assert 500 <= broken.kept < 5_000
        assert raw(storage)["record_id"].to_list() == [str(number + 1) for number in range(broken.kept)]
    whole = run(opened(crm=declared), crm=shared_postgresql.setting)
    assert isinstance(whole, ReadReport)
    assert (whole.reused, whole.incomplete_rank, whole.kept) == (False, None, 5_000)


def test_a_login_that_fails_leaves_the_table_of_the_last_reading(shared_postgresql: Server, opened: Open) -> None:
    numbered(shared_postgresql, "logged_in", 5)
    storage = opened(crm={"table": "logged_in"})
    good = run(storage, crm=shared_postgresql.setting)
    wrong = sa.make_url(shared_postgresql.setting).set(password=f"wrong{SECRET}").render_as_string(hide_password=False)
    failed = run(opened(crm={"table": "logged_in"}), crm=wrong)
    assert isinstance(good, ReadReport)
    assert isinstance(failed, ReadFailure)
    assert "the login was refused: check user and password" in str(failed.error)
    assert storage.table("raw_crm").require().id == good.version
    assert raw(storage).height == 5


def test_two_databases_are_read_in_one_run_and_neither_hides_the_other(
    shared_postgresql: Server, shared_sqlite: Server, opened: Open
) -> None:
    numbered(shared_postgresql, "first", 4)
    numbered(shared_sqlite, "second", 3)
    storage = opened(crm={"table": "first"}, shop={"table": "second"})
    both = run_all(storage, crm=shared_postgresql.setting, shop=shared_sqlite.setting)
    assert {name: report.kept for name, report in both.items() if isinstance(report, ReadReport)} == {
        "crm": 4,
        "shop": 3,
    }
    missing = run_all(
        opened(crm={"table": "first"}, shop={"table": "nowhere"}),
        crm=shared_postgresql.setting,
        shop=shared_sqlite.setting,
    )
    assert isinstance(missing["shop"], ReadFailure)


@pytest.mark.parametrize("name", ["postgresql", pytest.param("mariadb", marks=pytest.mark.services)])
def test_the_password_is_in_no_file_of_the_storage(name: str, request: pytest.FixtureRequest, opened: Open) -> None:
    server: Server = request.getfixturevalue(f"shared_{name}")
    numbered(server, "secret", 5)
    storage = opened(crm={"table": "secret", "updated_at": "id"})
    assert isinstance(run(storage, crm=server.setting), ReadReport)
    files = [path for path in storage.folder.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]

"""The sensor on databases: it starts a run when what is declared to change has changed, and a database that does not answer is a reason to skip."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from hubsync_assets.automation import Jobs, changed_rows_of
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.resources import Sync
from hubsync_assets_tests.databases.server import SECRET, Server
from hubsync_assets_tests.sources.databases.numbered import numbered

Evaluate = Callable[[str | None], dg.SensorResult | dg.SkipReason]

WATCHED = {"table": "watched", "id": "id", "updated_at": "name"}


def sync_of(**sources: dict[str, Any]) -> Sync:
    declared = {name: {"read": f"env:{name.upper()}_URL", **source} for name, source in sources.items()}
    return Sync(ContactModel(ContactSync.model_validate({"sources": declared, "fields": {"email": {"kind": "email"}}})))


def evaluate(sync: Sync, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    sensor = changed_rows_of(sync, Jobs.of(sync))
    assert sensor is not None
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance=instance, cursor=cursor) as context,
    ):
        result = sensor(context)
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_STORAGE", str(tmp_path / "storage"))
    monkeypatch.delenv("HUBSYNC_TARGET", raising=False)


def test_a_row_that_is_new_changed_or_gone_asks_for_one_run(
    shared_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbered(shared_server, "watched", 3)
    monkeypatch.setenv("CRM_URL", shared_server.setting)
    sync, cursor = sync_of(crm=WATCHED), None
    asked = []
    for statement in (
        None,
        None,
        "INSERT INTO watched VALUES (4, 'p4@example.com', 'a')",
        None,
        "UPDATE watched SET name = 'z' WHERE id = 1",
        "DELETE FROM watched WHERE id = 4",
    ):
        if statement is not None:
            with shared_server.engine().begin() as connection:
                connection.exec_driver_sql(statement)
        result = evaluate(sync, cursor)
        assert isinstance(result, dg.SensorResult)
        asked.append(len(result.run_requests or []))
        cursor = result.cursor
        assert SECRET not in repr(result)
    assert asked == [1, 0, 1, 0, 1, 1]


def test_only_the_database_that_changed_is_said_to_have(
    shared_sqlite: Server, shared_postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for server in (shared_sqlite, shared_postgresql):
        numbered(server, "watched", 3)
    monkeypatch.setenv("CRM_URL", shared_postgresql.setting)
    monkeypatch.setenv("SHOP_URL", shared_sqlite.setting)
    sync = sync_of(crm=WATCHED, shop=WATCHED)
    first = evaluate(sync, None)
    assert isinstance(first, dg.SensorResult)
    with shared_sqlite.engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM watched WHERE id = 3")
    second = evaluate(sync, first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert [event.asset_key.to_user_string() for event in second.asset_events] == ["shop_export"]


def test_databases_that_do_not_answer_are_looked_at_together_and_are_a_reason_to_skip(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hubsync_assets.sources.connectors.database.LOOK_SECONDS", 2.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for name in ("CRM", "SHOP", "ERP"):
            monkeypatch.setenv(f"{name}_URL", f"postgresql://u:{SECRET}@127.0.0.1:{silent.getsockname()[1]}/d")
        began = time.monotonic()
        result = evaluate(sync_of(crm=WATCHED, shop=WATCHED, erp=WATCHED), "{}")
    assert time.monotonic() - began < 5
    assert isinstance(result, dg.SkipReason)
    words = result.skip_message or ""
    assert "it took longer than 2 s (time_limit)" in words
    assert SECRET not in words
    assert "\n" not in words


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (f"postgresql://u:{SECRET}@127.0.0.1:1/d", "nothing answers at this address"),
        (f"postgresql://u:a@{SECRET}?@127.0.0.1:1/d", "what crm reads is not the URL of a database"),
        (f"mysql://u:{SECRET}@127.0.0.1/d?nonsense=1", "the driver does not take an option"),
        (f"/exports/{SECRET}.csv", "it declares a table or query, and what it reads is no database"),
    ],
)
def test_any_failure_of_a_look_is_a_reason_to_skip_in_one_line(
    setting: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_URL", setting)
    result = evaluate(sync_of(crm=WATCHED), None)
    assert isinstance(result, dg.SkipReason)
    assert words in (result.skip_message or "")
    assert SECRET not in (result.skip_message or "")
    assert "\n" not in (result.skip_message or "")


def test_a_column_that_is_not_there_is_a_reason_to_skip_with_those_that_are(
    shared_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbered(shared_server, "watched", 1)
    monkeypatch.setenv("CRM_URL", shared_server.setting)
    result = evaluate(sync_of(crm={**WATCHED, "updated_at": "changed"}), None)
    assert isinstance(result, dg.SkipReason)
    assert "changed is no column there: it has id, email, name" in (result.skip_message or "")


@pytest.mark.parametrize(("every", "seconds"), [(None, 900), ("60", 60)])
def test_it_looks_every_quarter_of_an_hour_unless_told_otherwise(
    every: str | None, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUBSYNC_LOOK_EVERY", raising=False)
    if every is not None:
        monkeypatch.setenv("HUBSYNC_LOOK_EVERY", every)
    sync = sync_of(crm=WATCHED)
    sensor = changed_rows_of(sync, Jobs.of(sync))
    assert sensor is not None
    assert sensor.minimum_interval_seconds == seconds


def test_there_is_no_sensor_where_no_database_says_what_changes() -> None:
    sync = sync_of(crm={"table": "watched", "id": "id"})
    assert changed_rows_of(sync, Jobs.of(sync)) is None

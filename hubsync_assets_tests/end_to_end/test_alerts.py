"""What arrives at a webhook: a run that failed, the check that stopped it, too many refused, a late sync; once each, and no contact."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from hubsync_assets.building import build_definitions
from hubsync_assets_tests.end_to_end.project import Project, person
from hubsync_assets_tests.webhook import webhook


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a webhook was told; its URL is set."""
    with webhook() as (url, told):
        monkeypatch.setenv("HUBSYNC_ALERT_URL", url)
        yield told


def tell(project: Project, sensor: str, run_id: str, event: dg.DagsterEventType) -> Any:
    """What a run status sensor does about a finished run."""
    run = project.instance.get_run_by_id(run_id)
    assert run is not None
    records = project.instance.get_records_for_run(run_id, of_type=event).records
    (ended,) = [record.event_log_entry.dagster_event for record in records]
    assert ended is not None
    made = next(each for each in build_definitions().sensors or [] if each.name == sensor)
    context = dg.build_run_status_sensor_context(sensor, ended, project.instance, run)
    if event == dg.DagsterEventType.RUN_FAILURE:
        context = context.for_run_failure()
    return made(context)


def test_a_failed_run_is_told_with_what_failed(project: Project, texts: list[str]) -> None:
    project.put("db1", [person(1)])
    run = project.run()
    assert not run.success
    tell(project, "alert_failed_run", run.run_id, dg.DagsterEventType.RUN_FAILURE)
    (text,) = texts
    assert "sync_contacts failed" in text
    assert "raw_records: db2 could not be read" in text
    assert run.run_id in text
    assert "example.com" not in text


def test_a_check_that_stops_a_run_is_named(project: Project, texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_UNUSUAL_UPDATES", "1% 1")
    project.put("db1", [person(n) for n in range(10)])
    project.put("db2", [])
    assert project.run().success
    project.put("db1", [person(n, mrr=999) for n in range(10)])
    run = project.run()
    assert not run.success
    tell(project, "alert_failed_run", run.run_id, dg.DagsterEventType.RUN_FAILURE)
    (text,) = texts
    assert "Check changes_as_much_as_usual of contact_changes: 10 of 10 contacts are updated" in text
    assert "example.com" not in text


def test_more_refused_contacts_than_the_limit_are_told_and_fewer_are_not(
    project: Project, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.put("db1", [person(n) for n in range(9)] + [person(9, email="nobody@example.invalidtld")])
    project.put("db2", [])
    run = project.run()
    assert run.success, run.failures
    assert run.checks["failed_contacts.few_contacts_are_refused"] is False
    tell(project, "alert_refused", run.run_id, dg.DagsterEventType.RUN_SUCCESS)
    (text,) = texts
    assert "1 of 10 contacts (10.0%) are refused by HubSpot, the limit is 5.0% (HUBSYNC_REFUSED_LIMIT)" in text
    monkeypatch.setenv("HUBSYNC_REFUSED_LIMIT", "10%")
    again = project.run()
    assert again.checks["failed_contacts.few_contacts_are_refused"] is True
    tell(project, "alert_refused", again.run_id, dg.DagsterEventType.RUN_SUCCESS)
    assert len(texts) == 1


def test_a_late_sync_is_told_once_and_again_only_after_it_was_in_time(
    project: Project, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"now": 1_000_000.0}
    monkeypatch.setattr("hubsync_assets.automation.alerts.time.time", lambda: clock["now"])
    made = next(each for each in build_definitions().sensors or [] if each.name == "alert_late_sync")
    cursor: str | None = None

    def look() -> None:
        nonlocal cursor
        with dg.build_sensor_context(
            instance=project.instance, cursor=cursor, definitions=build_definitions()
        ) as context:
            made(context)
            cursor = context.cursor

    look()
    clock["now"] += 27 * 3_600
    look()
    look()
    assert len(texts) == 1
    assert "has never finished for 27 hours; the limit is 26 (HUBSYNC_LATE_AFTER)" in texts[0]
    project.put("db1", [person(1)])
    project.put("db2", [])
    assert project.run().success
    last = project.instance.get_latest_materialization_event(dg.AssetKey("hubspot_contacts"))
    assert last is not None
    clock["now"] = last.timestamp + 3_600
    look()
    assert len(texts) == 1
    clock["now"] = last.timestamp + 26 * 3_600 + 60
    look()
    look()
    assert len(texts) == 2
    assert "has not finished for 26 hours" in texts[1]
    # A clock that was ahead when that sync finished, and has been set back: it counts from the first look since.
    clock["now"] = last.timestamp - 1_000 * 86_400
    look()
    clock["now"] += 26 * 3_600 + 60
    look()
    look()
    assert len(texts) == 3


def test_without_a_url_nobody_is_told_and_the_sensors_are_off(
    project: Project, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def alerts() -> dict[str, dg.DefaultSensorStatus]:
        found = build_definitions().sensors or []
        return {each.name: each.default_status for each in found if each.name.startswith("alert_")}

    assert set(alerts().values()) == {dg.DefaultSensorStatus.RUNNING}
    monkeypatch.delenv("HUBSYNC_ALERT_URL")
    assert set(alerts().values()) == {dg.DefaultSensorStatus.STOPPED}
    assert set(alerts()) == {"alert_failed_run", "alert_refused", "alert_late_sync"}
    run = project.run()
    result = tell(project, "alert_failed_run", run.run_id, dg.DagsterEventType.RUN_FAILURE)
    assert isinstance(result, dg.SkipReason)
    assert texts == []

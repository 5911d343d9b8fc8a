"""A run is told whom it may write, in the launchpad, and what sensor and schedule start is told by settings."""

from typing import Any

import dagster as dg
import pytest

from hubsync_assets.automation import Jobs, daily_sync_of, new_files_of
from hubsync_assets.building import build_definitions
from hubsync_assets.hubspot.retry import RetryPolicy
from hubsync_assets.hubspot.tuning import Tuning
from hubsync_assets.resources import Sync
from hubsync_assets_tests.end_to_end.project import QUIET, Project, person
from hubsync_assets_tests.shipped import MODEL


@pytest.fixture
def three(project: Project) -> Project:
    """Person 1 is only in the first source, 2 in both, 3 only in the second; HubSpot has 1."""
    project.hubspot.seed([{"email": "person1@example.com", "firstname": "Old"}])
    project.put("db1", [person(1), person(2)])
    project.put("db2", [{"email": f"person{n}@example.com", "name": f"Eva {n}"} for n in (2, 3)])
    return project


def listed(project: Project, text: str, mode: int = 0o600) -> str:
    path = project.folder / "only.txt"
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def written(project: Project) -> set[int]:
    """The numbers of those whom HubSpot has as the sources have them."""
    return {int(email[6]) for email, contact in project.held().items() if contact.get("firstname") != "Old"}


@pytest.mark.parametrize(
    ("config", "whom", "held"),
    [
        ({"writes": "create_only"}, {2, 3}, {"update_while_create_only": 1}),
        ({"writes": "update_only"}, {1}, {"create_while_update_only": 2}),
        ({"sources": {"db2": False}}, {1}, {"of_a_source_that_is_off": 2}),
        ({"sources": {"db1": False}}, {3}, {"of_a_source_that_is_off": 2}),
    ],
)
def test_the_others_are_held_back_with_the_reason_and_written_by_the_next_run(
    three: Project, config: dict[str, Any], whom: set[int], held: dict[str, int]
) -> None:
    run = three.run(**config)
    assert run.success, run.failures
    assert written(three) == whom
    for reason, count in held.items():
        assert run.numbers["contact_changes"][f"held_back/{reason}"] == count
    numbers = run.numbers["contact_changes"]
    assert "held back, because" in numbers["summary"] + numbers.get("summary_continued", "")
    assert three.run().success
    assert written(three) == {1, 2, 3}
    assert three.run().numbers["contact_changes"]["dagster/row_count"] == 0


def test_what_a_source_gave_that_is_off_counts_as_unknown_and_never_as_missing(three: Project) -> None:
    three.put("db2", [{"email": f"person{n}@example.com", "phone": "+34600123123"} for n in range(2, 30)])
    assert three.run().success
    three.put("db2", [{"email": f"person{n}@example.com", "phone": "+34600123123"} for n in range(3, 30)])
    run = three.run(sources={"db2": False})
    assert run.success, run.failures
    assert three.held()["person2@example.com"]["phone"] == "+34600123123"
    assert run.numbers["contact_changes"]["held_back/of_a_source_that_is_off"] == 1
    assert three.run().success
    assert not three.held()["person2@example.com"].get("phone")


def test_only_those_in_a_file_are_written_however_their_emails_are_spelled(three: Project) -> None:
    run = three.run(only_file=listed(three, "# ours\n\n  PERSON3@Example.com \nstranger@example.com\n"))
    assert run.success, run.failures
    assert written(three) == {3}
    assert run.numbers["contact_changes"]["held_back/not_in_only_file"] == 2


def test_a_greatest_number_of_contacts_is_kept_run_by_run(three: Project) -> None:
    for so_far in (1, 2, 3):
        run = three.run(max_contacts=1)
        assert run.success, run.failures
        assert len(written(three)) == so_far
        assert run.numbers["contact_changes"].get("held_back/above_max_contacts", 0) == 3 - so_far


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [
        ("person1@example.com\n", 0o644, "others than its owner may use it (mode 644): chmod 600 it"),
        ("person1@example.com\nperson one\n", 0o600, "no email that can be synced in line 2"),
        ("# nobody\n", 0o600, "has no email in it"),
    ],
)
def test_a_file_that_cannot_be_meant_writes_nobody_and_is_not_quoted(
    three: Project, text: str, mode: int, says: str
) -> None:
    run = three.run(only_file=listed(three, text, mode))
    assert says in run.failures[0]
    assert "person" not in run.failures[0]
    assert three.writes() == 0


def test_a_path_that_cannot_be_is_a_sentence(three: Project) -> None:
    run = three.run(only_file="/tmp/only\0.txt")
    assert "only_file cannot be read (ValueError)" in run.failures[0]
    assert three.writes() == 0


@pytest.mark.parametrize(
    "config",
    [
        {"max_contacts": 0},
        {"max_contacts": "ten"},
        {"writes": "creates"},
        {"sources": {"db3": False}},
        {"only_file": "person1@example.com"},
        {"only_file": "only.txt"},
        {"approve": "yes"},
        {"reserve": -1},
        {"reserve": 250},
        {"mode": "fill"},
        {"sources": {"db1": None}},
        {"staged": None},
    ],
)
def test_wrong_values_are_refused_by_the_launchpad_before_there_is_a_run(
    three: Project, config: dict[str, Any]
) -> None:
    job = build_definitions().resolve_job_def("sync_contacts")
    with pytest.raises(dg.DagsterInvalidConfigError) as raised:
        job.execute_in_process(
            instance=three.instance, run_config={**QUIET, "ops": {"contact_changes": {"config": config}}}
        )
    assert three.instance.get_runs() == []
    assert "person1" not in str(raised.value)  # nor is any traceback in it
    assert "Stack Trace" not in str(raised.value)


def test_a_reserve_of_all_of_a_small_portals_calls_is_refused_before_anything_is_read(project: Project) -> None:
    project.put("db1", [person(n) for n in range(3)])
    project.put("db2", [])
    project.hubspot.set_limit(burst=100)
    run = project.run(reserve=100)
    assert run.failures == ["the reserve of 100 calls leaves none of the portal's 100 in 10 s: lower it"]
    assert not (project.folder / "storage" / "raw_db1" / "current").exists()
    project.hubspot.set_limit(burst=190)
    run = project.run(reserve=100)
    assert (run.success, len(project.held())) == (True, 3), run.failures


def test_a_hubspot_that_is_away_while_a_great_reserve_is_looked_at_stops_no_reading(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.put("db1", [person(n) for n in range(3)])
    project.put("db2", [])
    monkeypatch.setenv("HUBSPOT_BASE_URL", "http://127.0.0.1:9")
    quick = Tuning(policy=RetryPolicy(base=0.001, cap=0.01, failures=3, probes=2))
    monkeypatch.setattr("hubsync_assets.resources.environment.Tuning", lambda **_: quick)
    run = project.run(reserve=100)
    assert not run.success
    assert (project.folder / "storage" / "raw_db1" / "current").exists()


def test_every_field_has_a_help_text() -> None:
    op = build_definitions().resolve_assets_def("contact_changes").op
    fields = op.config_schema.config_type.fields  # type: ignore[union-attr]
    assert {"only_file", "max_contacts", "sources", "writes", "staged"} <= fields.keys()
    assert [name for name, field in fields.items() if not field.description] == []
    assert fields["sources"].config_type.fields.keys() == {"db1", "db2"}


SET = {
    "HUBSYNC_MAX_CONTACTS": "25",
    "HUBSYNC_SOURCES_OFF": "db2",
    "HUBSYNC_WRITES": "create_only",
    "HUBSYNC_STAGED": "yes",
}
TOLD = {"max_contacts": 25, "sources": {"db2": False}, "writes": "create_only", "staged": True}


def test_sensor_and_schedule_tell_their_runs_what_the_settings_say(
    three: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SET.items():
        monkeypatch.setenv(name, value)
    wanted = {"ops": {"contact_changes": {"config": {**TOLD, "only_file": listed(three, "a@example.com")}}}}
    monkeypatch.setenv("HUBSYNC_ONLY_FILE", str(three.folder / "only.txt"))
    sync = Sync(MODEL)
    tick = daily_sync_of(sync, Jobs.of(sync)).evaluate_tick(dg.build_schedule_context(three.instance))
    assert tick.run_requests is not None
    assert tick.run_requests[0].run_config == wanted
    (request,) = sensed(three, monkeypatch)
    assert request.run_config == wanted
    assert request.job_name == "sync_contacts"
    assert three.run(config=wanted).success


def test_while_a_plan_waits_the_sensor_asks_for_another_plan_and_never_for_a_sync(
    three: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSYNC_APPROVAL", "always")
    assert not three.run().success
    assert sensed(three, monkeypatch) == []  # nothing has changed since the plan that waits
    three.put("db1", [person(1), person(2)], "again.json")
    (request,) = sensed(three, monkeypatch)
    assert request.job_name == "plan_contacts"
    assert three.run("plan_contacts").success
    three.run(approve=str(three.facts("contact_changes")["report"]["digest"]))
    assert written(three) == {1, 2, 3}
    three.put("db1", [person(1), person(2)], "once_more.json")
    (request,) = sensed(three, monkeypatch)
    assert request.job_name == "sync_contacts"


def test_while_a_plan_waits_the_schedule_leaves_it_alone_until_it_is_written(
    three: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSYNC_APPROVAL", "always")
    assert not three.run().success
    digest = str(three.facts("contact_changes")["report"]["digest"])
    sync = Sync(MODEL)
    schedule = daily_sync_of(sync, Jobs.of(sync))
    tick = schedule.evaluate_tick(dg.build_schedule_context(three.instance))
    assert not tick.run_requests
    assert f"plan {digest} waits for a person" in str(tick.skip_message)
    assert three.run(approve=digest).success
    assert schedule.evaluate_tick(dg.build_schedule_context(three.instance)).run_requests


def sensed(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[dg.RunRequest]:
    """What a sensor that remembers nothing asks for."""
    monkeypatch.setattr("hubsync_assets.sources.connectors.exports.STILL_SECONDS", -1.0)
    sync = Sync(MODEL)
    sensor = new_files_of(sync, Jobs.of(sync))
    tick = sensor.evaluate_tick(
        dg.build_sensor_context(project.instance, definitions=build_definitions(), sensor_name="new_files")
    )
    return list(tick.run_requests or [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUBSYNC_MAX_CONTACTS", "0"),
        ("HUBSYNC_ONLY_FILE", "only.txt"),
        ("HUBSYNC_SOURCES_OFF", "db3"),
        ("HUBSYNC_WRITES", "some"),
        ("HUBSYNC_STAGED", "perhaps"),
        ("HUBSYNC_STAGE_LIMIT", "1"),
        ("HUBSYNC_APPROVAL", "sometimes"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(
    three: Project, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert f"{name} cannot be what it is set to" in three.run("plan_contacts").failures[0]

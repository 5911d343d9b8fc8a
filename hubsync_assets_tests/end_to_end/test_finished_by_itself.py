"""A run that is killed or fails is finished by itself: the sensor asks for it again, on real processes, and not where a person is awaited."""

import os

import dagster as dg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hubsync_assets.automation import Jobs, changed_rows_of, new_files_of
from hubsync_assets.building import build_definitions
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.resources import Sync
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.sync_ends import SyncEnd
from hubsync_assets_tests.databases.server import Server
from hubsync_assets_tests.end_to_end.project import QUIET, Project, Run, person
from hubsync_assets_tests.end_to_end.test_kill import kill_after
from hubsync_assets_tests.shipped import MODEL
from hubsync_assets_tests.sources.databases.numbered import numbered

pytestmark = pytest.mark.services

CONTACTS = 3_000


class Watch:
    """A sensor and what it remembers; it is looked at with, as the daemon does."""

    def __init__(self, project: Project, sync: Sync, sensor: dg.SensorDefinition) -> None:
        self.project, self.sync, self.sensor = project, sync, sensor
        self.cursor: str | None = None
        self.said = ""

    def asks(self) -> bool:
        """Whether this look asks for a run."""
        with dg.build_sensor_context(instance=self.project.instance, cursor=self.cursor) as context:
            result = self.sensor(context)
        if isinstance(result, dg.SkipReason):
            self.said = result.skip_message or ""
            return False
        assert isinstance(result, dg.SensorResult)
        self.cursor, self.said = result.cursor, str(result.skip_reason)
        return bool(result.run_requests)


@pytest.fixture
def watch(project: Project, monkeypatch: pytest.MonkeyPatch) -> Watch:
    monkeypatch.setattr("hubsync_assets.sources.connectors.exports.STILL_SECONDS", -1.0)
    monkeypatch.setattr(
        "hubsync_assets.automation.sensors._STARTING_SECONDS", 0.0
    )  # runs here end before the next look
    monkeypatch.setenv("HUBSYNC_AGAIN_AFTER", "0")
    sync = Sync(MODEL)
    return Watch(project, sync, new_files_of(sync, Jobs.of(sync)))


@pytest.fixture(params=["sqlite", "postgresql"])
def log_url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "postgresql":
        monkeypatch.setenv("HUBSYNC_LOG_URL", str(request.getfixturevalue("postgresql")))


@pytest.mark.usefixtures("log_url")
def test_a_run_that_is_killed_in_mid_upload_is_asked_for_again_and_finished_without_touching_a_file(
    project: Project, watch: Watch
) -> None:
    project.put("db1", [person(n) for n in range(CONTACTS)])
    project.put("db2", [])
    assert watch.asks()
    kill_after(project, 8)
    assert 0 < len(project.held()) < CONTACTS
    for _ in range(100):
        if watch.asks():  # PostgreSQL has to notice first that the writer is gone
            break
    else:
        pytest.fail(f"nobody asked: {watch.said}")
    assert project.run().success
    assert len(project.held()) == CONTACTS
    assert not watch.asks()
    assert "nothing has changed" in watch.said


def test_killed_before_its_plan_or_failed_it_is_asked_for_as_often_as_is_set(
    project: Project, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSYNC_AGAIN_TIMES", "2")
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.hubspot.fault("error_500", times=-1, path="/account-info")
    assert [watch.asks() for _ in range(4)] == [True, True, True, False]
    assert "it was asked for 3 times: look at its last run" in watch.said
    project.hubspot.clear_faults()
    assert project.run().success  # the schedule's
    assert not watch.asks()
    assert "nothing has changed" in watch.said


def test_contacts_that_are_unsent_are_asked_for_again(project: Project, watch: Watch) -> None:
    project.put("db1", [person(n) for n in range(5)])
    project.put("db2", [])
    assert watch.asks()
    project.hubspot.fault("invalid_token", times=-1, path="/batch/upsert")
    assert not project.run().success
    assert watch.asks(), watch.said
    project.hubspot.clear_faults()
    assert project.run().success
    assert not watch.asks()


def test_a_plan_that_waits_is_waited_for_and_its_approval_ends_that(project: Project, watch: Watch) -> None:
    project.put("db1", [person(n, phone=f"6001231{n:02}") for n in range(40)])
    project.put("db2", [])
    assert watch.asks()
    assert project.run().success
    assert not watch.asks()
    project.put("db1", [person(n, phone=None) for n in range(40)])
    assert watch.asks()
    accept = project.run("plan_contacts").failures[0].partition("accept: {db1: ")[2][:12]
    assert not project.run(config={"ops": {"raw_records": {"config": {"accept": {"db1": accept}}}}}).success
    for _ in range(3):
        assert not watch.asks()
        assert "nothing has changed, and the plan waits for a person: 40 of 40 contacts lose a value" in watch.said
    digest = str(project.facts("contact_changes")["report"]["digest"])
    assert f"approve: {digest}" in watch.said
    assert project.run(approve=digest).success
    assert not watch.asks()
    assert "the plan waits" not in watch.said


def test_a_doubtful_source_that_is_unchanged_is_said_and_asks_for_nothing(project: Project, watch: Watch) -> None:
    project.put("db1", [person(n) for n in range(40)])
    project.put("db2", [])
    assert watch.asks()
    assert project.run().success
    project.put("db1", [person(n) for n in range(10)])
    assert watch.asks()
    run = project.run()
    assert not run.success
    assert not watch.asks()
    assert "nothing has changed, and db1 is in doubt (" in watch.said
    accept = watch.said.partition("accept: {db1: ")[2][:12]
    assert project.run(config={"ops": {"raw_records": {"config": {"accept": {"db1": accept}}}}}).success
    assert not watch.asks()
    assert "doubt" not in watch.said


def test_a_file_beside_the_one_that_is_read_asks_once(
    project: Project, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSYNC_FILES", "newest")
    old = project.put("db1", [person(1)], "old.json")
    os.utime(old, (1, 1))
    project.put("db1", [person(2)], "new.json")
    project.put("db2", [])
    assert watch.asks()
    assert project.run().success
    os.utime(old, (2, 2))
    assert watch.asks()
    again = project.run()  # which has nothing to read
    assert not again.numbers["raw_db1"]["read_again"]
    assert not watch.asks()


def test_a_plan_alone_or_another_mapping_of_names_is_no_finished_sync(project: Project, watch: Watch) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    assert watch.asks()
    assert project.run("plan_contacts").success
    assert watch.asks()
    (project.folder / "storage" / "looks.json").write_text("{")
    assert project.run().success
    assert not watch.asks()


def test_the_sensor_of_databases_asks_again_too(
    project: Project, shared_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbered(shared_server, "again", 3)
    monkeypatch.setenv("CRM_URL", shared_server.setting)
    monkeypatch.setenv("HUBSYNC_AGAIN_AFTER", "0")
    monkeypatch.setattr("hubsync_assets.automation.sensors._STARTING_SECONDS", 0.0)
    declared = {
        "sources": {"crm": {"read": "env:CRM_URL", "table": "again", "id": "id", "updated_at": "name"}},
        "fields": {
            "email": {"kind": "email"},
            "name": {"kind": "text", "property": "firstname"},
        },
    }
    contacts = ContactSync.model_validate(declared)
    sync = Sync(ContactModel(contacts))
    sensor = changed_rows_of(sync, Jobs.of(sync))
    assert sensor is not None
    watch = Watch(project, sync, sensor)
    own = Declared(project, contacts)
    assert watch.asks()
    project.hubspot.fault("invalid_token", times=-1, path="/batch/upsert")
    assert not own.run().success
    assert watch.asks(), watch.said
    project.hubspot.clear_faults()
    done = own.run()
    assert done.success, done.failures
    assert not watch.asks()
    assert "nothing has changed" in watch.said
    with shared_server.engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM again WHERE id = 3")
    assert watch.asks()


class Declared:
    """Another declaration in the same folder."""

    def __init__(self, project: Project, contacts: ContactSync) -> None:
        self.project, self.contacts = project, contacts

    def run(self) -> Run:
        job = build_definitions(file=self.contacts).resolve_job_def("sync_contacts")
        return self.project.told(
            job.execute_in_process(instance=self.project.instance, run_config=QUIET, raise_on_error=False)
        )


def test_the_rows_that_say_how_syncs_ended_can_be_neither_changed_nor_deleted(postgresql: str) -> None:
    with SyncLog(postgresql) as log:
        log.note_end(1, "run", SyncEnd.FINISHED, {}, "")
        for statement in ("UPDATE syncs SET ended = 'x'", "DELETE FROM syncs", "TRUNCATE syncs"):
            with pytest.raises(DBAPIError, match="append-only"), log._engine.begin() as connection:
                connection.execute(sa.text(statement))

"""Mistakes people make: one line that says what is wrong and what to do, and nothing half-written."""

import json
from pathlib import Path

import pytest

from hubsync_assets_tests.end_to_end.project import Project, person


def one_failure(project: Project, job: str = "sync_contacts") -> str:
    run = project.run(job)
    assert not run.success
    assert len(run.failures) == 1
    assert "\n" not in run.failures[0]
    assert "fault in hubsync_assets" not in run.failures[0]
    assert project.writes() == 0
    return run.failures[0]


@pytest.fixture
def filled(project: Project) -> Project:
    project.put("db1", [person(1)])
    project.put("db2", [person(2)])
    return project


@pytest.mark.parametrize("job", ["sync_contacts", "plan_contacts"])
def test_an_emulator_that_is_not_running(filled: Project, monkeypatch: pytest.MonkeyPatch, job: str) -> None:
    monkeypatch.setenv("HUBSPOT_BASE_URL", "http://127.0.0.1:9")
    assert "start the emulator" in one_failure(filled, job)


def test_a_missing_token(filled: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_TARGET", "hubspot")
    assert "HUBSPOT_ACCESS_TOKEN is not set" in one_failure(filled)
    assert not (filled.folder / "storage" / "raw_db1").exists()


def test_a_scheme_nobody_knows(filled: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_DB1", "s3://bucket/key.json")
    assert one_failure(filled).startswith("db1 could not be read: ")


def test_an_empty_folder(filled: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("HUBSYNC_DB2", str(tmp_path / "empty"))
    assert one_failure(filled).startswith("db2 could not be read: ")


def test_storage_that_cannot_be_written(filled: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (filled.folder / "file").write_text("in the way")
    monkeypatch.setenv("HUBSYNC_STORAGE", str(filled.folder / "file" / "storage"))
    assert one_failure(filled).startswith("cannot write into ")


def test_storage_of_a_newer_version(filled: Project) -> None:
    storage = filled.folder / "storage"
    storage.mkdir()
    (storage / "storage.json").write_text(json.dumps({"layout": 99}))
    assert "written by a newer version of hubsync_assets" in one_failure(filled)


def test_uploading_before_anything_was_planned(filled: Project) -> None:
    run = filled.materialise("hubspot_contacts", "failed_contacts", "settled_values")
    assert run.failures == [
        "contact_changes was never materialised: materialise it first, or run the job sync_contacts"
    ]


def test_a_log_that_cannot_be_reached(filled: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_LOG_URL", "postgresql+psycopg://user:secret@127.0.0.1:9/hubsync")
    words = one_failure(filled)
    # Already who reads asks it, since no raw table says what was read before.
    assert "the sync log could not be read (OperationalError): check that the database of HUBSYNC_LOG_URL" in words
    assert "secret" not in words


def test_a_token_that_is_not_accepted_writes_nothing(filled: Project) -> None:
    filled.hubspot.switch(token="another")
    assert "HUBSPOT_ACCESS_TOKEN" in one_failure(filled)

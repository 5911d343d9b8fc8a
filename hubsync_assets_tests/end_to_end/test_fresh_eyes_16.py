"""What fresh eyes found in deciding, applying and explaining: each of these went wrong once."""

import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from hubsync_assets.explain.__main__ import main as explain
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.reporting.shelf import write_private
from hubsync_assets_tests.end_to_end.project import Project, person
from hubsync_assets_tests.end_to_end.test_apply import PEOPLE, apply, batches, digest, real

__all__ = ["real"]


@pytest.mark.parametrize(
    ("told", "named"),
    [({"max_contacts": 5}, "max_contacts"), ({"sources": {"db1": False}, "staged": True}, "sources, staged")],
)
def test_what_is_told_beside_approve_and_is_not_so_in_the_plan_is_refused_instead_of_passed_over(
    real: Project, told: dict[str, Any], named: str
) -> None:
    real.run("plan_contacts")
    run = real.run(approve=digest(real), **told)
    assert f"plan {digest(real)} is written as it was made, which was without {named}" in run.failures[0]
    assert batches(real) == []


def test_approve_may_stand_beside_what_the_plan_was_made_with(real: Project) -> None:
    real.run("plan_contacts", max_contacts=5)
    run = real.run(approve=digest(real), max_contacts=5)
    assert run.success, run.failures
    assert batches(real) == [5]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("person1@example.com\r\n".encode("utf-16"), "is no text in UTF-8: save the file as UTF-8"),
        ("josé@example.com".encode("latin-1"), "is no text in UTF-8: save the file as UTF-8"),
        (b"x" * 1_000_000 + b"@example.com", "has more than 1000 characters, which no email has"),
        (None, "no email was given"),
    ],
)
@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_explain_says_in_one_line_what_is_wrong_with_what_it_is_given(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: bytes | None,
    says: str,
    errors: str,
) -> None:
    (project.folder / "storage").mkdir()
    stdin = None if given is None else io.TextIOWrapper(io.BytesIO(given), encoding="utf-8", errors=errors)
    monkeypatch.setattr(sys, "stdin", stdin)
    assert explain([], os.environ) == 1
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("path", ["", "/", ".", "pipe"])
def test_a_page_of_explain_takes_the_place_of_files_only(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    assert project.run().success
    os.mkfifo(project.folder / "pipe")  # As /dev/null is for root: a name that can be replaced, and must not be.
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(sys, "stdin", io.StringIO("person1@example.com\n"))
    assert explain(["--html", path], os.environ) == 1
    assert "is no file: name one" in capsys.readouterr().err
    assert (project.folder / "pipe").is_fifo()


def test_explain_names_a_damaged_table_of_rejected_rows(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.put("db1", [person(1, phone="not a phone"), {"email": "person2@", "name": "Eva"}])
    project.put("db2", [])
    project.run()
    for path in (project.folder / "storage" / "rejected_rows" / "current").resolve().glob("*.parquet"):
        content = path.read_bytes()
        path.write_bytes(content[:20] + b"xx" + content[22:])
    monkeypatch.setattr(sys, "stdin", io.StringIO("person1@example.com\n"))
    assert explain([], os.environ) == 1
    assert "so the table rejected_rows is damaged: python -m hubsync_assets.rebuild" in capsys.readouterr().err


def test_of_a_page_that_could_not_be_written_nothing_stays_behind(tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(IsADirectoryError):
        write_private(tmp_path / "page.html", "a contact")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


@pytest.fixture
def established(real: Project) -> Project:
    """A portal that has been synced, and new values for all of its contacts."""
    real.run("plan_contacts")
    assert apply(real, digest(real)).success
    real.put("db1", [person(n, mrr=n + 1) for n in range(PEOPLE)])
    return real


def test_the_rest_of_stages_that_were_stopped_waits_for_a_person_and_is_written_by_no_schedule(
    established: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as portal:
        portal.setattr(HubSpotClient, "read_by_id", lambda *_: {})  # None of the ten is there when it is looked for.
        assert "140 contacts are unsent (stage 1 of" in established.run(staged=True).failures[0]
    so_far = [10, 100, PEOPLE - 110, 10]
    assert batches(established) == so_far
    later = established.run()
    assert "the first since one that was staged did not go on to its rest" in later.failures[0]
    assert batches(established) == so_far
    assert apply(established, digest(established)).success
    assert batches(established) == [*so_far, 10, 100, PEOPLE - 120]
    established.put("db1", [person(n, mrr=n + 2) for n in range(PEOPLE)])
    assert established.run().success


def test_stages_of_a_few_make_nobody_wait_once_the_portal_was_synced(established: Project) -> None:
    assert established.run(staged=True, max_contacts=5).success
    assert established.run().success

"""Explain, on every state that a contact can be in: real runs, a real HubSpot, and what the command says."""

import io
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hubsync_assets.explain.__main__ import main
from hubsync_assets_tests.end_to_end.project import Project, person

pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[2]

Explain = Callable[..., str]


@pytest.fixture
def explain(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Explain:
    """What the command prints about an email."""

    def of(email: str, *arguments: str) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{email}\n"))
        capsys.readouterr()
        code = main(list(arguments), os.environ)
        out, err = capsys.readouterr()
        assert code == 0, err
        return out

    return of


def test_a_written_contact_has_its_records_winners_losers_writes_and_what_hubspot_holds(
    project: Project, explain: Explain
) -> None:
    project.put("db1", [person(9), person(1, name="Ana One", phone="600123123")])
    project.put("db2", [person(1, name="Anna Uno", mrr=50)])
    run = project.run()
    told = explain(" Person1@Example.com ")
    assert "It is in HubSpot as the sources say." in told
    assert "db1 contacts.json #2" in told
    assert "not kept: Anna Uno (db2 contacts.json #1: db1 comes before db2)" in told
    assert "not kept: 1 (db1 contacts.json #2: it is smaller)" in told
    assert "max: the greatest value" in told
    assert run.run_id in told
    assert "answer: created" in told
    record = project.held()["person1@example.com"]["hs_object_id"]
    assert f"record: {record}" in told
    assert f"{project.hubspot.base_url}/?contact={record}" in told
    assert "phone                   +34600123123  +34600123123    yes" in told


def test_an_older_file_of_a_source_is_no_winner_and_that_is_why(project: Project, explain: Explain) -> None:
    project.put("db1", [person(1, name="Old Name")], "a.json")
    os.utime(project.folder / "db1" / "a.json", (1_700_000_000, 1_700_000_000))
    project.put("db1", [person(1, name="New Name")], "b.json")
    project.put("db2", [])
    project.run()
    assert "Old Name (db1 a.json #1: a newer file of db1 has the contact)" in explain("person1@example.com")


def test_a_contact_that_did_not_change_has_only_the_write_that_there_was(project: Project, explain: Explain) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    first = project.run()
    second = project.run()
    told = explain("person1@example.com")
    assert "The contact is not in it: by what is known there is nothing to write." in told
    assert first.run_id in told
    assert second.run_id not in told


def test_a_planned_contact_waits_and_the_plan_is_named(project: Project, explain: Explain) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run("plan_contacts")
    told = explain("person1@example.com")
    assert "It is planned and not written yet." in told
    assert f"approve: {project.facts('contact_changes')['report']['digest']}" in told
    assert "Nothing was ever written for this contact." in told
    assert "Set with a new contact" in told


def test_a_refused_contact_has_hubspots_words_the_correlation_id_and_what_to_do(
    project: Project, explain: Explain
) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.hubspot.fault("conflict_409", times=-1, path="upsert", email="person1@example.com")
    project.run()
    told = explain("person1@example.com")
    correlation_id = project.table("failed_contacts")["correlation_id"].item()
    assert "It is refused by HubSpot: nothing of it is written until that is resolved." in told
    assert f"(correlation id {correlation_id})" in told
    assert "to do: merge the two contacts in HubSpot" in told
    assert "retry_failed_contacts" in told


def test_a_value_that_hubspot_does_not_take_is_named_with_what_it_wants(project: Project, explain: Explain) -> None:
    project.put("db1", [person(1, company_name="x" * 70_000)])
    project.put("db2", [])
    project.run()
    told = explain("person1@example.com")
    assert "It is in HubSpot, but for 1 value that is not sent." in told
    assert "  - company: " in told
    assert "to do: shorten it at its source" in told


def test_an_unreadable_value_holds_back_and_is_shown_with_its_place(project: Project, explain: Explain) -> None:
    project.put("db1", [person(1, mrr=5)])
    project.put("db2", [])
    project.run()
    project.put("db1", [person(1, mrr="lots and lots")])
    project.run()
    told = explain("person1@example.com")
    assert "lots and lots" in told
    assert "mrr is not readable in db1 contacts.json #1: HubSpot keeps what it has there" in told
    assert "to do: correct it at its source" in told


def test_a_source_in_doubt_is_a_reason_and_says_how_it_is_accepted(project: Project, explain: Explain) -> None:
    project.put("db1", [person(n) for n in range(30)])
    project.put("db2", [])
    project.run()
    project.put("db1", [person(n) for n in range(10)])
    project.run()
    told = explain("person20@example.com")
    assert "No source has this email any more. What was written stays in HubSpot" in told
    assert "db1 is in doubt" in told
    assert "run again with accept: {db1: " in told


def test_a_rejected_record_of_an_address_that_only_contains_it_is_somebody_elses(
    project: Project, explain: Explain
) -> None:
    others = ["aa@b.co", "a@b.com", "a@b.co.uk", "x.a@b.co", "a@b.co-op.es", "\u00e9a@b.co"]
    own = ["A@B.co", "Ana <a@b.co>", "write to a@b.co.", "'a@b.co'", "mailto:a@b.co", "first\na@b.co\nlast"]
    project.put("db1", [*others, *own])
    project.put("db2", [])
    project.run()
    told = explain("a@b.co")
    numbers = range(1, len(others) + len(own) + 1)
    assert [n for n in numbers if f"db1 contacts.json #{n} " in told.replace("\n", " ")] == list(numbers)[len(others) :]


def test_a_rejected_record_is_found_by_the_email_that_stands_in_it(project: Project, explain: Explain) -> None:
    project.put("db1", [person(2), {"email": "person1@", "name": "Ana"}, "x person1@example.com"])
    project.put("db2", [])
    project.run()
    told = explain("person1@")
    assert "What the sources have of it is rejected, so it is not synced." in told
    assert "db1 contacts.json #2" in told
    assert "to do: correct it at its source" in told


def test_nobody_knows_an_unknown_email(project: Project, explain: Explain) -> None:
    project.put("db1", [person(2)])
    project.put("db2", [])
    project.run()
    assert "No source has this email, and nothing was ever written for it." in explain("stranger@example.com")


def test_a_contact_that_is_gone_in_hubspot_is_said_to_be_gone(project: Project, explain: Explain) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run()
    record = project.held()["person1@example.com"]["hs_object_id"]
    project.hubspot.archive("person1@example.com")
    told = explain("person1@example.com")
    assert "it was deleted, merged or erased there" in told
    assert f"It was record {record}" in told
    assert "gone_in_hubspot: recreate" in told
    project.put("db1", [person(1, mrr=99)])
    project.run()
    assert "It is held back" in explain("person1@example.com")


def test_what_somebody_changed_in_hubspot_is_seen_now(project: Project, explain: Explain) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run()
    project.hubspot.edit("person1@example.com", {"country": "Portugal"})
    told = explain("person1@example.com")
    assert "what HubSpot holds now is not what the sources say" in told
    assert "something else than the sources say in country" in told


def test_a_portal_that_cannot_be_asked_is_said_and_the_rest_is_told(
    project: Project, explain: Explain, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run()
    monkeypatch.setenv("HUBSPOT_BASE_URL", "http://127.0.0.1:9")
    told = explain("person1@example.com")
    assert "HubSpot could not be asked what it holds now" in told
    assert "answer: created" in told


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_is_the_owners_alone_and_runs_nothing_of_a_source(project: Project, explain: Explain) -> None:
    project.put("db1", [person(1, name="<script>alert(1)</script> Ana", company_name="<img src=x onerror=alert(1)>")])
    project.put("db2", [])
    project.run()
    path = project.folder / "why.html"
    explain("person1@example.com", "--html", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    page = _Page(path.read_text())
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert "<script>alert(1)</script> Ana" in page.words


def test_the_command_takes_the_email_from_standard_input_only(project: Project) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run()
    command = [sys.executable, "-m", "hubsync_assets.explain"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def run(*arguments: str, given: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments],
            check=False,
            input=given,
            env=environment,
            cwd=project.folder,
            capture_output=True,
            text=True,
        )

    asked = run(given="person1@example.com\n")
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.startswith("person1@example.com\nIt is in HubSpot as the sources say.")
    assert run("person1@example.com", given="").returncode == 2
    silent = run(given="")
    assert silent.returncode == 1
    assert silent.stderr.startswith("no email was given")


def test_explaining_writes_nothing_and_needs_no_lock(project: Project, explain: Explain) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run()
    before = {path: path.stat().st_mtime_ns for path in (project.folder / "storage").rglob("*") if path.is_file()}
    writes = project.writes()
    explain("person1@example.com")
    after = {path: path.stat().st_mtime_ns for path in (project.folder / "storage").rglob("*") if path.is_file()}
    assert after == before
    assert project.writes() == writes

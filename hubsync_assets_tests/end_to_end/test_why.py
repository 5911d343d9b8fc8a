"""docs/why.md: its commands do what it says, on the sample, in a new portal and in one that others have used for years; and nobody stands where nobody may."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hubsync_assets_tests.browser.leaks import people_of, someone_in
from hubsync_assets_tests.end_to_end.project import Project
from hubsync_assets_tests.first_day.day import OURS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "why.md"
PEOPLE = 60


def commands() -> list[str]:
    """Each line of the page's blocks."""
    blocks = re.findall(r"^```\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


class Terminal:
    """Where the page's commands are typed: a folder with the sources, and all who must not be found where they do not belong."""

    def __init__(self, project: Project) -> None:
        self.project, self.folder = project, project.folder
        self.people: set[str] = set()
        programs = self.folder / ".venv" / "bin"
        programs.mkdir(parents=True)
        (programs / "python").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} "$@"\n')
        (programs / "python").chmod(0o755)

    def write_sources(self) -> None:
        """The sample."""
        files = [self.folder / source / "a.json" for source in ("db1", "db2")]
        for file in files:
            file.parent.mkdir()
        sample = ["--people", str(PEOPLE), "--db1", str(files[0]), "--db2", str(files[1])]
        subprocess.run(
            [sys.executable, "-m", "hubsync_assets.sample_data", *sample], cwd=ROOT, check=True, capture_output=True
        )
        for file in files:
            self.know([each for each in json.loads(file.read_text()) if isinstance(each, dict)])

    def know(self, records: list[dict[str, object]]) -> None:
        """Look for these people, too."""
        self.people |= people_of(records)

    def said(self, command: str, email: str, *, names_somebody: bool = False) -> str:
        """What a command prints. Afterwards nobody stands in Dagster's home, in a call's path, or in what it printed, unless it was asked for somebody."""
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=self.folder, input=f"{email}\n", check=True, capture_output=True, text=True
        )
        self.assert_nobody_is_kept({"errors": done.stderr} | ({} if names_somebody else {"output": done.stdout}))
        assert bool(someone_in({"output": done.stdout}, self.people)) == names_somebody
        return done.stdout

    def assert_nobody_is_kept(self, outputs: dict[str, str]) -> None:
        """Neither in these nor in what Dagster and HubSpot's web servers keep."""
        files = [path for path in (self.folder / "dagster_home").rglob("*") if path.is_file()]
        kept = {str(file): file.read_bytes().decode("utf-8", "replace") for file in files}
        assert any("merged_contacts" in text for text in kept.values()), "nothing is kept at all"
        kept["calls"] = "\n".join(call["path"] for call in self.project.hubspot.calls())
        assert someone_in(kept | outputs, self.people) == []


@pytest.fixture
def terminal(project: Project) -> Terminal:
    return Terminal(project)


def ask(terminal: Terminal, email: str, answer: str, report: str) -> str:
    """All commands of the page, about one contact; what explain told."""
    folder = terminal.folder
    (folder / "email.txt").write_text(f"{email}\n")
    asked, written, removed, listed = commands()
    told = terminal.said(asked, email, names_somebody=True)
    assert told.startswith(f"{email}\nIt is in HubSpot")
    assert f"answer: {answer}" in told
    assert "written to why.html" in terminal.said(written, email)
    assert email in (folder / "why.html").read_text()
    assert terminal.said(removed, email) == ""
    assert not (folder / "why.html").exists()
    assert terminal.said(listed, email).strip() == str(Path(report).relative_to(folder))
    return told


def test_the_commands_of_the_page_answer_for_a_contact_of_the_sample(project: Project, terminal: Terminal) -> None:
    terminal.write_sources()
    run = project.run()
    assert run.success, run.failures
    ask(terminal, next(iter(project.held())), "created", run.numbers["hubspot_contacts"]["report"])
    shutil.rmtree(project.folder / ".venv")


def test_they_answer_on_a_mature_portal_for_who_is_new_and_for_who_was_there_before_us(
    project: Project, terminal: Terminal
) -> None:
    project.hubspot.seed(preset="mature")
    project.hubspot.seed(properties=OURS)
    before = project.held()
    theirs = next(email for email, each in before.items() if each.get("firstname") and each.get("country"))
    terminal.write_sources()
    project.put("db1", [{"email": theirs, "name": "Quilla Overwritten", "country": "ES", "mrr": 77}], "b.json")
    terminal.know(json.loads((project.folder / "db1" / "b.json").read_text()))
    terminal.know(
        [{**each, "name": f"{each.get('firstname')} {each.get('lastname')}"} for each in project.hubspot.contacts()]
    )
    run = project.run()
    assert run.success, run.failures
    new = next(email for email in project.held() if email not in before)
    report = run.numbers["hubspot_contacts"]["report"]
    ask(terminal, new, "created", report)
    told = ask(terminal, theirs, "updated", report)
    assert f"{before[theirs]['firstname']}" in told, "what HubSpot held before is told, too"
    assert "Quilla" in told

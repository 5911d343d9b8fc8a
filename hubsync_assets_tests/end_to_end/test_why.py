"""docs/why.md: its commands do what it says, on the sample."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from hubsync_assets_tests.end_to_end.project import Project

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "why.md"


def commands() -> list[str]:
    """Each line of the page's blocks."""
    blocks = re.findall(r"^```\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


def test_the_commands_of_the_page_answer_for_a_contact_of_the_sample(project: Project) -> None:
    folder = project.folder
    for source in ("db1", "db2"):
        (folder / source).mkdir()
    sample = ["--people", "60", "--db1", str(folder / "db1" / "a.json"), "--db2", str(folder / "db2" / "a.json")]
    subprocess.run(
        [sys.executable, "-m", "hubsync_assets.sample_data", *sample], cwd=ROOT, check=True, capture_output=True
    )
    run = project.run()
    assert run.success, run.failures
    email = next(iter(project.held()))
    (folder / "email.txt").write_text(f"{email}\n")
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} "$@"\n')
    (folder / ".venv" / "bin" / "python").chmod(0o755)
    asked, written, removed, listed = commands()

    def said(command: str) -> str:
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=folder, input=f"{email}\n", check=True, capture_output=True, text=True
        )
        return done.stdout

    told = said(asked)
    assert told.startswith(f"{email}\nIt is in HubSpot")
    assert "answer: created" in told
    assert "written to why.html" in said(written)
    assert email in (folder / "why.html").read_text()
    assert said(removed) == ""
    assert not (folder / "why.html").exists()
    assert said(listed).strip() == str(Path(run.numbers["hubspot_contacts"]["report"]).relative_to(folder))
    shutil.rmtree(folder / ".venv")

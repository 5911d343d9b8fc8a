"""Small inputs from the field that go wrong: each ends as it should, through the real job, against the emulator.

Put here: running the folders of ``field_inputs`` one run after the other. Keep out: what is expected (``field_situations``), and
situations that are not in the folder (``test_field_variants``).
"""

import json
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubsync_assets_tests.end_to_end.field_situations import SITUATIONS, Situation
from hubsync_assets_tests.end_to_end.project import Project, Run

INPUTS = Path(__file__).with_name("field_inputs")
PROPERTIES = ("firstname", "lastname", "phone", "country", "company", "company_size", "mrr")
FIRST_MODIFIED = 1_790_000_000
LATE = ("delta", "contacts_2026-01-01")


def name_of(situation: Situation) -> str:
    return f"{situation.folder}-{situation.mode}"


@pytest.mark.parametrize("situation", SITUATIONS, ids=name_of)
def test_what_went_wrong_elsewhere_ends_as_it_should(
    project: Project, monkeypatch: pytest.MonkeyPatch, situation: Situation
) -> None:
    folder = INPUTS / situation.folder
    before = folder / "portal_before.json"
    if before.exists():
        project.hubspot.seed(json.loads(before.read_text()))
    for number, inputs in enumerate(runs(folder)):
        put(project, monkeypatch, inputs, FIRST_MODIFIED + 1_000 * number * (not situation.same_times))
        sent = inputs_sent(project)
        run = project.run(mode=situation.mode)
        if inputs.name == "run1":
            assert run.success, run.failures
    assert held(project) == {email: dict(values) for email, values in situation.held.items()}
    assert situation.success is None or run.success is situation.success, run.failures
    said = words(project, run)
    assert [word for word in situation.words if word not in said] == []
    assert inputs_sent(project) - sent == situation.writes_in_last_run
    if situation.rejected is not None:
        assert project.table("rejected_rows").select("field", "reason").rows() == situation.rejected


def runs(folder: Path) -> Iterator[Path]:
    """The folders that hold a run's sources, in order."""
    yield from sorted(folder.glob("run*")) or [folder]


def put(project: Project, monkeypatch: pytest.MonkeyPatch, inputs: Path, modified: int) -> None:
    """Let the sources hold what a run's folder holds; a later name is a newer file, but a delta, and what was downloaded late, is the newest."""
    for source in ("db1", "db2"):
        there = project.folder / source
        shutil.rmtree(there, ignore_errors=True)
        monkeypatch.setenv(f"HUBSYNC_{source.upper()}", str(there) if (inputs / source).exists() else "")
        if (inputs / source).exists():
            shutil.copytree(inputs / source, there)
            files = sorted(there.iterdir(), key=lambda path: (path.name.startswith(LATE), path.name))
            for place, path in enumerate(files):
                os.utime(path, (modified + place,) * 2)


def held(project: Project) -> dict[str, dict[str, str]]:
    """The properties that have a value, by email."""
    return {
        email: {name: contact[name] for name in PROPERTIES if contact.get(name)}
        for email, contact in project.held().items()
    }


def inputs_sent(project: Project) -> int:
    return sum(call["inputs"] for call in project.hubspot.write_calls())


def words(project: Project, run: Run) -> str:
    """All that a run says where people look: its failures, its checks, and the log from warnings up; in lower case."""
    said = list(run.failures)
    for entry in project.instance.all_logs(run.run_id):
        if isinstance(entry.level, int) and entry.level >= logging.WARNING:
            said.append(entry.user_message)
        event = entry.dagster_event
        if event is not None and event.event_type_value == "ASSET_CHECK_EVALUATION":
            check = event.asset_check_evaluation_data
            if not check.passed:
                said.append(f"{check.description} {check.metadata}")
    return " ".join(said).lower()

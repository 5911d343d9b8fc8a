"""A run that a person cancels in the UI while it writes ends CANCELED, loses nothing, and is finished by the next one, once."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import requests

from hubsync_assets_tests.browser.dev_project import DevProject, until
from hubsync_assets_tests.browser.test_daemon import ARRIVED, person, statuses

pytestmark = pytest.mark.services

PEOPLE = 30
NEW = 9_000
ANSWERED_CALLS = 6
NEVER_SECONDS = 60.0
"""Longer than a writer that is stopped waits for the answers in flight: those contacts are in HubSpot, and nobody has said so."""
LOOKS = 3
DONE, CANCELED = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.CANCELED
AS_THE_UI_DOES = """mutation Terminate($runIds: [String!]!, $terminatePolicy: TerminateRunPolicy) {
  terminateRuns(runIds: $runIds, terminatePolicy: $terminatePolicy) {
    ... on TerminateRunsResult { terminateRunResults { __typename } } } }"""


def cancel(project: DevProject, run_id: str) -> None:
    """What the button "Terminate" of a run's page sends, without its box "Force termination immediately"."""
    variables = {"runIds": [run_id], "terminatePolicy": "SAFE_TERMINATE"}
    url = f"{project.ui}/graphql"
    answer = requests.post(url, json={"query": AS_THE_UI_DOES, "variables": variables}, timeout=60).json()
    assert answer["data"]["terminateRuns"] == {"terminateRunResults": [{"__typename": "TerminateRunSuccess"}]}


def run_of(project: DevProject, run_id: str) -> dg.DagsterRun:
    """One of its runs, as it is now."""
    return next(run for run in project.runs() if run.run_id == run_id)


def told(project: DevProject, run_id: str) -> dict[str, Any]:
    """What a run told Dagster of ``hubspot_contacts``; nothing: it did not come so far."""
    with dg.DagsterInstance.from_config(str(project.home)) as instance:
        events = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    found = [log.get_dagster_event().step_materialization_data.materialization for log in events]
    return {
        name: value.value
        for materialization in found
        if materialization.asset_key == dg.AssetKey("hubspot_contacts")
        for name, value in materialization.metadata.items()
    }


def skipped(project: DevProject) -> int:
    """How often the sensor on files has looked and asked for nothing."""
    with dg.DagsterInstance.from_config(str(project.home)) as instance:
        (state,) = [it for it in instance.all_instigator_state() if it.instigator_name == "new_files"]
        ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id)
    return sum(tick.status.value == "SKIPPED" for tick in ticks)


def answers(project: DevProject) -> Counter[tuple[str, str]]:
    """How often the log has each kind of answer, by email and kind."""
    log = sqlite3.connect(f"file:{project.folder / 'storage' / 'sync_log.sqlite'}?mode=ro", uri=True)
    with closing(log):
        return Counter(log.execute("SELECT email, kind FROM answers").fetchall())


def confirmed(kinds: Counter[tuple[str, str]]) -> int:
    """Contacts that were found made as they were sent, though no answer had said so."""
    return len({email for email, kind in kinds if kind == "confirmed"})


@pytest.mark.timeout(900)
def test_a_run_that_is_cancelled_while_it_writes_is_finished_by_the_next_and_each_contact_counts_once(
    tmp_path: Path,
) -> None:
    project = DevProject(tmp_path, PEOPLE, {"HUBSYNC_AGAIN_AFTER": "1"})
    new = {str(person(number)["email"]) for number in range(NEW)}
    with project.running():
        until("the first sync ends", lambda: statuses(project) == [DONE])
        before = len(project.hubspot.contacts())
        project.hubspot.fault("latency", times=ANSWERED_CALLS, path="/batch/", seconds=0.5)
        project.hubspot.fault("slow_drip", times=-1, path="/batch/", seconds=NEVER_SECONDS)
        project.put("db2", [person(number) for number in range(NEW)], "dropped.json")
        at_least = before + 100 * (ANSWERED_CALLS + 1)
        until("some are written without an answer", lambda: len(project.hubspot.contacts()) >= at_least)
        cut = project.runs()[0].run_id
        cancel(project, cut)
        until("the run ends", lambda: run_of(project, cut).is_finished)
        project.hubspot.clear_faults()
        written = len(project.hubspot.contacts())
        assert run_of(project, cut).status == CANCELED
        assert at_least <= written < before + NEW
        answered = answers(project)

        until("the sensor asks again, and that run ends", lambda: statuses(project)[1:] == [CANCELED, DONE])
        looked = skipped(project)
        until("the sensor goes on looking", lambda: skipped(project) >= looked + LOOKS)
        assert statuses(project) == [DONE, CANCELED, DONE], "it asks once, and for nothing after that"
        project.assert_nobody_is_kept()
        held = {str(contact["email"]): contact for contact in project.hubspot.contacts()}
        assert len(project.hubspot.contacts()) == len(held) == before + NEW
        assert {str(held[email].get("mrr")) for email in new} == {str(ARRIVED)}

    kinds = answers(project)
    assert not answered - kinds, "what was answered stays in the log"
    made = {email: (kinds[email, "created"], bool(kinds[email, "confirmed"])) for email in new}
    assert Counter(made.values()) == {(1, False): NEW - confirmed(kinds), (0, True): confirmed(kinds)}
    assert confirmed(kinds), "HubSpot made contacts of which the run that was cancelled heard nothing"
    assert told(project, cut) == {}
    numbers = told(project, project.runs()[0].run_id)
    page = Path(numbers["report"]).read_text(encoding="utf-8")
    assert {
        "created": numbers["created"],
        "updated": numbers["updated"],
        "unsent": numbers["unsent"],
        "by the cancelled run": numbers["of_them_by_a_killed_run"],
        "in the summary": f"**{NEW:,} contacts created, 0 updated**" in numbers["summary"],
        "on the page": f"<b>{NEW:,}</b><span>created</span>" in page,
    } == {
        "created": NEW,
        "updated": 0,
        "unsent": 0,
        "by the cancelled run": written - before,
        "in the summary": True,
        "on the page": True,
    }

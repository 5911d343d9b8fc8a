"""The first syncs of a real portal wait, and are written stage by stage; ``apply_plan`` writes the stored plan and no other.

The portal is the emulator; the project takes it for a real one, because the target says so.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from hubsync_assets.building import build_definitions
from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets_tests.end_to_end.project import Project, Run, person
from hubsync_assets_tests.shipped import SHIPPED

pytestmark = pytest.mark.services

PEOPLE = 150
UPLOADED = ("hubspot_contacts", "failed_contacts", "settled_values")


@pytest.fixture
def real(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project that takes its portal for a real one, with people in its sources."""
    monkeypatch.setenv("HUBSYNC_TARGET", "hubspot")
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-of-a-test")
    monkeypatch.setenv("HUBSYNC_PORTAL_LABEL", "Sales | Spain")
    project.put("db1", [person(n) for n in range(PEOPLE)])
    project.put("db2", [])
    return project


def apply(project: Project, approve: str, **more: Any) -> Run:
    """``apply_plan`` with its launchpad's field."""
    result = (
        build_definitions()
        .resolve_job_def("apply_plan")
        .execute_in_process(instance=project.instance, run_config={"approve": approve, **more}, raise_on_error=False)
    )
    return project.told(result)


def digest(project: Project) -> str:
    return str(project.facts("contact_changes")["report"]["digest"])


def plan_version(project: Project) -> Path:
    return (project.folder / "storage" / "contact_changes" / "current").resolve()


def batches(project: Project) -> list[int]:
    return [call["inputs"] for call in project.hubspot.write_calls()]


def age(project: Project, days: float) -> None:
    """Let the stored plan be so much older."""
    manifest = plan_version(project) / "_manifest.json"
    text = json.loads(manifest.read_text())
    text["facts"]["made_at"] = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    manifest.write_text(json.dumps(text))


def told(project: Project, run: Run) -> str:
    """What a run said in its log."""
    return "\n".join(entry.user_message for entry in project.instance.all_logs(run.run_id))


def test_the_first_sync_of_a_real_portal_ends_with_one_line_that_says_what_writes_it(real: Project) -> None:
    run = real.run()
    assert not run.success
    words = (
        f"plan {digest(real)} is not written, it waits for a person: it is the first sync of portal {real.hubspot.portal_id}. If it is "
        f"meant so: launch apply_plan with approve: {digest(real)}, or: dagster job execute -m hubsync_assets.definitions -j apply_plan "
        f"-c <(echo 'approve: {digest(real)}')"
    )
    assert run.failures == [words]
    assert batches(real) == []
    assert not real.materialise(*UPLOADED).success
    assert batches(real) == []


def test_a_plan_says_in_large_letters_where_it_would_go_and_ends_green(real: Project) -> None:
    run = real.run("plan_contacts")
    assert run.success, run.failures
    summary = run.numbers["contact_changes"]["summary"].splitlines()
    assert summary[0].startswith(f"## HUBSPOT PORTAL {real.hubspot.portal_id} · ")
    assert summary[0].endswith(r" · Sales \| Spain")
    assert f"Plan {digest(real)}." in summary[2]
    assert summary[4].startswith("**It waits for a person.** It is the first sync of portal ")
    assert "\n".join(summary).count("waits for a person") == 1
    assert f"approve: {digest(real)}" in summary[4]


@pytest.mark.parametrize("job", ["plan_contacts", "sync_contacts"])
def test_the_summary_of_a_waiting_plan_stands_first_in_its_asset_before_the_run_fails(real: Project, job: str) -> None:
    run = real.run(job)
    kept = real.instance.get_latest_materialization_event(dg.AssetKey("contact_changes"))
    assert kept is not None
    assert kept.run_id == run.run_id
    assert kept.asset_materialization is not None
    name, summary = next(iter(kept.asset_materialization.metadata.items()))
    assert (name, type(summary)) == ("summary", dg.MarkdownMetadataValue)
    shown = str(summary.value)
    assert len(shown) < 1_000, "an asset's page would show a link instead"
    for words in (f"PORTAL {real.hubspot.portal_id}", f"Plan {digest(real)}.", "**It waits for a person.**", "Writing"):
        assert words in shown
    events = [
        entry.dagster_event_type for entry in real.instance.all_logs(run.run_id) if entry.step_key == "contact_changes"
    ]
    failed = [number for number, event in enumerate(events) if event == dg.DagsterEventType.STEP_FAILURE]
    assert run.success == (not failed)
    assert events.index(dg.DagsterEventType.ASSET_MATERIALIZATION) < min(failed, default=len(events))


def test_applied_it_is_written_in_stages_and_is_the_very_plan(real: Project) -> None:
    real.run("plan_contacts")
    plan = plan_version(real)
    run = apply(real, digest(real))
    assert run.success, run.failures
    assert plan_version(real) == plan
    assert batches(real) == [10, 100, PEOPLE - 110]
    assert len(real.held()) == PEOPLE
    summary = run.numbers["hubspot_contacts"]["summary"]
    assert summary.startswith(f"## HUBSPOT PORTAL {real.hubspot.portal_id}")
    assert "stage 2: 100 contacts, 0 refused, 0 read back otherwise than sent" in summary
    # The first sync is over: what comes now neither waits nor is staged.
    real.put("db1", [person(n, mrr=n + 1) for n in range(PEOPLE)])
    after = real.run()
    assert after.success, after.failures
    assert batches(real)[3:] == [100, 50]


def test_the_next_plan_of_a_portal_waits_too_while_only_a_part_of_it_was_ever_written(real: Project) -> None:
    real.run("plan_contacts", max_contacts=5)
    assert apply(real, digest(real)).success
    assert batches(real) == [5]
    again = real.run()
    assert "it is the first sync of portal" in again.failures[0]
    assert apply(real, digest(real)).success
    assert batches(real) == [5, 10, 100, PEOPLE - 115]


@pytest.mark.parametrize("target", ["emulator", "hubspot"])
def test_never_waits_for_nobody_and_stages_nothing(real: Project, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    monkeypatch.setenv("HUBSYNC_TARGET", target)
    monkeypatch.setenv("HUBSYNC_APPROVAL", "never")
    run = real.run()
    assert run.success, run.failures
    assert batches(real) == [100, 50]


def test_the_emulator_is_exempt_from_the_first_wait_and_from_stages(
    real: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSYNC_TARGET", "emulator")
    monkeypatch.setenv("HUBSYNC_APPROVAL", "needed")  # as guard was called before
    run = real.run()
    assert run.success, run.failures
    assert batches(real) == [100, 50]
    assert run.numbers["contact_changes"]["summary"].startswith(f"## EMULATOR (portal {real.hubspot.portal_id})")


def test_always_waits_whenever_there_is_something_to_write(real: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_TARGET", "emulator")
    monkeypatch.setenv("HUBSYNC_APPROVAL", "always")
    assert "HUBSYNC_APPROVAL is always" in real.run().failures[0]
    assert apply(real, digest(real)).success
    nothing = real.run()
    assert nothing.success, nothing.failures


def test_stages_on_request(real: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_TARGET", "emulator")
    assert real.run(staged=True).success
    assert batches(real) == [10, 100, PEOPLE - 110]


def test_a_stage_of_which_too_much_is_refused_stops_the_rest(real: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = [{**person(n), "email": f"person{n}@example.notatld"} for n in range(PEOPLE)]
    real.put("db1", bad)
    real.run("plan_contacts")
    run = apply(real, digest(real))
    assert not run.success
    assert batches(real) == [10]
    assert run.failures[0].startswith(f"{PEOPLE - 10} contacts are unsent (stage 1 of the first contacts was not as it")
    assert "of 10, 10 were refused" in run.failures[0]
    assert "the next run sends them" not in run.failures[0]
    monkeypatch.setenv("HUBSYNC_STAGE_LIMIT", "100%")
    real.put("db1", [*bad, person(PEOPLE)])
    real.run("plan_contacts")
    apply(real, digest(real))
    assert sum(batches(real)) == PEOPLE + 1


def test_a_stage_that_reads_back_otherwise_than_it_was_sent_stops_the_rest(
    real: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a workflow of the portal changes new contacts."""
    read_by_id = HubSpotClient.read_by_id

    def after_a_workflow(client: HubSpotClient, ids: list[str], properties: list[str]) -> Any:
        for contact in ids[:2]:
            real.hubspot.edit(contact, {"lastname": "of a workflow"})
        return read_by_id(client, ids, properties)

    real.run("plan_contacts")
    monkeypatch.setattr(HubSpotClient, "read_by_id", after_a_workflow)
    run = apply(real, digest(real))
    assert not run.success
    assert batches(real) == [10]
    assert "2 read back otherwise than they were sent (lastname)" in run.failures[0]


def refused(real: Project, because: str) -> None:
    before = batches(real)
    run = apply(real, digest(real))
    assert not run.success
    assert because in run.failures[0]
    assert batches(real) == before


def test_a_plan_of_another_digest_is_refused(real: Project) -> None:
    real.run("plan_contacts")
    run = apply(real, "0123456789ab")
    assert run.failures[0].startswith(f"the stored plan is {digest(real)}, and 0123456789ab was approved")
    assert batches(real) == []


def test_a_plan_is_refused_when_its_sources_were_merged_anew(real: Project) -> None:
    real.run("plan_contacts")
    approved = digest(real)
    real.put("db1", [person(n, mrr=7) for n in range(PEOPLE)])
    real.materialise("raw_db1", "raw_db2", "rejected_rows", "merged_contacts", "contact_conflicts")
    assert digest(real) == approved
    refused(real, "merged_contacts has changed since contact_changes was made from it")


def test_a_plan_is_refused_for_another_portal(real: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    real.run("plan_contacts")
    with HubSpotEmulator() as other:
        monkeypatch.setenv("HUBSPOT_BASE_URL", other.base_url)
        refused(real, f"is for another portal than {other.portal_id}")
        assert other.contacts() == []


def test_a_plan_is_refused_when_a_property_has_changed(real: Project) -> None:
    real.run("plan_contacts")
    options = [{"label": "Spain", "value": "spain"}, {"label": "France", "value": "france"}]
    shape = {"name": "country", "type": "enumeration", "fieldType": "select", "options": options}
    real.hubspot.seed(properties=[shape])
    refused(real, "country changed in HubSpot since contact_changes was made")


def test_a_plan_is_refused_when_the_declaration_has_changed(real: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    real.run("plan_contacts")
    declared = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    declared["fields"]["mrr"]["write"] = "fill"
    file = real.folder / "hubsync.yaml"
    file.write_text(yaml.safe_dump(declared, sort_keys=False))
    monkeypatch.setenv("HUBSYNC_FILE", str(file))
    refused(real, "the declaration has changed since contact_changes was made by it")


def test_a_plan_waits_for_seven_days_at_most(real: Project) -> None:
    real.run("plan_contacts")
    age(real, 7.1)
    refused(real, "is older than 7 days")
    age(real, -1)  # made by a clock that was ahead and has been set back
    refused(real, "or was made by a clock that has been set back since")
    age(real, 6.9)
    assert apply(real, digest(real)).success


def test_another_plan_may_take_the_place_of_one_that_waits_and_says_so(real: Project) -> None:
    real.run("plan_contacts")
    before = digest(real)
    real.put("db1", [person(n) for n in range(PEOPLE - 1)])
    run = real.run("plan_contacts")
    assert f"plan {before}, which waited for a person, is replaced by plan {digest(real)}" in told(real, run)


@pytest.mark.parametrize("config", [{}, {"approve": "0123456789ab", "more": 1}])
def test_a_digest_and_nothing_unknown_is_wanted_by_the_launchpad(real: Project, config: dict[str, Any]) -> None:
    assert len(words_of_launchpad(real, config).splitlines()) == 2


@pytest.mark.parametrize("typed", ["", "  ", "0123456789AB", "0123456789", "0123456789ab ", "ana@example.com"])
def test_what_is_no_digest_is_refused_by_the_launchpad_in_one_line_that_does_not_repeat_it(
    real: Project, typed: str
) -> None:
    words = "write the twelve letters (a to f) and numbers that the plan's summary ends with, and nothing else"
    assert words_of_launchpad(real, {"approve": typed}) == f"approve: {words}"


def words_of_launchpad(project: Project, config: dict[str, Any]) -> str:
    """What the launchpad says of a config that starts no run."""
    job = build_definitions().resolve_job_def("apply_plan")
    with pytest.raises(dg.DagsterInvalidConfigError) as raised:
        job.execute_in_process(instance=project.instance, run_config=config)
    assert project.instance.get_runs() == []
    assert raised.value.__cause__ is None
    return str(raised.value)

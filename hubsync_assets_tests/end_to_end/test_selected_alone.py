"""Each table can be materialised alone, in any order, and does what its name says: only ``hubspot_contacts`` writes."""

import dagster as dg
import pytest

from hubsync_assets.building import build_definitions
from hubsync_assets_tests.end_to_end.project import QUIET, Project, Run, person

pytestmark = pytest.mark.services

TOGETHER = {
    "merged_contacts": "contact_conflicts",
    "contact_conflicts": "merged_contacts",
}


@pytest.fixture
def synced(project: Project) -> Project:
    project.put("db1", [person(n) for n in range(5)])
    project.put("db2", [person(0, name="Other")])
    assert project.run().success
    return project


@pytest.mark.parametrize("asset", ["merged_contacts", "contact_conflicts"])
def test_golden_records_and_conflicts_are_made_together_and_dagster_knows_of_both(synced: Project, asset: str) -> None:
    synced.put("db1", [person(n, name=f"New {n}") for n in range(6)])
    assert synced.materialise("raw_db1").success
    run = synced.materialise(asset)
    assert run.success, run.failures
    assert set(run.numbers) >= {asset}
    assert synced.table("merged_contacts").height == 6
    for name in (asset, TOGETHER[asset]):
        event = synced.instance.get_latest_materialization_event(dg.AssetKey(name))
        assert event is not None
        assert event.run_id == run.run_id
    assert all(run.checks.values())
    assert bool(run.checks) == (asset == "merged_contacts")


@pytest.mark.parametrize("asset", ["failed_contacts", "settled_values"])
def test_the_tables_beside_the_state_are_made_of_the_log_and_nothing_is_written(synced: Project, asset: str) -> None:
    synced.put("db1", [person(n, mrr=77) for n in range(5)])
    assert synced.run("plan_contacts").success
    assert synced.table("contact_changes").height == 5
    calls = len(synced.hubspot.calls())
    run = synced.materialise(asset)
    assert run.success, run.failures
    assert set(run.numbers) == {"failed_contacts", "settled_values"}
    assert bool(run.checks) == (asset == "failed_contacts")
    assert len(synced.hubspot.calls()) == calls


def test_the_state_alone_writes_the_plan_and_the_other_two_are_told_along(synced: Project) -> None:
    synced.put("db1", [person(n, mrr=77) for n in range(5)])
    assert synced.run("plan_contacts").success
    run = synced.materialise("hubspot_contacts")
    assert run.success, run.failures
    assert run.numbers["hubspot_contacts"]["updated"] == 5
    assert {contact["mrr"] for contact in synced.held().values()} == {"77"}
    for name in ("failed_contacts", "settled_values"):
        event = synced.instance.get_latest_materialization_event(dg.AssetKey(name))
        assert event is not None
        assert event.run_id == run.run_id


def test_a_check_alone_runs_what_it_counts_or_says_what_it_goes_with(synced: Project) -> None:
    def check(asset: str, name: str) -> Run:
        key = dg.AssetCheckKey(dg.AssetKey(asset), name)
        job = dg.define_asset_job("only_checks", selection=dg.AssetSelection.checks(key))
        made = dg.Definitions.merge(build_definitions(), dg.Definitions(jobs=[job]))
        result = made.resolve_job_def("only_checks").execute_in_process(
            instance=synced.instance, run_config=QUIET, raise_on_error=False
        )
        return synced.told(result)

    writes = synced.writes()
    assert check("raw_db1", "few_records_are_rejected").checks == {"raw_db1.few_records_are_rejected": True}
    assert check("merged_contacts", "emails_are_unique").checks == {"merged_contacts.emails_are_unique": True}
    assert check("failed_contacts", "nothing_is_refused").checks == {"failed_contacts.nothing_is_refused": True}
    (words,) = check("hubspot_contacts", "log_and_tables_agree").failures
    assert words.startswith("the checks of hubspot_contacts count what is written while it is written")
    assert synced.writes() == writes


def test_before_there_is_a_plan_the_tables_of_the_log_say_what_is_missing(project: Project) -> None:
    run = project.materialise("failed_contacts")
    assert not run.success
    (words,) = run.failures
    assert words.startswith("contact_changes was never made here")


def test_assets_out_of_order_say_which_is_older_and_write_nothing(synced: Project) -> None:
    synced.put("db1", [person(n, mrr=77) for n in range(5)])
    assert synced.run("plan_contacts").success
    synced.put("db1", [person(n, mrr=88) for n in range(5)])
    assert synced.materialise("raw_db1", "merged_contacts").success
    writes = synced.writes()
    run = synced.materialise("hubspot_contacts")
    assert not run.success
    assert "contact_changes" in run.failures[0]
    assert synced.writes() == writes
    assert synced.materialise("contact_changes", "hubspot_contacts").success
    assert {contact["mrr"] for contact in synced.held().values()} == {"88"}


def test_a_run_that_failed_goes_on_from_its_failure(synced: Project) -> None:
    synced.put("db1", [person(n, mrr=77) for n in range(5)])
    synced.hubspot.fault("invalid_token", times=-1, path="batch/update")
    failed = synced.run()
    assert not failed.success
    synced.hubspot.clear_faults()
    options = dg.ReexecutionOptions.from_failure(failed.run_id, synced.instance)
    with dg.execute_job(
        dg.reconstructable(_sync_job), instance=synced.instance, reexecution_options=options, raise_on_error=False
    ) as result:
        assert result.success
        steps = {event.step_key for event in result.all_events if event.is_step_success}
    assert steps == {"hubspot_upsert"}
    assert {contact["mrr"] for contact in synced.held().values()} == {"77"}


def _sync_job() -> dg.JobDefinition:
    return build_definitions().resolve_job_def("sync_contacts")

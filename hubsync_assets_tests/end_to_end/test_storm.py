"""A seeded storm: whatever goes wrong on the way, every contact ends in exactly one state and HubSpot holds the golden records."""

import pytest

from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets_tests.end_to_end.project import Project, person
from hubsync_assets_tests.shipped import FIELDS, MODEL

pytestmark = pytest.mark.services

CONTACTS = 1_500
FAULTS = {
    "burst_429": 0.01,
    "locked_423": 0.01,
    "migration_477": 0.01,
    "error_500": 0.02,
    "error_502": 0.02,
    "error_503": 0.02,
    "error_504": 0.02,
    "error_524": 0.02,
    "reset_before": 0.03,
    "reset_after": 0.03,
    "empty_answer": 0.03,
    "input_left_out": 0.04,
    "conflict_409": 0.04,
    "slow_drip": 0.01,
    "latency": 0.05,
    "daily_429": 0.01,
    "expired_token": 0.01,
}


@pytest.mark.parametrize("seed", [1])
def test_after_the_storm_hubspot_holds_exactly_the_golden_records(project: Project, seed: int) -> None:
    project.put("db1", [person(n, phone=f"60012{n:04d}") for n in range(CONTACTS)])
    project.put("db2", [person(n, name=f"Ana {n} Lopez", company_name=f"Company {n}") for n in range(0, CONTACTS, 2)])
    project.hubspot.set_limit(1_000)
    project.hubspot.mix(
        FAULTS, seed=seed, path="contacts/batch", slow_drip={"seconds": 0.2}, migration_477={"retry_after": 1}
    )
    for _ in range(12):
        run = project.run()
        assert all(run.checks.values()), run.checks
        if run.success and not run.numbers["contact_changes"]["dagster/row_count"]:
            break
        project.run("retry_failed_contacts")
    else:
        pytest.fail("twelve runs did not bring the storm to an end")
    project.hubspot.clear_faults()
    assert project.run("retry_failed_contacts").success
    held = project.held()
    merged = project.table("merged_contacts").select([field.name for field in FIELDS])
    wanted = {row["email"]: PropertyMapping(MODEL).to_properties(row) for row in merged.iter_rows(named=True)}
    assert {email: {name: held[email].get(name) for name in sent} for email, sent in wanted.items()} == wanted
    assert len(held) == CONTACTS
    assert project.table("hubspot_contacts")["email"].to_list() == merged["email"].to_list()
    assert project.table("failed_contacts").height == 0
    assert {email: contact["id"] for email, contact in held.items()} == dict(
        project.table("hubspot_contacts").select("email", "hubspot_id").iter_rows()
    )

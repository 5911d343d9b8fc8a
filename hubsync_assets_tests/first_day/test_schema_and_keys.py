"""F6 and F12: what stands in the way of a sync is said by the plan, all at once, before anybody approves it."""

from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.errors import HubsyncError
from hubsync_assets_tests.end_to_end.project import Project
from hubsync_assets_tests.first_day.day import OURS, Day

ROW = {"email": "ana.first@example.com", "name": "Ana García", "country": "ES", "company_size": 7, "mrr": 10}
READ = "crm.objects.contacts.read crm.schemas.contacts.read"
WRITE = ("crm.objects.contacts.write", "crm.schemas.contacts.write")


def refusal(day: Day) -> str:
    """What the plan says instead of planning."""
    day.export(ROW)
    with pytest.raises(HubsyncError) as caught:
        day.sync(only_plan=True)
    assert day.written() == 0
    return str(caught.value)


def test_the_plan_stops_at_a_property_that_hubspot_calculates(mature: HubSpotEmulator, day: Day) -> None:
    mature.restore("mature")
    assert "mrr is calculated by HubSpot" in refusal(day)


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({"name": "mrr", "type": "date", "fieldType": "date"}, "mrr is of type date"),
        ({"name": "mrr", "readOnlyValue": True}, "mrr is read-only"),
        ({"name": "mrr", "calculated": True}, "mrr is calculated"),
    ],
)
def test_the_plan_stops_at_a_property_that_cannot_take_ours(day: Day, definition: dict[str, Any], words: str) -> None:
    day.hubspot.seed(properties=[definition])
    assert words in refusal(day)


def test_the_plan_names_everything_that_is_wrong_at_once(day: Day) -> None:
    day.hubspot.seed(
        properties=[
            {"name": "mrr", "calculated": True},
            {"name": "company_size", "type": "datetime", "fieldType": "date"},
            {"name": "phone", "readOnlyValue": True},
            {
                "name": "country",
                "type": "enumeration",
                "fieldType": "select",
                "options": [{"label": "Peru", "value": "peru"}],
            },
        ]
    )
    words = refusal(day)
    for name in ("mrr", "company_size", "phone", "country"):
        assert f"{name} is " in words


def test_a_read_only_key_can_plan(day: Day) -> None:
    day.hubspot.switch(scopes=READ)
    try:
        day.export(ROW)
        plan = day.sync(only_plan=True).plan
    finally:
        day.hubspot.switch(scopes="")
    assert plan is not None
    assert plan.creates == 1
    assert plan.cost.write_calls == 1


@pytest.mark.parametrize("lacks", [WRITE, WRITE[:1]])
def test_the_first_write_with_a_read_only_key_names_every_scope_that_is_missing(
    day: Day, lacks: tuple[str, ...]
) -> None:
    """Where a property has to be made, and where none has: nobody has to change the key twice."""
    day.hubspot.seed(properties=[{"name": "mrr", "archived": len(lacks) > 1}])
    day.hubspot.switch(scopes=READ)
    try:
        day.export(ROW)
        run = None
        with pytest.raises(HubsyncError) as caught:
            run = day.sync()
            raise HubsyncError(str(run.upload.stopped if run.upload else ""))
    finally:
        day.hubspot.switch(scopes="")
    assert [scope for scope in WRITE if scope not in str(caught.value)] == []
    assert run is None or run.unsent == 1


def test_a_key_that_may_not_read_stops_the_plan_with_every_scope_to_read(day: Day) -> None:
    day.hubspot.switch(scopes="oauth")
    try:
        words = refusal(day)
    finally:
        day.hubspot.switch(scopes="")
    assert [scope for scope in READ.split() if scope not in words] == []


def test_the_plan_job_ends_red_and_says_why(project: Project) -> None:
    project.hubspot.seed(preset="mature")
    project.put("db1", [ROW])
    project.put("db2", [])
    run = project.run("plan_contacts")
    assert not run.success
    assert "mrr is calculated by HubSpot" in " ".join(run.failures)
    project.hubspot.seed(properties=OURS)
    assert project.run("plan_contacts").success

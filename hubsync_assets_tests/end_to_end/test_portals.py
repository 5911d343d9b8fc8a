"""Portals that hold things of their own, and portals that change under us."""

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.end_to_end.project import Project, person

pytestmark = pytest.mark.services


def test_what_only_hubspot_has_is_left_alone(project: Project) -> None:
    project.hubspot.seed(
        [
            {"email": "person1@example.com", "firstname": "Old", "phone": "+34 91 000 00 00", "jobtitle": "Director"},
            {"email": "stranger@example.com", "firstname": "Stranger"},
        ]
    )
    project.put("db1", [person(1), person(2)])
    project.put("db2", [])
    run = project.run()
    assert run.success, run.failures
    held = project.held()
    assert (held["person1@example.com"]["firstname"], held["person1@example.com"]["lastname"]) == ("Ana", "1")
    assert held["person1@example.com"]["phone"] == "+34 91 000 00 00"
    assert held["person1@example.com"]["jobtitle"] == "Director"
    assert held["stranger@example.com"]["firstname"] == "Stranger"
    assert project.table("contact_changes").select("email", "action", "known_from").rows() == [
        ("person1@example.com", "update", "portal"),
        ("person2@example.com", "create", "nobody"),
    ]


def test_the_plan_shows_the_values_that_hubspot_has_now(project: Project) -> None:
    project.hubspot.seed([{"email": "person1@example.com", "firstname": "Old", "lastname": "Name", "country": "ES"}])
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run("plan_contacts")
    (changes,) = project.table("contact_changes")["changes"].to_list()
    # The country means the same, whatever it is called.
    assert [tuple(change.values()) for change in changes] == [
        ("firstname", "name", "Old", "Ana", "overwrite_theirs"),
        ("lastname", "name", "Name", "1", "overwrite_theirs"),
        ("mrr", "mrr", None, "1", "fill"),
    ]
    assert project.writes() == 0


def test_a_contact_that_hubspot_already_holds_exactly_is_not_written_and_not_asked_for_again(project: Project) -> None:
    project.hubspot.seed([{"email": "person1@example.com", "firstname": "Ana", "lastname": "1", "country": "ES"}])
    project.put("db1", [{**person(1), "mrr": None}])
    project.put("db2", [])
    run = project.run()
    assert run.numbers["contact_changes"]["unchanged/found_in_hubspot"] == 1
    assert project.writes() == 0
    again = project.run()
    assert again.numbers["contact_changes"]["unchanged/as_last_written"] == 1
    assert again.numbers["contact_changes"]["read_from_hubspot"] == 0


def test_clear_unknown_clears_what_only_hubspot_has_of_our_fields(project: Project) -> None:
    project.hubspot.seed([{"email": "person1@example.com", "phone": "+34 91 000 00 00", "jobtitle": "Director"}])
    project.put("db1", [person(1, phone=None)])
    project.put("db2", [])
    project.run(clear_unknown=True)
    held = project.held()["person1@example.com"]
    assert not held.get("phone")
    assert held["jobtitle"] == "Director"


@pytest.mark.parametrize(("in_portal", "unknown", "calls"), [(0, 250, 2), (120, 250, 3), (900, 250, 4), (900, 100, 1)])
def test_the_portal_is_learned_in_the_cheaper_way(project: Project, in_portal: int, unknown: int, calls: int) -> None:
    project.hubspot.seed({"email": f"person{n}@example.com", "firstname": "Old"} for n in range(in_portal))
    project.hubspot.advance(60)  # past the lag of HubSpot's search
    project.put("db1", [person(n) for n in range(unknown)])
    project.put("db2", [])
    project.run("plan_contacts")
    reads = [call for call in project.hubspot.calls() if "/objects/" in call["path"]]
    assert len(reads) == calls
    plan = project.table("contact_changes")
    assert plan.filter(plan["action"] == "update").height == min(in_portal, unknown)


def test_a_count_that_lags_behind_costs_at_most_as_many_calls_again(project: Project) -> None:
    project.hubspot.freeze()
    project.hubspot.seed({"email": f"person{n}@example.com", "firstname": "Old"} for n in range(900))
    project.put("db1", [person(n) for n in range(250)])
    project.put("db2", [])
    project.run("plan_contacts")
    assert len([call for call in project.hubspot.calls() if "/objects/" in call["path"]]) == 1 + 3 + 3
    assert project.table("contact_changes")["action"].to_list() == ["update"] * 250


def test_another_portal_on_the_same_storage_starts_empty_and_says_so(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.put("db1", [person(1), person(2)])
    project.put("db2", [])
    project.run()
    with HubSpotEmulator() as other:
        monkeypatch.setenv("HUBSPOT_BASE_URL", other.base_url)
        run = project.run()
        assert run.success, run.failures
        assert run.numbers["contact_changes"]["creates"] == 2
        assert len(other.contacts()) == 2
    monkeypatch.setenv("HUBSPOT_BASE_URL", project.hubspot.base_url)
    back = project.run()
    assert back.numbers["contact_changes"]["unchanged/as_last_written"] == 2
    assert project.writes() == 1


def test_a_plan_for_one_portal_is_not_written_to_another(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    project.run("plan_contacts")
    with HubSpotEmulator() as other:
        monkeypatch.setenv("HUBSPOT_BASE_URL", other.base_url)
        upload = project.materialise("hubspot_contacts", "failed_contacts", "settled_values")
        assert upload.failures == [
            f"the plan in contact_changes is for another portal than {other.portal_id}: materialise contact_changes first"
        ]
        assert other.contacts() == []


def test_a_value_that_people_typed_is_not_cleared_because_ours_was_the_same_once(project: Project) -> None:
    project.hubspot.seed(
        [{"email": "person1@example.com", "firstname": "Ana", "lastname": "1", "phone": "+34600123123"}]
    )
    typed = {"email": "person1@example.com", "name": "Ana 1", "country": "ES", "phone": "+34600123123"}
    project.put("db1", [{**typed, "country": None}])
    project.put("db2", [])
    assert project.run().numbers["contact_changes"]["unchanged/found_in_hubspot"] == 1
    for changed in (
        {**typed, "phone": None, "country": None},
        {**typed, "phone": None},
        {**typed, "phone": None, "name": "Eva"},
    ):
        project.put("db1", [changed])
        assert project.run().success
        assert project.held()["person1@example.com"]["phone"] == "+34600123123"
    assert project.held()["person1@example.com"]["firstname"] == "Eva"
    project.put("db1", [{**typed, "name": "Eva", "phone": None}])
    project.run(clear_unknown=True)

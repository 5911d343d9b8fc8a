"""A declaration is changed after its sync has run: HubSpot ends right, and only what the change asks for is written."""

import pytest

from hubsync_assets_tests.declared.portal import in_hubspot
from hubsync_assets_tests.declared.used_storage import Used, calls_for, email_of

pytestmark = pytest.mark.services


def test_a_new_field_is_sent_alone_to_those_who_have_a_value(used: Used) -> None:
    used.declared["fields"]["nick"] = {"kind": "text", "property": "nickname"}
    cost = used.costs()
    having = {email_of(number) for number, row in used.rows["crm"].items() if row["nick"]}
    assert cost.emails == having
    assert (cost.writes, cost.inputs) == (calls_for(len(having)), len(having))
    assert cost.fields == {"nick"}
    assert cost.reads == calls_for(len(having))


def test_a_removed_field_leaves_its_property_alone(used: Used) -> None:
    del used.declared["fields"]["plan"]
    assert used.costs().writes == 0
    # Not even when the contact is written for something else.
    used.rows["crm"][40]["company"] = "Another"
    used.put()
    assert used.costs().emails == {email_of(40)}


def test_a_field_that_is_back_costs_nothing_where_nothing_has_changed(used: Used) -> None:
    plan = used.declared["fields"].pop("plan")
    assert used.costs().writes == 0
    used.rows["billing"][50]["plan"] = "enterprise"
    used.put()
    assert used.costs().writes == 0
    used.declared["fields"]["plan"] = plan
    cost = used.costs()
    assert cost.emails == {email_of(50)}


def test_a_renamed_field_is_not_written_and_goes_on_being_ours(used: Used) -> None:
    used.declared["fields"]["firm"] = {**used.declared["fields"].pop("company"), "property": "company"}
    for source in used.declared["sources"].values():
        source["columns"] = {**source.get("columns", {}), "firm": "company"}
    assert used.costs().writes == 0
    used.portal.givers |= {
        (email, "firm"): giver for (email, name), giver in used.portal.givers.items() if name == "company"
    }
    used.rows["crm"][41]["company"] = "Another"
    # The first ones are in no other source.
    used.rows["crm"][6]["company"] = ""
    used.put()
    assert used.costs().emails == {email_of(41), email_of(6)}


def test_a_date_that_was_a_text_is_not_written_again_where_it_is_written_the_same(used: Used) -> None:
    used.declared["fields"]["since"]["kind"] = "date"
    assert used.costs().writes == 0
    used.rows["crm"][41]["since"] = "2020-02-29"
    used.put()
    assert used.costs().emails == {email_of(41)}


def test_a_number_that_was_a_text_is_not_written_again_where_it_is_written_the_same(used: Used) -> None:
    used.declared["fields"]["seats"]["kind"] = "whole"
    assert used.costs().writes == 0
    used.rows["billing"][43]["seats"] = "12"
    used.rows["billing"][44]["seats"] = ""
    used.put()
    assert used.costs().emails == {email_of(43), email_of(44)}


def test_values_that_another_kind_writes_otherwise_are_written(used: Used) -> None:
    for row in used.rows["crm"].values():
        year, month, day = (row["since"] or "--").split("-")
        row["since"] = row["since"] and f"{day}/{month}/{year}"
    used.put()
    having = sum(bool(row["since"]) for row in used.rows["crm"].values())
    assert used.costs().inputs == having
    used.declared["fields"]["since"] |= {"kind": "date", "formats": ["%d/%m/%Y"]}
    cost = used.costs()
    assert (cost.writes, cost.inputs, cost.reads) == (calls_for(having), having, calls_for(having))
    assert cost.fields == {"since"}
    # It stays ours.
    used.rows["crm"][4]["since"] = ""
    used.put()
    assert used.costs().emails == {email_of(4)}


def test_another_rule_is_written_where_it_gives_another_value(used: Used) -> None:
    used.declared["fields"]["size"]["keep"] = "min"
    cost = used.costs()
    both = used.rows["crm"].keys() & used.rows["billing"].keys()
    other = [number for number in both if used.rows["crm"][number]["size"] != used.rows["billing"][number]["size"]]
    assert cost.emails == {email_of(number) for number in other}
    assert cost.writes == calls_for(len(other))


def test_another_column_is_written_where_it_says_something_else(used: Used) -> None:
    used.declared["sources"]["crm"]["columns"]["company"] = "org"
    cost = used.costs()
    other = [number for number, row in used.rows["crm"].items() if row["company"] != row["org"]]
    assert cost.emails == {email_of(number) for number in other}
    assert cost.writes == calls_for(len(other))
    # And so it is where one declared column takes the place of another.
    used.declared["sources"]["crm"]["columns"]["company"] = "company"
    assert used.costs().emails == cost.emails


def test_another_order_of_sources_for_a_field_is_written_where_both_have_a_value(used: Used) -> None:
    used.declared["fields"]["company"]["keep"] = {"order": ["billing", "crm"]}
    cost = used.costs()
    assert 0 < cost.inputs < 250
    assert cost.writes == calls_for(cost.inputs)


def test_another_property_gets_the_values_and_the_old_one_is_left_alone(used: Used) -> None:
    used.declared["fields"]["plan"]["property"] = {"name": "subscription", "label": "Subscription"}
    cost = used.costs()
    having = [number for number, row in used.rows["billing"].items() if row["plan"]]
    assert cost.emails == {email_of(number) for number in having}
    assert cost.writes == calls_for(len(having))
    assert cost.fields == {"plan"}
    # And an empty value clears the new one, which we wrote, and not the old one.
    used.rows["billing"][having[0]]["plan"] = ""
    used.put()
    assert used.costs().emails == {email_of(having[0])}


def test_a_property_that_is_new_to_a_field_is_not_cleared_before_we_have_written_it(used: Used) -> None:
    free = [number for number, row in used.rows["billing"].items() if row["plan"] == "free"][:12]
    people = [{"email": email_of(number), "jobtitle": "Typed by people"} for number in free]
    used.hubspot.seed(people)
    for typed in people:
        used.portal.held[typed["email"]]["jobtitle"] = typed["jobtitle"]
    # They have no plan any more, in the very run that writes plans to another property; one of them is written for something else, too.
    for number in free:
        used.rows["billing"][number]["plan"] = ""
    used.declared["fields"]["plan"]["property"] = "jobtitle"
    used.portal.givers = {key: giver for key, giver in used.portal.givers.items() if key[1] != "plan"}
    used.rows["crm"][free[3]]["company"] = "Another"
    used.put()
    cost = used.costs()
    assert email_of(free[3]) in cost.emails
    assert email_of(free[4]) not in cost.emails
    # Not even later, when nobody remembers that there was another property.
    used.rows["crm"][free[3]]["company"] = "And another"
    used.put()
    assert used.costs().emails == {email_of(free[3])}


def test_a_property_that_holds_the_values_already_is_not_written(used: Used) -> None:
    having = [number for number, row in used.rows["billing"].items() if row["plan"]]
    used.hubspot.seed(
        {"email": email_of(number), "jobtitle": used.rows["billing"][number]["plan"]} for number in having
    )
    for number in having:
        used.portal.held[email_of(number)]["jobtitle"] = used.rows["billing"][number]["plan"]
    used.declared["fields"]["plan"]["property"] = "jobtitle"
    used.portal.givers = {key: giver for key, giver in used.portal.givers.items() if key[1] != "plan"}
    assert used.costs().writes == 0


def test_a_renamed_field_whose_column_is_forgotten_in_a_source_keeps_what_hubspot_has(used: Used) -> None:
    used.declared["fields"]["firm"] = {**used.declared["fields"].pop("company"), "property": "company"}
    used.declared["sources"]["crm"]["columns"]["firm"] = "company"
    before, writes = in_hubspot(used.hubspot), len(used.hubspot.write_calls())
    run = used.run()
    assert not run.success
    assert "billing: no file has firm any more" in run.words
    assert (in_hubspot(used.hubspot), len(used.hubspot.write_calls())) == (before, writes)


def test_a_field_that_is_never_sent_makes_nobody_be_written(used: Used) -> None:
    used.declared["fields"]["nick"] = {"kind": "text", "property": None}
    writes = len(used.hubspot.write_calls())
    assert used.run().planned == 0
    for row in used.rows["crm"].values():
        row["nick"] = f"{row['nick']} again"
    used.put()
    # Whoever is in doubt is compared with HubSpot, which never gets it.
    for distrust in (False, True):
        assert used.pipeline.sync(distrust=distrust).planned == 0
        assert len(used.hubspot.write_calls()) == writes

"""Policies by example: what stays until the source, the policy or the property changes, and what happens then."""

from datetime import timedelta
from typing import Any

import pytest

from hubsync_assets.contacts.rules import policy_digest
from hubsync_assets.hubspot.values import PropertySchema
from hubsync_assets_tests.contacts.tables import NOW, PORTAL, model_with, plan
from hubsync_assets_tests.shipped import MODEL

ANNA = "anna@example.com"
WROTE = {"email": ANNA, "company_name": "Acme", "phone": "1"}
EDITED = [{"email": ANNA, "company": "Acme Ltd"}]
THEIRS = model_with(("company_name", "overwrite/theirs"))


def dropdown(*options: str) -> dict[str, PropertySchema]:
    company = PropertySchema("company", "enumeration", "select", options={each: each for each in options})
    return {**PORTAL, "company": company}


def test_what_people_changed_stays_until_the_source_does() -> None:
    told: dict[str, Any] = {"state": [WROTE], "hubspot": EDITED, "model": THEIRS}
    kept = plan([{**WROTE, "phone": "2"}], **told)
    assert set(kept.sends) == {"phone"}
    assert kept.settled == {
        "company_name": {"value": "Acme", "decision": "theirs", "digest": kept.rules.digests["company_name"]}
    }
    assert plan([{**WROTE, "company_name": "New"}], **told).sends == {
        "company": ("Acme Ltd", "New", "overwrite_theirs")
    }


def test_what_people_emptied_stays_empty_until_the_source_changes() -> None:
    told: dict[str, Any] = {"state": [WROTE], "hubspot": [{"email": ANNA, "company": ""}], "model": THEIRS}
    assert set(plan([{**WROTE, "phone": "2"}], **told).sends) == {"phone"}
    assert plan([{**WROTE, "company_name": "New"}], **told).sends == {"company": (None, "New", "fill")}


def test_what_was_refused_before_was_not_decided_against_anybody() -> None:
    refused = [{"email": ANNA, "field": "company_name", "value": "Acme", "decision": "refused", "digest": "before"}]
    state = {"email": ANNA, "phone": "1"}
    told: dict[str, Any] = {"state": [state], "model": THEIRS, "settled": refused}
    assert plan([WROTE], portal=dropdown("Acme"), **told).sends == {"company": (None, "Acme", "fill")}


SETTLED = {"email": ANNA, "field": "company_name", "value": "Acme"}


@pytest.mark.parametrize(
    ("settled", "options", "is_open"),
    [
        ({}, {}, False),
        ({"decision": "set_once"}, {}, False),
        ({"value": "Other"}, {}, True),
        ({"value": None}, {}, True),
        ({"digest": "another policy"}, {}, True),
        ({"decision": "refused"}, {}, False),
        ({"decision": "refused", "at": NOW - timedelta(days=7)}, {}, False),
        ({"decision": "refused", "at": NOW - timedelta(days=7, seconds=1)}, {}, True),
        ({"decision": "refused"}, {"retry_failed": True}, True),
        ({"decision": "theirs", "at": NOW - timedelta(days=99)}, {"retry_failed": True}, False),
        ({"email": "other@example.com"}, {}, True),
    ],
    ids=["settled", "for another reason", "another value", "was empty", "another policy", "refused", "refused a week ago",
         "refused longer ago", "told to retry", "theirs for long", "another contact"],
)  # fmt: skip
def test_a_settled_value_is_looked_at_again_only_when_something_changes(
    settled: dict[str, Any], options: dict[str, Any], is_open: bool
) -> None:
    state = [{**WROTE, "company_name": None}]
    planned = plan([WROTE], state=state, settled=[{**SETTLED, **settled}], **options)
    assert (planned.looked_at == [ANNA]) is is_open


def test_what_is_settled_already_is_not_said_again_but_what_is_refused_is() -> None:
    model = model_with(("company_name", "set_once"))
    settled = [{**SETTLED, "decision": "set_once"}]
    told: dict[str, Any] = {"state": [{**WROTE, "company_name": None}], "model": model}
    assert plan([{**WROTE, "phone": "2"}], settled=settled, **told).settled == {}
    assert set(plan([{**WROTE, "phone": "2"}], **told).settled) == {"company_name"}
    refused = plan(
        [{**WROTE, "phone": "2"}],
        state=[{**WROTE, "company_name": None}],
        portal=dropdown("B"),
        settled=[{**SETTLED, "decision": "refused"}],
    )
    assert refused.settled["company_name"]["decision"] == "refused"


def test_a_new_contact_is_settled_with_the_plan_since_the_log_does_not_know_it_yet() -> None:
    planned = plan([WROTE], portal=dropdown("B"))
    assert set(planned.settled) == {"company_name"}
    assert planned.row["settled"] is not None
    assert planned.changes.noted.is_empty()


@pytest.mark.parametrize("how", ["fill", "set_once"])
def test_what_is_only_filled_or_set_once_is_not_overwritten(how: str) -> None:
    model = model_with(("company_name", how))
    told: dict[str, Any] = {"state": [WROTE], "model": model}
    assert plan([{**WROTE, "company_name": "New"}], **told).outcome == "unchanged"
    assert plan([{**WROTE, "company_name": None}], **told).settled["company_name"]["decision"] == "never_clear"
    assert set(plan([WROTE], model=model).sends) == {"company", "phone"}
    empty = [{"email": ANNA, "company": "", "phone": "1"}]
    assert (plan([WROTE], hubspot=empty, model=model).outcome == "planned") is (how == "fill")


def test_a_gone_contact_is_left_out_unless_it_is_to_be_made_again() -> None:
    gone = plan([{**WROTE, "phone": "2"}], state=[WROTE], gone=[ANNA])
    assert (gone.outcome, gone.changes.left_out["category"].to_list()) == ("gone_in_hubspot", ["gone_in_hubspot"])
    recreate = MODEL.declared.model_copy(update={"gone_in_hubspot": "recreate"})
    again = plan([{**WROTE, "phone": "2"}], state=[WROTE], gone=[ANNA], model=type(MODEL)(recreate))
    assert (again.row["action"], again.row["hubspot_id"], set(again.sends)) == ("create", None, {"phone", "company"})


def test_of_two_golden_records_on_one_record_the_one_with_its_primary_address_is_written() -> None:
    emails = ["b@example.com", "a@example.com"]
    golden = [{"email": email, "phone": "2"} for email in emails]
    for primary, other in (emails, emails[::-1]):
        hubspot = [{"email": email, "id": "7", "phone": "1"} for email in emails]
        twins = dict.fromkeys(emails, "7")
        planned = plan(golden, hubspot=hubspot, twins=twins, primary={"7": primary})
        assert planned.rows["email"].to_list() == [primary]
        assert planned.changes.left_out.select("email", "category").rows() == [(other, "same_hubspot_record")]
    # Nobody's: the first by the alphabet.
    nobodys = plan(golden, hubspot=hubspot, twins=twins, primary={"7": "c@example.com"})
    assert nobodys.rows["email"].to_list() == ["a@example.com"]


def test_all_that_decides_beside_the_values_is_in_the_digest() -> None:
    name = MODEL.by_name["company_name"]
    usual: dict[str, Any] = {"of": name, "mode": "replace", "portal": "p", "clear_unknown": False}
    digests = [
        policy_digest(**{**usual, **changed})
        for changed in (
            {},
            {"mode": "never_clear"},
            {"portal": "q"},
            {"clear_unknown": True},
            {"of": model_with(("company_name", "fill")).by_name["company_name"]},
            {"of": THEIRS.by_name["company_name"]},
        )
    ]
    assert len(set(digests)) == len(digests)
    assert policy_digest(**usual) == digests[0] == policy_digest(**{**usual, "of": MODEL.by_name["phone"]})

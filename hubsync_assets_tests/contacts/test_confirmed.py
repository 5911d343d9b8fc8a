"""Contacts that the log should call unchanged anew, so that no refusal and no count of records outlives its reason."""

from datetime import timedelta
from typing import Any

import pytest

from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets_tests.contacts.tables import NOW, SHRANK, VERSION, Plan, plan

ANNA = {"email": "anna@example.com", "name": "Anna", "mrr": 5.0}
REFUSED = {**ANNA, "mrr": 50.0}
CONFIRMED = [("anna@example.com", "101")]


def confirmed(planned: Plan) -> list[tuple[Any, ...]]:
    return planned.unlike.confirmed.select("email", "hubspot_id").rows()


def test_a_contact_that_was_refused_and_is_again_what_hubspot_took_is_confirmed() -> None:
    planned = plan([ANNA], state=[ANNA], refused=[REFUSED])
    assert (confirmed(planned), planned.outcome) == (CONFIRMED, "known")


def test_a_contact_that_is_still_what_was_refused_is_held_back_and_not_confirmed() -> None:
    planned = plan([REFUSED], state=[ANNA], refused=[REFUSED])
    assert (confirmed(planned), planned.outcome) == ([], "refused_before")


def test_a_contact_that_was_never_refused_is_not_confirmed_again_and_again() -> None:
    assert confirmed(plan([ANNA], state=[ANNA])) == []
    assert confirmed(plan([ANNA], state=[ANNA], refused=[{**REFUSED, "email": "other@example.com"}])) == []
    # Of a value that HubSpot did not take, the contact is not refused.
    assert confirmed(plan([ANNA], state=[ANNA], refused=[{**REFUSED, "property": "mrr"}])) == []


def test_a_refused_contact_that_hubspot_never_took_is_not_confirmed() -> None:
    assert confirmed(plan([ANNA], refused=[REFUSED])) == []


def test_a_refusal_to_clear_a_value_stands_whatever_the_mode() -> None:
    told: dict[str, Any] = {"state": [{**ANNA, "phone": "1"}], "refused": [ANNA]}
    for mode in ("replace", "never_clear"):
        planned = plan([ANNA], mode=mode, **told)
        assert (confirmed(planned), planned.outcome) == ([], "refused_before")


@pytest.mark.parametrize(
    ("refused", "options"),
    [
        ({"mapping_version": VERSION - 1}, {}),
        ({"category": "CONFLICT", "last_at": NOW - timedelta(days=8)}, {}),
        ({"category": "CONFLICT", "last_at": NOW + timedelta(days=8)}, {}),
        ({}, {"retry_failed": True}),
    ],
    ids=["other mapping", "old conflict", "a conflict by a clock that was set back since", "told to retry"],
)
def test_a_refusal_that_holds_nothing_back_any_more_ends_with_it(
    refused: dict[str, Any], options: dict[str, Any]
) -> None:
    assert confirmed(plan([ANNA], state=[ANNA], refused=[{**ANNA, **refused}], **options)) == CONFIRMED


def test_no_refusal_ends_while_something_may_be_missing_of_a_source() -> None:
    assert confirmed(plan([ANNA], state=[ANNA], refused=[REFUSED], doubts={"db2": SHRANK})) == []


def test_a_contact_made_from_another_number_of_records_is_confirmed() -> None:
    assert confirmed(plan([ANNA], state=[{**ANNA, "db2_records": 1}])) == CONFIRMED


def test_a_contact_whose_value_is_another_sources_now_is_confirmed() -> None:
    both = {"db2_records": 1, "db2_file_rank": 0}
    state = [{**ANNA, **both, "name:source": "db2"}]
    told = plan([{**ANNA, **both}], state=state).unlike.confirmed
    assert told.select("name", "name:from").rows() == [("Anna", "db1")]
    # An earlier version did not note whose a value was: that is no reason to log all contacts again.
    assert confirmed(plan([{**ANNA, **both}], state=[{**state[0], "name:source": None}])) == []
    # Nor is it that HubSpot was only seen to have it.
    assert confirmed(plan([{**ANNA, **both}], state=[{**state[0], "name:source": "(seen)"}])) == []


def test_what_is_settled_is_not_said_to_be_there() -> None:
    settled = [{"email": ANNA["email"], "field": "name", "value": "Anna"}]
    planned = plan([ANNA], state=[{**ANNA, "name": "Ann", "db2_records": 1}], settled=settled)
    assert (confirmed(planned), planned.outcome) == (CONFIRMED, "known")
    assert planned.unlike.confirmed.select("name", "mrr").rows() == [(None, 5.0)]


@pytest.mark.parametrize("doubts", [SHRANK, SourceDoubts(fields=("phone",))], ids=["amount", "content"])
def test_the_state_does_not_forget_that_a_source_in_doubt_had_more_records(doubts: SourceDoubts) -> None:
    had = {**ANNA, "db2_records": 2, "db2_file_rank": 0}
    fewer = {**had, "db2_records": 1}
    assert confirmed(plan([fewer], state=[had])) == CONFIRMED
    assert confirmed(plan([fewer], state=[had], doubts={"db2": doubts})) == []
    more = plan([{**had, "db2_records": 3}], state=[had], doubts={"db2": doubts}).unlike.confirmed
    assert more["db2_records"].to_list() == [3]
    changed = plan([{**fewer, "name": "Ann"}], state=[had], doubts={"db2": doubts}).row
    assert (changed["name"], changed["db2_records"], changed["db2_file_rank"]) == ("Ann", 2, 0)


def test_what_is_confirmed_leaves_uncertain_values_whose_they_were() -> None:
    state = [{**ANNA, "mrr:source": "db2"}]
    told = plan([{**ANNA, "mrr:from": "db1?", "db1_records": 2}], state=state).unlike.confirmed
    assert told.select("name", "mrr").rows() == [("Anna", None)]

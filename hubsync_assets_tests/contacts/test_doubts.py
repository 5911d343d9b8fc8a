"""What is kept in HubSpot because a source is in doubt, because a value cannot be read, or because nobody knows what HubSpot took."""

from typing import Any

import pytest

from hubsync_assets.contacts.changes import Changes
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets_tests.contacts.tables import SHRANK, looked_up, plan

ANNA = "anna@example.com"
KNOWN: dict[str, Any] = {"email": ANNA, "name": "Anna", "phone": "1"}
OF_DB2 = {"db2_records": 1, "db2_file_rank": 0}
PHONES_IN_DOUBT = SourceDoubts(fields=("phone",))


def only(changes: Changes) -> dict[str, Any]:
    (row,) = changes.planned.to_dicts()
    return row


def held(changes: Changes) -> list[str]:
    assert (changes.planned.height, changes.unchanged.height, changes.unchanged_by_log) == (0, 0, 0)
    return [reason for reason, count in changes.held_back.items() if count]


def is_unchanged(changes: Changes) -> bool:
    return (changes.planned.height, sum(changes.held_back.values()), changes.unchanged_by_log) == (0, 0, 1)


def test_what_a_source_that_shrank_adds_and_changes_is_written() -> None:
    doubts = {"db1": SHRANK}
    assert plan([KNOWN], doubts=doubts).creates == 1
    assert only(plan([{**KNOWN, "phone": "2"}], state=[KNOWN], doubts=doubts))["phone"] == "2"
    assert only(plan([{**KNOWN, "phone": None}], state=[KNOWN], doubts=doubts))["cleared"] == ["phone"]


def test_what_the_absence_of_a_record_in_doubt_would_change_is_held_back_and_the_rest_is_written() -> None:
    state = [{**KNOWN, "db1_records": 2}]
    assert held(plan([{**KNOWN, "phone": "2"}], state=state, doubts={"db1": SHRANK})) == ["incomplete_source"]
    assert held(plan([{**KNOWN, "phone": None}], state=state, doubts={"db1": SHRANK})) == ["incomplete_source"]
    assert plan([{**KNOWN, "phone": "2"}], state=state).planned.height == 1
    state = [{**KNOWN, **OF_DB2, "mrr": 5.0, "mrr:source": "db2"}]
    row = only(plan([{**KNOWN, "phone": "2", "mrr": 4.0}], state=state, doubts={"db2": SHRANK}))
    assert (row["phone"], row["mrr"], row["changes"]) == ("2", None, [{"field": "phone", "old": "1", "new": "2"}])


def test_a_source_of_which_the_contact_had_nothing_holds_nothing_back() -> None:
    assert plan([{**KNOWN, "phone": None}], state=[KNOWN], doubts={"db2": SHRANK}).planned.height == 1


@pytest.mark.parametrize(("rank", "broken", "is_held"), [(1, 0, True), (0, 0, False), (1, 1, False), (2, 1, True)])
def test_an_older_files_record_is_held_back_where_the_newer_file_broke_off(
    rank: int, broken: int, is_held: bool
) -> None:
    changes = plan(
        [{"email": ANNA, "name": "Older", "db1_file_rank": rank}],
        state=[{"email": ANNA, "name": "Newer", "db1_file_rank": 2}],
        doubts={"db1": SourceDoubts(absence=True, newest_broken=broken)},
    )
    assert held(changes) == ["incomplete_source"] if is_held else changes.planned.height == 1


def test_an_older_files_record_is_held_back_where_the_newer_file_lost_the_contact() -> None:
    older = [{"email": ANNA, "name": "Older", "db1_file_rank": 1}]
    state = [{"email": ANNA, "name": "Newer", "db1_file_rank": 0}]
    assert held(plan(older, state=state, doubts={"db1": SHRANK})) == ["incomplete_source"]
    assert plan(older, state=state).planned.height == 1


def test_a_field_in_doubt_keeps_what_it_has_and_the_others_change() -> None:
    doubts = {"db1": PHONES_IN_DOUBT}
    assert held(plan([{**KNOWN, "phone": "2"}], state=[KNOWN], doubts=doubts)) == ["source_in_doubt"]
    assert held(plan([{**KNOWN, "phone": None}], state=[KNOWN], doubts=doubts)) == ["source_in_doubt"]
    assert is_unchanged(plan([KNOWN], state=[KNOWN], doubts=doubts))
    row = only(plan([{"email": ANNA, "name": "Ann"}], state=[KNOWN], doubts=doubts))
    assert (row["name"], row["phone"], row["cleared"]) == ("Ann", None, [])


def test_a_source_that_ranks_behind_the_winner_could_not_have_decided_but_for_the_greatest() -> None:
    state = [{**KNOWN, **OF_DB2, "mrr": 5.0}]
    doubts = {"db2": SourceDoubts(fields=("phone", "mrr"))}
    row = only(plan([{**KNOWN, **OF_DB2, "phone": "2", "mrr": 6.0}], state=state, doubts=doubts))
    assert (row["phone"], row["mrr"]) == ("2", None)


def test_an_unreadable_value_keeps_the_old_one_and_is_counted_but_only_where_there_is_one() -> None:
    unreadable = {**KNOWN, "phone": None, "phone:from": "unreadable"}
    assert held(plan([unreadable], state=[KNOWN])) == ["unreadable_value"]
    assert is_unchanged(plan([unreadable], state=[{**KNOWN, "phone": None}]))
    assert is_unchanged(plan([unreadable], state=[KNOWN], mode="fill"))


def test_the_first_reason_counts() -> None:
    merged = {"email": ANNA, "name": "Ann", "name:from": "db1?", "phone": "2", "mrr": 1.0}
    state = [{**KNOWN, "db1_records": 2, "mrr": 2.0}]
    assert held(plan([merged], state=state, doubts={"db1": SourceDoubts(absence=True, fields=("mrr",))})) == [
        "incomplete_source"
    ]
    same_phone = {**merged, "phone": "1"}
    assert held(plan([same_phone], state=state, doubts={"db1": SourceDoubts(fields=("mrr",))})) == ["source_in_doubt"]


def test_an_uncertain_value_fills_what_hubspot_is_known_to_lack() -> None:
    uncertain = {**KNOWN, "phone": "2", "phone:from": "db2?"}
    assert only(plan([uncertain]))["phone"] == "2"
    assert only(plan([uncertain], portal=[{"email": ANNA, "name_old": "Anna", "name_same": True}]))["phone"] == "2"
    taken = [{"email": ANNA, "name_old": "Anna", "name_same": True, "phone_old": "+341", "phone_same": False}]
    assert held(plan([uncertain], portal=taken)) == ["unreadable_value"]
    no_phone = [{**KNOWN, "phone": None}]
    assert looked_up([uncertain], state=no_phone, doubts={}) == [ANNA]
    row = only(plan([uncertain], state=no_phone, portal=[{"email": ANNA}]))
    assert (row["phone"], row["known_from"], row["hubspot_id"]) == ("2", "log", "101")
    assert held(plan([uncertain], state=no_phone, portal=taken)) == ["unreadable_value"]
    assert held(plan([uncertain], state=no_phone)) == ["unreadable_value"]
    already = [{**taken[0], "phone_same": True}]
    assert is_unchanged(plan([uncertain], state=no_phone, portal=already))


def test_nobody_is_looked_up_whom_the_state_knows_and_whose_values_are_certain() -> None:
    assert looked_up([KNOWN, {"email": "new@example.com"}], state=[KNOWN], doubts={}) == ["new@example.com"]
    assert looked_up([{**KNOWN, "phone:from": "db1?"}], state=[KNOWN], doubts={}) == []
    assert looked_up([KNOWN], state=[{**KNOWN, "phone": None}], doubts={"db1": PHONES_IN_DOUBT}) == [ANNA]


def test_a_field_that_is_not_given_any_more_stays() -> None:
    assert is_unchanged(plan([{**KNOWN, "phone": None, "phone:from": None}], state=[KNOWN]))


@pytest.mark.parametrize(("source", "state_records", "clears"), [
    ("db2", {"db2_records": 1}, True),
    ("db1", {"db2_records": 1}, False),
    (None, {"db2_records": 1}, True),
    (None, {"db2_records": 0}, False),
])  # fmt: skip
def test_a_field_that_is_not_given_clears_where_the_contact_left_the_source_that_gave_it(
    source: str | None, state_records: dict[str, int], clears: bool
) -> None:
    state = [{**KNOWN, **state_records, "phone:source": source}]
    merged = [{**KNOWN, "phone": None, "phone:from": None}]
    changes = plan(merged, state=state)
    assert only(changes)["cleared"] == ["phone"] if clears else is_unchanged(changes)
    doubted = plan(merged, state=state, doubts={"db2": SHRANK})
    assert held(doubted) == ["incomplete_source"] if clears else is_unchanged(doubted)
    elsewhere = plan(merged, state=state, doubts={"db2": SourceDoubts(fields=("mrr",))})
    assert held(elsewhere) == ["source_in_doubt"] if clears else is_unchanged(elsewhere)


def test_a_rejected_record_is_no_absence() -> None:
    state = [{**KNOWN, "db2_records": 1, "db2_file_rank": 0, "phone:source": "db2"}]
    merged = [{**KNOWN, "phone": None, "phone:from": None, "db2_records": 0, "db2_file_rank": 0}]
    assert is_unchanged(plan(merged, state=state))


def test_a_last_name_that_we_wrote_goes_with_a_name_of_one_word_and_no_other_does() -> None:
    two, one = {"email": ANNA, "name": "Ana García"}, {"email": ANNA, "name": "Ana"}
    assert only(plan([one], state=[two]))["shortened"] == ["name"]
    assert only(plan([one], state=[two], mode="fill"))["shortened"] == []
    assert only(plan([one], state=[{**two, "written": False}]))["shortened"] == []
    assert only(plan([{**one, "phone": "1"}], state=[one]))["shortened"] == []
    assert held(plan([{**one, "name:from": "db1?"}], state=[two])) == ["unreadable_value"]
    gone = {"email": ANNA}
    assert only(plan([gone], state=[two])).items() >= {"cleared": ["name"], "shortened": ["name"]}.items()
    assert only(plan([gone], state=[one])).items() >= {"cleared": ["name"], "shortened": []}.items()


@pytest.mark.parametrize(("country", "said", "region"), [
    ("ES", "db1", "ES"),
    ("IT", "db2?", "FR"),
    (None, "unreadable", "FR"),
    (None, None, "FR"),
    (None, "empty", None),
])  # fmt: skip
def test_a_phone_is_formed_with_the_country_that_hubspot_will_hold(
    country: str | None, said: str | None, region: str | None
) -> None:
    merged = {**KNOWN, "name": "Ann", "country": country, "country:from": said}
    assert only(plan([merged], state=[{**KNOWN, "country": "FR"}]))["phone:region"] == region


def test_a_country_that_only_hubspot_has_is_taken_for_one_if_it_is_one_of_ours() -> None:
    merged = {**KNOWN, "country": "IT", "country:from": "db2?"}
    portal = {"email": ANNA, "country_old": "ES"}
    assert only(plan([merged], portal=[portal]))["phone:region"] == "ES"
    assert only(plan([merged], portal=[{**portal, "country_old": "Spain"}]))["phone:region"] is None
    assert only(plan([merged]))["phone:region"] == "IT"


def test_a_country_that_is_cleared_forms_no_phone() -> None:
    state = [{**KNOWN, "country": "FR", "country:source": "db2", **OF_DB2}]
    row = only(plan([{**KNOWN, "country:from": None}], state=state))
    assert (row["cleared"], row["phone:region"]) == (["country"], None)


DOUBTED = [{"email": ANNA, "sent": ["phone"]}]
LIVE = {"email": ANNA, "name_old": "Anna", "name_same": True}


def test_a_contact_in_doubt_is_compared_with_what_hubspot_holds() -> None:
    changed = [{**LIVE, "phone_old": "+349", "phone_same": False}]
    row = only(plan([KNOWN], state=[KNOWN], portal=changed, in_doubt=DOUBTED))
    assert (row["known_from"], row["hubspot_id"]) == ("portal", "201")
    assert row["changes"] == [{"field": "phone", "old": "+349", "new": "1"}]
    same = plan(
        [KNOWN],
        state=[{**KNOWN, "phone": "9"}],
        portal=[{**LIVE, "phone_old": "+341", "phone_same": True}],
        in_doubt=DOUBTED,
    )
    assert (same.planned.height, same.unchanged.select("email", "phone").rows()) == (0, [(ANNA, "1")])
    assert only(plan([KNOWN], state=[KNOWN], in_doubt=DOUBTED))["action"] == "create"


def test_doubt_clears_what_was_sent_and_nothing_else() -> None:
    merged = {**KNOWN, "phone": None}
    live = [{**LIVE, "phone_old": "+349", "mrr_old": "7"}]
    assert only(plan([merged], portal=live, in_doubt=DOUBTED))["cleared"] == ["phone"]
    other = plan([merged], portal=live, in_doubt=[{"email": ANNA, "sent": ["name"]}])
    assert (other.planned.height, other.unchanged.height) == (0, 1)
    assert plan([merged], portal=[LIVE], in_doubt=DOUBTED).planned.is_empty()
    assert plan([merged], portal=live, in_doubt=DOUBTED, mode="fill").planned.is_empty()
    not_given = plan([{**merged, "phone:from": None}], portal=live, in_doubt=DOUBTED)
    assert (not_given.planned.height, not_given.unchanged.height) == (0, 1)
    assert held(plan([{**merged, "phone:from": "unreadable"}], portal=live, in_doubt=DOUBTED)) == ["unreadable_value"]


def test_what_hubspot_is_seen_to_have_lost_is_named_for_the_log() -> None:
    changes = plan([{**KNOWN, "phone": None}], state=[KNOWN], portal=[LIVE], in_doubt=[{"email": ANNA}])
    assert changes.unchanged.select("cleared", "phone").rows() == [(["phone"], None)]


def test_a_last_name_that_may_have_been_written_goes_though_the_first_is_as_it_should_be() -> None:
    one, two = {"email": ANNA, "name": "Ana"}, {"email": ANNA, "name": "Ana García"}
    live = {"email": ANNA, "name_old": "Ana García", "name_same": True}
    row = only(plan([one], state=[two], portal=[live], in_doubt=[{"email": ANNA, "sent": ["name"]}]))
    assert (row["shortened"], row["changes"]) == (["name"], [{"field": "name", "old": "Ana García", "new": "Ana"}])
    bare = {**live, "name_old": "Ana"}
    assert plan([one], state=[two], portal=[bare], in_doubt=[{"email": ANNA, "sent": ["name"]}]).unchanged.height == 1


def test_a_last_name_that_nobody_knows_to_be_ours_stays_when_the_first_is_cleared() -> None:
    seen = {"email": ANNA, "name": "Ana García", "written": False}
    live = {"email": ANNA, "name_old": "Ana García"}
    row = only(plan([{"email": ANNA}], state=[seen], portal=[live], in_doubt=[{"email": ANNA, "sent": ["name"]}]))
    assert (row["cleared"], row["shortened"]) == (["name"], [])


def test_a_contact_waits_for_what_only_hubspot_has_and_not_for_what_is_ours() -> None:
    merged, live = {**KNOWN, "name": "Ann", "phone": None}, {**LIVE, "name_same": False, "phone_old": "+349"}
    told: dict[str, Any] = {"portal": [live], "clear_unknown": True, "doubts": {"db1": PHONES_IN_DOUBT}}
    assert held(plan([merged], in_doubt=[{"email": ANNA}], **told)) == ["source_in_doubt"]
    row = only(plan([merged], in_doubt=DOUBTED, **told))
    assert (row["name"], row["cleared"]) == ("Ann", [])

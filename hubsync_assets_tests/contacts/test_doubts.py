"""What is kept in HubSpot because a source is in doubt, because a value cannot be read, or because nobody knows what HubSpot took."""

from typing import Any

import pytest

from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets_tests.contacts.tables import SHRANK, plan

ANNA = "anna@example.com"
KNOWN: dict[str, Any] = {"email": ANNA, "name": "Anna", "phone": "1"}
OF_DB2 = {"db2_records": 1, "db2_file_rank": 0}
PHONES_IN_DOUBT = SourceDoubts(fields=("phone",))


def test_what_a_source_that_shrank_adds_and_changes_is_written() -> None:
    doubts = {"db1": SHRANK}
    assert plan([KNOWN], doubts=doubts).changes.creates == 1
    assert plan([{**KNOWN, "phone": "2"}], state=[KNOWN], doubts=doubts).sends["phone"] == ("1", "2", "overwrite")
    assert plan([{**KNOWN, "phone": None}], state=[KNOWN], doubts=doubts).row["cleared"] == ["phone"]


def test_what_the_absence_of_a_record_in_doubt_would_change_is_held_back_and_the_rest_is_written() -> None:
    state = [{**KNOWN, "db1_records": 2}]
    assert plan([{**KNOWN, "phone": "2"}], state=state, doubts={"db1": SHRANK}).outcome == "incomplete_source"
    assert plan([{**KNOWN, "phone": None}], state=state, doubts={"db1": SHRANK}).outcome == "incomplete_source"
    assert plan([{**KNOWN, "phone": "2"}], state=state).outcome == "planned"
    state = [{**KNOWN, **OF_DB2, "mrr": 5.0, "mrr:source": "db2"}]
    row = plan([{**KNOWN, "phone": "2", "mrr": 4.0}], state=state, doubts={"db2": SHRANK})
    assert row.sends == {"phone": ("1", "2", "overwrite")}


@pytest.mark.parametrize("gave", ["db1", "db2", None])
def test_a_greatest_value_may_become_greater_but_not_less_while_any_source_lacks_a_record(gave: str | None) -> None:
    state = [{**KNOWN, **OF_DB2, "mrr": 5.0, "mrr:source": gave}]
    doubts = {"db1": SHRANK, "db2": SHRANK}
    greater = {**KNOWN, **OF_DB2, "db1_records": 0, "db1_file_rank": None, "mrr": 6.0, "mrr:from": "db2"}
    assert plan([greater], state=state, doubts=doubts).sends == {"mrr": ("5", "6", "overwrite")}
    for less in ({"mrr": 4.0}, {"mrr": None, "mrr:from": "empty"}):
        assert plan([{**greater, **less}], state=state, doubts=doubts).outcome == "incomplete_source"


def test_a_source_of_which_the_contact_had_nothing_holds_nothing_back() -> None:
    assert plan([{**KNOWN, "phone": None}], state=[KNOWN], doubts={"db2": SHRANK}).outcome == "planned"


@pytest.mark.parametrize(("rank", "broken", "is_held"), [(1, 0, True), (0, 0, False), (1, 1, False), (2, 1, True)])
def test_an_older_files_record_is_held_back_where_the_newer_file_broke_off(
    rank: int, broken: int, is_held: bool
) -> None:
    planned = plan(
        [{"email": ANNA, "name": "Older", "db1_file_rank": rank}],
        state=[{"email": ANNA, "name": "Newer", "db1_file_rank": 2}],
        doubts={"db1": SourceDoubts(absence=True, newest_broken=broken)},
    )
    assert planned.outcome == ("incomplete_source" if is_held else "planned")


def test_an_older_files_record_is_held_back_where_the_newer_file_lost_the_contact() -> None:
    older = [{"email": ANNA, "name": "Older", "db1_file_rank": 1}]
    state = [{"email": ANNA, "name": "Newer", "db1_file_rank": 0}]
    assert plan(older, state=state, doubts={"db1": SHRANK}).outcome == "incomplete_source"
    assert plan(older, state=state).outcome == "planned"


def test_a_field_in_doubt_keeps_what_it_has_and_the_others_change() -> None:
    doubts = {"db1": PHONES_IN_DOUBT}
    assert plan([{**KNOWN, "phone": "2"}], state=[KNOWN], doubts=doubts).outcome == "source_in_doubt"
    assert plan([{**KNOWN, "phone": None}], state=[KNOWN], doubts=doubts).outcome == "source_in_doubt"
    assert plan([KNOWN], state=[KNOWN], doubts=doubts).outcome == "known"
    assert set(plan([{"email": ANNA, "name": "Ann"}], state=[KNOWN], doubts=doubts).sends) == {"firstname"}


def test_a_source_that_ranks_behind_the_winner_could_not_have_decided_but_for_the_greatest() -> None:
    state = [{**KNOWN, **OF_DB2, "mrr": 5.0}]
    doubts = {"db2": SourceDoubts(fields=("phone", "mrr"))}
    planned = plan([{**KNOWN, **OF_DB2, "phone": "2", "mrr": 6.0}], state=state, doubts=doubts)
    assert planned.sends == {"phone": ("1", "2", "overwrite")}


def test_an_unreadable_value_keeps_the_old_one_and_is_counted_but_only_where_there_is_one() -> None:
    unreadable = {**KNOWN, "phone": None, "phone:from": "unreadable"}
    assert plan([unreadable], state=[KNOWN]).outcome == "unreadable_value"
    assert plan([unreadable], state=[{**KNOWN, "phone": None}]).outcome == "known"
    assert plan([unreadable], state=[KNOWN], mode="never_clear").outcome == "known"


def test_the_first_reason_counts() -> None:
    merged = {"email": ANNA, "name": "Ann", "name:from": "db1?", "phone": "2", "mrr": 1.0}
    state = [{**KNOWN, "db1_records": 2, "mrr": 2.0}]
    both = {"db1": SourceDoubts(absence=True, fields=("mrr",))}
    assert plan([merged], state=state, doubts=both).outcome == "incomplete_source"
    same_phone = {**merged, "phone": "1"}
    content = {"db1": SourceDoubts(fields=("mrr",))}
    assert plan([same_phone], state=state, doubts=content).outcome == "source_in_doubt"


def test_an_uncertain_value_fills_what_hubspot_lacks_and_nothing_else() -> None:
    uncertain = {**KNOWN, "phone": "2", "phone:from": "db2?"}
    assert plan([uncertain]).sends["phone"] == (None, "2", "create")
    assert plan([uncertain], hubspot=[{"email": ANNA, "firstname": "Anna"}]).sends == {"phone": (None, "2", "fill")}
    taken = [{"email": ANNA, "firstname": "Anna", "phone": "9"}]
    assert plan([uncertain], hubspot=taken).outcome == "unreadable_value"
    no_phone = [{**KNOWN, "phone": None}]
    filled = plan([uncertain], state=no_phone)
    assert filled.sends == {"phone": (None, "2", "fill")}
    assert (filled.row["known_from"], filled.row["hubspot_id"]) == ("log", "101")
    assert plan([uncertain], state=no_phone, hubspot=taken).outcome == "unreadable_value"
    assert plan([uncertain], state=no_phone, hubspot=[{**taken[0], "phone": "2"}]).outcome == "unchanged"
    # What we wrote and people have emptied since, too.
    assert plan([uncertain], state=[KNOWN], hubspot=[{"email": ANNA, "phone": ""}]).sends == {
        "phone": (None, "2", "fill")
    }


def test_a_field_that_is_not_given_any_more_stays() -> None:
    assert plan([{**KNOWN, "phone": None, "phone:from": None}], state=[KNOWN]).outcome == "known"


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
    cleared = plan(merged, state=state)
    assert cleared.sends == {"phone": ("1", None, "clear")} if clears else cleared.outcome == "known"
    doubted = plan(merged, state=state, doubts={"db2": SHRANK})
    assert doubted.outcome == ("incomplete_source" if clears else "known")
    elsewhere = plan(merged, state=state, doubts={"db2": SourceDoubts(fields=("mrr",))})
    assert elsewhere.outcome == ("source_in_doubt" if clears else "known")


def test_a_rejected_record_is_no_absence() -> None:
    state = [{**KNOWN, "db2_records": 1, "db2_file_rank": 0, "phone:source": "db2"}]
    merged = [{**KNOWN, "phone": None, "phone:from": None, "db2_records": 0, "db2_file_rank": 0}]
    assert plan(merged, state=state).outcome == "known"


@pytest.mark.parametrize(("country", "said", "sent"), [
    ("ES", "db1", "+34612345678"),
    ("IT", "db2?", "+33612345678"),
    (None, "unreadable", "+33612345678"),
    (None, None, "+33612345678"),
    (None, "empty", "612345678"),
])  # fmt: skip
def test_a_phone_is_formed_with_the_country_that_hubspot_will_hold(
    country: str | None, said: str | None, sent: str
) -> None:
    merged = {**KNOWN, "phone": "612345678", "country": country, "country:from": said}
    planned = plan([merged], state=[{**KNOWN, "country": "FR"}])
    assert planned.sends["phone"] == ("1", sent, "overwrite")


@pytest.mark.parametrize(("holds", "sent"), [
    ("Spain", "+34612345678"), ("FR", "+33612345678"), ("Atlantis", "612345678"), (None, "612345678"),
])  # fmt: skip
def test_a_country_that_only_hubspot_has_forms_a_phone_where_it_stays(holds: str | None, sent: str) -> None:
    merged = {**KNOWN, "phone": "612345678", "country:from": None}
    hubspot = [{"email": ANNA, "firstname": "Anna", "country": holds}]
    assert plan([merged], hubspot=hubspot).sends == {"phone": (None, sent, "fill")}


def test_a_country_that_was_not_sent_before_makes_no_other_number_of_a_phone() -> None:
    state = {**KNOWN, "phone": "612345678"}
    planned = plan([{**state, "country": "ES"}], state=[state])
    assert planned.sends == {"country": (None, "Spain", "fill")}


DOUBTED = [{"email": ANNA, "sent": ["phone"]}]


def test_a_contact_in_doubt_is_looked_at_whatever_the_state_says() -> None:
    assert plan([KNOWN], state=[KNOWN], in_doubt=DOUBTED).outcome == "unchanged"
    changed = plan([KNOWN], state=[KNOWN], hubspot=[{"email": ANNA, "phone": "9"}], in_doubt=DOUBTED)
    assert changed.sends == {"phone": ("9", "1", "overwrite_theirs")}
    assert changed.row["known_from"] == "portal"


def test_a_contact_in_doubt_that_hubspot_does_not_have_is_created_or_gone() -> None:
    assert plan([KNOWN], in_doubt=DOUBTED).row["action"] == "create"
    assert plan([KNOWN], state=[KNOWN], gone=[ANNA], in_doubt=DOUBTED).outcome == "gone_in_hubspot"


def test_what_hubspot_is_seen_to_have_lost_is_named_for_the_log() -> None:
    planned = plan([{**KNOWN, "phone": None}], state=[KNOWN], hubspot=[{"email": ANNA, "phone": ""}])
    assert (planned.outcome, planned.noted["cleared"], planned.noted["phone"]) == ("unchanged", ["phone"], None)


def test_a_contact_waits_for_what_only_hubspot_has_and_not_for_what_is_ours() -> None:
    merged = {**KNOWN, "name": "Ann", "phone": None}
    told: dict[str, Any] = {"clear_unknown": True, "doubts": {"db1": PHONES_IN_DOUBT}}
    hubspot = [{"email": ANNA, "firstname": "Anna", "phone": "9"}]
    assert plan([merged], hubspot=hubspot, **told).outcome == "source_in_doubt"
    # The log knows of this contact already: what is certain of it is written.
    assert set(plan([merged], state=[KNOWN], **told).sends) == {"firstname"}

"""A name in two properties: when the last name goes, and when it stays."""

from hubsync_assets_tests.contacts.tables import model_with, plan

ANNA = "anna@example.com"
TWO, ONE = {"email": ANNA, "name": "Ana García"}, {"email": ANNA, "name": "Ana"}
LAST_NAME_GOES = {"lastname": ("García", None, "clear")}


def test_a_last_name_that_we_wrote_goes_with_a_name_of_one_word() -> None:
    assert plan([ONE], state=[TWO]).sends == LAST_NAME_GOES
    assert plan([{"email": ANNA}], state=[TWO]).sends == {"firstname": ("Ana", None, "clear"), **LAST_NAME_GOES}
    assert plan([{"email": ANNA}], state=[ONE]).sends == {"firstname": ("Ana", None, "clear")}


def test_a_last_name_stays_where_nothing_is_cleared_or_it_is_somebody_elses() -> None:
    assert plan([ONE], state=[{**TWO, "name:ours": False}]).outcome == "unchanged"
    assert plan([ONE], state=[TWO], hubspot=[{"email": ANNA, "lastname": "Gómez"}]).outcome == "unchanged"
    entered = [{"email": ANNA, "lastname": "Entered"}]
    assert plan([{"email": ANNA, "name": "Eva"}], state=[ONE], hubspot=entered).sends == {
        "firstname": ("Ana", "Eva", "overwrite_theirs")
    }
    # What is ours is not what HubSpot has in both: somebody has added to it.
    gone = plan([{"email": ANNA}], state=[ONE], hubspot=entered)
    assert (gone.outcome, gone.settled["name"]["decision"]) == ("unchanged", "theirs")


def test_a_last_name_that_may_go_is_remembered_until_that_is_certain_and_allowed() -> None:
    uncertain = plan([{**ONE, "name:from": "db1?"}], state=[TWO])
    assert (uncertain.outcome, uncertain.changes.noted.height) == ("unreadable_value", 0)
    kept = plan([ONE], state=[TWO], mode="never_clear")
    assert (kept.outcome, kept.settled["name"]["decision"], kept.noted["name"]) == ("unchanged", "never_clear", None)


def test_a_last_name_stays_where_nobody_says_that_the_name_is_empty() -> None:
    state = [{**TWO, "phone": "1"}]
    for said in (None, "unreadable"):
        merged = {"email": ANNA, "name:from": said, "phone": "2"}
        assert plan([merged], state=state).sends == {"phone": ("1", "2", "overwrite")}


def test_half_a_name_is_not_taken_away_from_what_somebody_else_wrote() -> None:
    edited = [{"email": ANNA, "firstname": "Eva"}]
    assert plan([{"email": ANNA, "phone": "2"}], state=[TWO], hubspot=edited).sends == {"phone": (None, "2", "fill")}
    assert plan([ONE], state=[TWO], hubspot=edited).sends == {
        "firstname": ("Eva", "Ana", "overwrite_theirs"),
        **LAST_NAME_GOES,
    }
    theirs = model_with(("name", "overwrite/theirs"))
    settled = [{"email": ANNA, "field": "name", "value": "Ana"}]
    kept = plan([{**ONE, "phone": "2"}], state=[TWO], hubspot=edited, settled=settled, model=theirs)
    assert kept.sends == {"phone": (None, "2", "fill")}


def test_a_name_of_ours_that_somebody_has_split_anew_is_ours_in_both_parts() -> None:
    state = [{"email": ANNA, "name": "Ana de la Cruz"}]
    split = [{"email": ANNA, "firstname": "Ana de la", "lastname": "Cruz"}]
    last_name = {"lastname": ("Cruz", None, "clear")}
    assert plan([{"email": ANNA}], state=state, hubspot=split).sends == {
        "firstname": ("Ana de la", None, "clear"),
        **last_name,
    }
    assert plan([ONE], state=state, hubspot=split).sends == {
        "firstname": ("Ana de la", "Ana", "overwrite"),
        **last_name,
    }

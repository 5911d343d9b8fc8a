"""Sources come, go, get other names or another where after their sync has run."""

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets_tests.declared.used_storage import Declared, Used, calls_for, email_of


def test_a_new_source_gives_what_nobody_gave(used: Used) -> None:
    used.declared["sources"]["events"] = {"read": "events", "constants": {}}
    used.rows["events"] = {
        **{number: {"company": "Met there", "plan": "guest"} for number in range(10)},
        300: {"company": "New", "plan": ""},
    }
    used.put()
    cost = used.costs()
    assert email_of(300) in cost.emails
    assert cost.writes == calls_for(1, cost.inputs - 1)


def test_a_source_is_dropped_only_when_a_person_confirms_it(used: Used) -> None:
    del used.declared["sources"]["billing"]
    with pytest.raises(PermanentError, match=r"confirm: \[drop billing\]"):
        used.run()
    with pytest.raises(PermanentError, match=r"confirm: \[drop billing\]"):
        used.run(confirm=["drop crm"])
    cost = used.costs(confirm=["drop billing"])
    # Its seats and plans are cleared, but for contacts that nobody has any more: those are left as they are.
    assert not any(used.portal.held[email_of(number)].get("plan") for number in range(230))
    assert any(used.portal.held[email_of(number)].get("plan") for number in range(230, 250))
    assert cost.writes == calls_for(cost.inputs)


def renamed(declared: Declared) -> None:
    """What was billing is money."""
    declared["sources"] = {"crm": declared["sources"]["crm"], "money": {"read": "money", "was": "billing"}}


def test_a_renamed_source_keeps_its_memory(used: Used) -> None:
    used.change(renamed)
    used.rows["money"] = used.rows.pop("billing")
    used.portal.givers = {key: "money" if giver == "billing" else giver for key, giver in used.portal.givers.items()}
    used.put()
    assert used.costs().writes == 0
    del used.declared["sources"]["money"]["was"]
    assert used.costs().writes == 0
    # The state is made anew of the log, where the source has its old name.
    used.declared["fields"]["nick"] = {"kind": "text", "property": "nickname"}
    assert used.costs().writes == 2
    # And what only it gave goes with its records.
    for number in (60, 61):
        del used.rows["money"][number]
    used.put()
    assert used.costs().emails == {email_of(60), email_of(61)}


def test_another_where_waits_for_a_person(used: Used) -> None:
    used.declared["sources"]["billing"]["where"] = "plan <> 'free'"
    with pytest.raises(PermanentError, match=r"confirm: \[where billing\]"):
        used.run()
    free = [number for number, row in used.rows["billing"].items() if row["plan"] == "free"]
    kept = {number: row for number, row in used.rows["billing"].items() if row["plan"] != "free"}
    rows, used.rows["billing"] = used.rows["billing"], kept
    cost = used.costs(confirm=["where billing"])
    assert cost.emails == {email_of(number) for number in free if number in used.rows["crm"]}
    # And so does taking it back.
    used.rows["billing"] = rows
    del used.declared["sources"]["billing"]["where"]
    with pytest.raises(PermanentError, match=r"confirm: \[where billing\]"):
        used.run()
    assert used.costs(confirm=["where billing"]).inputs > 0

"""The table of ``docs/trust.md`` is true, row by row."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from hubsync_assets.contacts.rules import Mode
from hubsync_assets.kinds.policies import Rule, Write
from hubsync_assets.model.actions import SETTLED
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets_tests.contacts.tables import SHRANK, Plan, model_with, plan
from hubsync_assets_tests.shipped import CONTACT_FIELDS, SOURCES

PAGE = Path(__file__).parents[2] / "docs" / "trust.md"
HEADER = ["rule", "write", "db1 says", "db2 says", "mode", "HubSpot has", "HubSpot gets"]

ANNA = "anna@example.com"
FIELD = {"first": "company_name", "max": "mrr"}
PROPERTY = {"company_name": "company", "mrr": "mrr"}
VALUES: dict[str, dict[str, Any]] = {
    "company_name": {"A": "A", "B": "B", "old": "old"},
    "mrr": {"A": 1.0, "B": 2.0, "old": 0.5, "greater": 3.0},
}
OWN = {"company_name": "own", "mrr": "99"}
SAYS = {"A", "B", "empty", "unreadable", "not given", "gone", "lost", "no record"}
EDITED = "theirs"

Row = Mapping[str, str]


def rows() -> list[dict[str, str]]:
    """The table, a row by its column's heads."""
    table = PAGE.read_text(encoding="utf-8").partition("\n| rule |")[2]
    lines = [line for line in f"| rule |{table}".splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == HEADER
    return [dict(zip(HEADER, row, strict=True)) for row in cells[2:]]


def merged_by(rule: str, says: Mapping[str, str], values: Mapping[str, Any]) -> tuple[Any, str | None]:
    """What merging makes of one record a source: the value, and what it says of it."""
    answers = {source: said for source, said in says.items() if said in {"A", "B", "empty", "unreadable"}}
    present = [source for source, said in answers.items() if said in values]
    if not present:
        return None, "unreadable" if "unreadable" in answers.values() else "empty" if answers else None
    winner = present[0] if rule == "first" else max(present, key=lambda source: values[answers[source]])
    heard = list(answers)[: list(answers).index(winner)] if rule == "first" else list(answers)
    mark = "?" if any(answers[source] == "unreadable" for source in heard) else ""
    return values[answers[winner]], f"{winner}{mark}"


def numbers(says: Mapping[str, str], there: set[str]) -> dict[str, int | None]:
    """Records and ranks: of a source that says one of ``there`` there is a record."""
    has = {source: said not in there for source, said in says.items()}
    return {
        **{f"{source}_records": int(is_there) for source, is_there in has.items()},
        **{f"{source}_file_rank": 0 if is_there else None for source, is_there in has.items()},
    }


def known_by(row: Row, says: Mapping[str, str]) -> dict[str, Any]:
    """State, HubSpot and what is settled, by the words under *HubSpot has*."""
    name = FIELD[row["rule"]]
    has, _, settled = row["HubSpot has"].partition(", settled ")
    own, nothing = {"email": ANNA, PROPERTY[name]: OWN[name]}, {"email": ANNA, PROPERTY[name]: ""}
    state: dict[str, Any] = {"email": ANNA, **numbers(says, {"no record"})}
    wrote = {**state, name: VALUES[name]["old"], f"{name}:source": "db1"}
    known: dict[str, Any]
    if has == "nobody":
        known = {}
    elif has == "own":
        known = {"state": [state] if settled else [], "hubspot": [own]}
    elif has == "nothing":
        known = {"state": [state], "hubspot": [nothing]}
    elif has in {"edited", "emptied"}:
        known = {"state": [wrote], "hubspot": [own if has == "edited" else nothing]}
    elif has == "maybe old":
        known = {"state": [wrote], "in_doubt": [{"email": ANNA, "sent": [name]}]}
    elif has == "seen A":
        known = {"state": [{**state, name: VALUES[name]["A"], f"{name}:ours": False}]}
    else:
        old, _, owner = has.partition(" of ")
        known = {"state": [{**state, name: VALUES[name][old], f"{name}:source": owner}]}
    if settled:
        value = None if settled == "empty" else str(VALUES[name][settled])
        known["settled"] = [{"email": ANNA, "field": name, "value": value, "decision": "theirs"}]
    return known


def planned(row: Row, *, with_other_change: bool) -> Plan:
    """The plan for one contact, of which the row's field is all that there is, or has a phone that changes too."""
    name = FIELD[row["rule"]]
    cells = {source: row[f"{source} says"].split(", in doubt") for source in SOURCES}
    says = {source: said[0] for source, said in cells.items()}
    assert set(says.values()) <= SAYS
    value, said = merged_by(row["rule"], says, VALUES[name])
    phone = {"phone": "2", "phone:from": "db1"} if with_other_change else {"phone": None, "phone:from": None}
    merged = {"email": ANNA, name: value, f"{name}:from": said, **phone, **numbers(says, {"no record", "gone", "lost"})}
    merged = {**{f"{field.name}:from": None for field in CONTACT_FIELDS}, **merged}
    doubts = {source: SourceDoubts(fields=(name,)) for source, said in cells.items() if len(said) > 1}
    doubts |= {source: SHRANK for source, said in says.items() if said == "lost"}
    mode = {"clear_unknown": True} if row["mode"] == "clear_unknown" else {"mode": row["mode"]}
    write = f"overwrite/{EDITED}" if row["write"] == EDITED else row["write"]
    return plan([merged], doubts=doubts, model=model_with((name, write)), **known_by(row, says), **mode)


def outcome(done: Plan, row: Row) -> str:
    """In the table's words."""
    name = FIELD[row["rule"]]
    for contact in done.rows.iter_rows(named=True):
        if name in contact["cleared"]:
            return "cleared"
        if name in contact["sent"]:
            return {value: word for word, value in VALUES[name].items()}[contact[name]]
    reasons = [f"held back: {reason}" for reason, count in done.held_back.items() if count]
    assert len(reasons) + done.unchanged + done.rows.height == 1
    settled = [f"settled: {entry['decision']}" for entry in done.settled.values()]
    return (reasons or settled or ["kept"])[0]


def test_the_table_has_every_rule_policy_answer_mode_and_end() -> None:
    said = {row[f"{source} says"].removesuffix(", in doubt") for row in rows() for source in SOURCES}
    assert said == SAYS
    assert {row["rule"] for row in rows()} == set(FIELD)
    assert {row["mode"] for row in rows()} == {*get_args(Mode), "clear_unknown"}
    assert {row["write"] for row in rows()} == {*get_args(Write.model_fields["how"].annotation), EDITED}
    # What the portal does not take is no matter of trust.
    ends = {row["HubSpot gets"] for row in rows()}
    assert {f"settled: {word}" for word in SETTLED if word != "refused"} == {end for end in ends if "settled" in end}
    rules = {field.name: field.rule for field in CONTACT_FIELDS}
    assert {rule: rules[name] for rule, name in FIELD.items()} == {"first": Rule.FIRST, "max": Rule.MAX}
    assert len({tuple(row.values())[:-1] for row in rows()}) == len(rows()), "a case stands twice"


@pytest.mark.parametrize("row", rows(), ids=lambda row: " | ".join(row.values()))
def test_what_the_table_says_happens(row: Row) -> None:
    assert outcome(planned(row, with_other_change=False), row) == row["HubSpot gets"]


@pytest.mark.parametrize("row", rows(), ids=lambda row: " | ".join(row.values()))
def test_what_is_kept_or_held_back_is_not_sent_with_what_else_changes(row: Row) -> None:
    done = planned(row, with_other_change=True)
    sent = "kept" if row["HubSpot gets"].startswith("held back") else row["HubSpot gets"]
    assert done.sends["phone"][1] == "2"
    assert outcome(done, row) == sent

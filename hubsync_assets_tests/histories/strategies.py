"""Random histories: what happens to each source between the runs, and how each run ends.

Put here: hypothesis strategies and the changes that they draw. Keep out: what comes of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from hypothesis import strategies as st

from hubsync_assets_tests.histories.kills import Ending
from hubsync_assets_tests.histories.world import (
    BAD,
    EMAILS,
    EMPTY,
    FIELDS,
    VALUES,
    Cell,
    Damage,
    Delta,
    Truth,
)

__all__ = ["Change", "History", "Step", "changed", "histories"]

MOST_DELTAS = 2


@dataclass(frozen=True)
class Change:
    """One thing that happens to a source: to cells of a contact or of everybody, a contact, a column, deltas, format; or it goes back."""

    what: Literal["cell", "everybody", "gone", "column", "delta", "merged", "form", "back"]
    email: str = ""
    column: str = ""
    cells: Mapping[str, Cell] = field(default_factory=dict)
    steps: int = 1


@dataclass(frozen=True)
class Step:
    """What happens before a run, and how the run ends.

    Attributes:
        changes: to each source.
        damage: what is wrong with each source's export.
        ending: where the run is killed or stopped; None: it comes to its end.
        lost: how many write calls lose their answer, after they took effect; -1: all, and nothing can be read back either.
        accept: whether a person takes what is doubted, in a run of its own after this one.
        distrust: whether the run trusts neither log nor tables.
    """

    changes: Mapping[str, tuple[Change, ...]]
    damage: Mapping[str, Damage]
    ending: Ending | None
    lost: int
    accept: bool
    distrust: bool


@dataclass(frozen=True)
class History:
    """What the sources hold at first, what HubSpot holds before, and the steps."""

    first: Mapping[str, Truth]
    seeded: Mapping[str, Mapping[str, str]]
    steps: tuple[Step, ...]


def changed(past: list[Truth], changes: tuple[Change, ...]) -> Truth:
    """What a source holds after some changes to the last of its past."""
    truth = past[-1]
    for change in changes:
        truth = past[max(-1 - change.steps, -len(past))] if change.what == "back" else _changed(truth, change)
    return truth


def _changed(truth: Truth, change: Change) -> Truth:
    people = dict(truth.people)
    match change.what:
        case "cell":
            people[change.email] = {**people.get(change.email, {}), **change.cells}
        case "everybody":
            people = {email: {**cells, **change.cells} for email, cells in people.items()}
        case "gone":
            people.pop(change.email, None)
            deltas = (
                Delta(it.fields, {who: row for who, row in it.rows.items() if who != change.email})
                for it in truth.deltas
            )
            return replace(truth, people=people, deltas=tuple(it for it in deltas if it.rows))
        case "column":
            kept = set(truth.columns) ^ {change.column}
            return replace(truth, columns=tuple(name for name in FIELDS if name in kept) or truth.columns)
        case "delta":
            fields = tuple(name for name in FIELDS if name in change.cells)
            delta = Delta(fields, {change.email: change.cells})
            return replace(truth, deltas=(*truth.deltas, delta)[-MOST_DELTAS:])
        case "merged":
            # The next full export has what the deltas said.
            for delta in truth.deltas:
                for who, cells in delta.rows.items():
                    said = {name: cell for name, cell in cells.items() if cell is not None}
                    people[who] = {**people.get(who, {}), **said}
            return replace(truth, people=people, deltas=())
        case "form":
            return replace(truth, form="json" if truth.form == "csv" else "csv")
        case _:
            raise AssertionError(change.what)
    return replace(truth, people=people)


def _cell(name: str) -> st.SearchStrategy[Cell]:
    values = st.sampled_from(VALUES[name])
    return st.one_of(values, values, values, st.sampled_from([EMPTY, BAD, None]))


def _cells(fields: list[str]) -> st.SearchStrategy[Mapping[str, Cell]]:
    return st.fixed_dictionaries({name: _cell(name) for name in fields})


_EMAIL = st.sampled_from(EMAILS)
_SOME_FIELDS = st.lists(st.sampled_from(FIELDS), min_size=1, max_size=2, unique=True)
_ROW = st.fixed_dictionaries({name: st.one_of(st.sampled_from(VALUES[name]), st.just(EMPTY)) for name in FIELDS})

_CELL = st.builds(Change, st.just("cell"), _EMAIL, cells=_SOME_FIELDS.flatmap(_cells))
_EVERYBODY = st.builds(Change, st.just("everybody"), cells=_SOME_FIELDS.flatmap(_cells))
_BACK = st.builds(Change, st.just("back"), steps=st.integers(1, 2))
_CHANGE = st.one_of(
    _CELL,
    _CELL,
    _EVERYBODY,
    _BACK,
    st.builds(Change, st.just("gone"), _EMAIL),
    st.builds(Change, st.just("delta"), _EMAIL, cells=_SOME_FIELDS.flatmap(_cells)),
    st.builds(Change, st.just("column"), column=st.sampled_from(FIELDS)),
    st.builds(Change, st.sampled_from(["merged", "form"])),
)

_NO_DAMAGE = st.just(Damage())
_SOME_DAMAGE = st.builds(
    Damage,
    whole=st.sampled_from(["", "", "", "nothing", "off"]),
    newest=st.one_of(st.just(""), st.sampled_from(["zero", "refused"]), st.integers(0, 5)),
    broken=st.lists(_EMAIL, max_size=2).map(tuple),
    bad_emails=st.lists(_EMAIL, max_size=1).map(tuple),
    nobody=st.integers(0, 2),
)
_DAMAGE = st.one_of(_NO_DAMAGE, _NO_DAMAGE, _SOME_DAMAGE)

_HOW = st.sampled_from(["before", "after", "after", "stop"])
_ENDING = st.one_of(
    st.none(),
    st.builds(Ending, st.just("write"), st.integers(1, 3), st.just("after")),
    st.builds(Ending, st.just("write"), st.integers(1, 3), _HOW),
    st.builds(Ending, st.just("log"), st.integers(1, 4), _HOW),
    st.builds(Ending, st.just("table"), st.integers(1, 9), _HOW),
    st.builds(Ending, st.just("any"), st.integers(1, 25), _HOW),
)

_CHANGES = st.one_of(
    st.lists(_CHANGE, max_size=4).map(tuple),
    # Often enough that it meets a run that was killed: everything as it was before.
    st.tuples(_BACK),
    st.tuples(_EVERYBODY, _CELL),
)

_STEP = st.builds(
    Step,
    changes=st.fixed_dictionaries({"db1": _CHANGES, "db2": _CHANGES}),
    damage=st.fixed_dictionaries({"db1": _DAMAGE, "db2": _DAMAGE}),
    ending=_ENDING,
    lost=st.sampled_from([0, 0, 0, 1, -1]),
    accept=st.sampled_from([False, False, False, True]),
    distrust=st.sampled_from([False] * 7 + [True]),
)

_PEOPLE = st.dictionaries(_EMAIL, _ROW, min_size=3)
_TRUTH = st.builds(Truth, people=_PEOPLE, form=st.sampled_from(["csv", "json"]))
_SEEDED = st.dictionaries(
    _EMAIL,
    st.sampled_from(
        [{"firstname": "Ana", "lastname": "Old"}, {"phone": "+34600000001"}, {"firstname": "Bea", "company": "Acme"}]
    ),
    max_size=2,
)

histories: st.SearchStrategy[History] = st.builds(
    History,
    first=st.fixed_dictionaries({"db1": _TRUTH, "db2": _TRUTH}),
    seeded=_SEEDED,
    steps=st.lists(_STEP, min_size=1, max_size=5).map(tuple),
)
"""Sources of seven people and four fields; one to five steps."""

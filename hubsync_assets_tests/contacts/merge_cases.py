"""Random records of a few contacts, and random files that they are in.

Put here: what records and files may be like. Keep out: what is to come of them (``oracle_merge``).
"""

from dataclasses import dataclass
from typing import Any

import polars as pl
from hypothesis import settings
from hypothesis import strategies as st

from hubsync_assets.contacts.answers import Gives
from hubsync_assets_tests.contacts.oracle_merge import Files
from hubsync_assets_tests.contacts.rows import records
from hubsync_assets_tests.shipped import CONTACT_FIELDS, SOURCES

FEW = settings(max_examples=100, deadline=None, derandomize=True)

# Few different values, so that records meet, agree and disagree often.
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["a", "b", "\u00e9"]),
    "phone": st.sampled_from(["1", "2"]),
    "country": st.sampled_from(["ES", "IT"]),
    "whole": st.sampled_from([0, 1, 9007199254740992, 9007199254740993]),
    "number": st.sampled_from([0.0, 0.5, 148.0, 1e-9, 1e21]),
}
EMAILS = st.sampled_from([f"{letter}@example.com" for letter in "abcd\u00e9"])
NAMES = [field.name for field in CONTACT_FIELDS]
RANKS = range(3)


@dataclass(frozen=True)
class Case:
    """Records, and what their files give."""

    rows: list[dict[str, Any]]
    files: Files

    @property
    def gives(self) -> Gives:
        fields: dict[str, dict[int, set[str]]] = {source: {} for source in SOURCES}
        for (source, rank), names in self.files.gives.items():
            fields[source][rank] = names
        silent = {source: [rank for of, rank in self.files.silent if of == source] for source in SOURCES}
        return Gives(fields, silent)

    @property
    def frame(self) -> pl.DataFrame:
        return records(*self.rows)

    def pieces(self, size: int) -> list[pl.DataFrame]:
        return [records(*self.rows[start : start + size]) for start in range(0, len(self.rows), size)]


@st.composite
def many_files(draw: st.DrawFn) -> Files:
    """Mostly as files are: all fields in all, or some columns that a source never has, or that single files lack."""
    all_files = [(source, rank) for source in SOURCES for rank in RANKS]
    some = st.sets(st.sampled_from(NAMES))
    how = draw(st.sampled_from(["all", "by source", "by file"]))
    gives: dict[tuple[str, int], set[str]] = {}
    if how == "by source":
        of_source = {source: draw(some) for source in SOURCES}
        gives = {(source, rank): of_source[source] for source, rank in all_files}
    elif how == "by file":
        gives = {file: draw(some) for file in draw(st.sets(st.sampled_from(all_files)))}
    silent = draw(st.just(set[tuple[str, int]]()) | st.sets(st.sampled_from(all_files), max_size=2))
    return Files(gives, silent)


@st.composite
def many_records(draw: st.DrawFn) -> Case:
    files = draw(many_files())
    most_rank = draw(st.integers(0, 2))
    odd = draw(st.booleans())
    fields = {field.name: st.none() | VALUES[field.kind] for field in CONTACT_FIELDS}
    row = st.fixed_dictionaries(
        {
            "email": EMAILS,
            "source": st.sampled_from(SOURCES),
            "file_rank": st.integers(0, most_rank),
            "unreadable": st.none() | st.lists(st.sampled_from(NAMES), unique=True, min_size=1) if odd else st.none(),
            "not_given": st.none() | st.lists(st.sampled_from(NAMES), unique=True, min_size=1) if odd else st.none(),
            "rejected": st.sampled_from([None, False, False, True]) if odd else st.sampled_from([None, False]),
            **fields,
        }
    )
    rows = draw(st.lists(row, max_size=25))
    positions = draw(st.permutations(range(1, len(rows) + 1)))
    return Case(
        [as_it_would_be({**row, "position": at}, files) for row, at in zip(rows, positions, strict=True)], files
    )


def as_it_would_be(row: dict[str, Any], files: Files) -> dict[str, Any]:
    """A file has no values of a field that it does not give, nor has a rejected record any."""
    given = NAMES if row["rejected"] is not True else []
    given = [name for name in given if name in files.gives.get((row["source"], row["file_rank"]), NAMES)]
    missing = {*(row["unreadable"] or []), *(row["not_given"] or [])}
    return {**row, **{name: None for name in NAMES if name not in given or name in missing}}

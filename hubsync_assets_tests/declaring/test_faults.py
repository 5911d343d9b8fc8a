"""Faulty declarations, and exactly what is said of each: the files of ``faulty/`` are the table."""

from pathlib import Path
from typing import NamedTuple

import pytest

from hubsync_assets.declaring.errors import DeclarationError
from hubsync_assets.declaring.loading import declared_in
from hubsync_assets.kinds.registry import KINDS


class Faulty(NamedTuple):
    name: str
    text: str
    lines: tuple[str, ...]


def table() -> list[Faulty]:
    found = []
    for path in sorted((Path(__file__).parent / "faulty").glob("*.txt")):
        for case in f"\n{path.read_text(encoding='utf-8')}".split("\n=== ")[1:]:
            name, _, rest = case.partition("\n")
            text, _, lines = rest.partition(">>>\n")
            expected = lines.strip().replace("{KINDS}", ", ".join(KINDS)).splitlines()
            found.append(Faulty(f"{path.stem}: {name}", text, tuple(expected)))
    return found


TABLE = table()


def lines_of(text: str) -> tuple[str, ...]:
    with pytest.raises(DeclarationError) as caught:
        declared_in(text, "hubsync.yaml")
    return caught.value.lines


@pytest.mark.parametrize("faulty", TABLE, ids=lambda faulty: faulty.name)
def test_every_fault_is_told_with_its_line_and_nothing_else_is(faulty: Faulty) -> None:
    assert lines_of(faulty.text) == faulty.lines


def test_the_table_is_read_as_a_whole() -> None:
    assert len(TABLE) >= 130
    assert all(faulty.lines for faulty in TABLE)


@pytest.mark.parametrize("faulty", TABLE, ids=lambda faulty: faulty.name)
def test_no_line_has_the_words_of_a_library_or_a_secret(faulty: Faulty) -> None:
    said = "\n".join(lines_of(faulty.text))
    assert not [
        word for word in ("Input", "pydantic", "hunter2", "ana:", "instance of", "Tuple", "://") if word in said
    ]


def test_a_tab_as_indentation_and_a_control_character_are_told_with_their_line() -> None:
    assert lines_of("sources:\n\tcrm: {read: x}\n") == (
        "hubsync.yaml:2: this is no YAML: a tab stands where blanks belong: indent with blanks",
    )
    assert lines_of('sources:\n  crm: {read: "\x07"}\n') == (
        "hubsync.yaml:2: a character stands here that no text has (a control character)",
    )


def test_an_alias_that_stands_for_a_million_others_is_refused_in_no_time() -> None:
    levels = [f"l{number}: &l{number} [{', '.join([f'*l{number - 1}'] * 10)}]" for number in range(1, 9)]
    assert lines_of("\n".join(["l0: &l0 [a]", *levels]))[0].endswith("there is too much in it")


def test_text_that_is_nested_a_thousand_times_is_refused() -> None:
    assert lines_of("a: " + "[" * 5_000) == ("hubsync.yaml:1: it is nested too deeply",)


def test_more_sources_than_there_are_codes_for_are_refused() -> None:
    sources = "\n".join(f"  s{number}: {{read: x}}" for number in range(61))
    assert lines_of(f"sources:\n{sources}\nfields: {{email: {{kind: email}}}}") == (
        "hubsync.yaml:1: sources: 61 sources; 60 are the most",
    )

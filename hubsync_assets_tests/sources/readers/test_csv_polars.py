"""CSV read at once and CSV read record by record give the same."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubsync_assets.sources.readers.csv_header import Header
from hubsync_assets.sources.readers.csv_polars import read_csv_block
from hubsync_assets.sources.readers.keys import KeyBook
from hubsync_assets_tests.sources.seen import COLUMNS, Seen, see_bytes

LIMIT = 1 << 20
HEADER = "email,name,id,E-Mail"
VALUES = st.one_of(
    st.sampled_from(["", "a", "ana@x.io", "José", '"quoted"', '""', " ", "12", "null", "#", "\ufeff"]),
    st.text(st.characters(codec="utf-8", exclude_characters=',"\r\n'), max_size=6),
)
ODD_VALUES = st.sampled_from(
    ['"a,b"', '"a\nb"', '"a""b"', '"', 'a"b', '","', '"x', 'x"', '" "', '"a" ', ' "a"', "a\rb", '""""', '"a"b', "\r"]
)


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    odd = draw(st.sampled_from([0, 0, 1, 2]))
    value = VALUES if not odd else st.one_of(*[VALUES] * (12 // odd**2), ODD_VALUES)
    usual = draw(st.sampled_from([4, 4, 4, 3, 2]))
    surplus = draw(st.sampled_from(["", "", "", ",", ',,""'])) if usual == 4 else ""
    width = st.just(usual) if odd < 2 else st.sampled_from([usual, usual, usual, 4, 3, 5, 1])
    line = width.flatmap(lambda count: st.lists(value, min_size=count, max_size=count)).map(",".join)
    line = line.map(lambda text: text + surplus)
    return draw(st.lists(line if not odd else st.one_of(*[line] * 8, st.sampled_from(["", " "])), max_size=12))


def see(text: str, block_bytes: int) -> Seen:
    with TemporaryDirectory() as folder:
        return see_bytes(Path(folder), text.encode(), "a.csv", block_bytes=block_bytes)


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(lines(), st.sampled_from(["\n", "\r\n"]), st.integers(20, 200), st.integers(0, 3))
def test_csv_reads_alike_whatever_the_block_size(made: list[str], end: str, block_bytes: int, cut: int) -> None:
    text = end.join([HEADER, *made, "last,line,1,", ""])
    text = text[: len(text) - cut]
    quick, exact = see(text, block_bytes), see(text, 1 << 20)
    assert (quick.rows, quick.broken, quick.messages, quick.raw) == (
        exact.rows,
        exact.broken,
        exact.messages,
        exact.raw,
    )
    assert (quick.unknown, quick.complete, quick.end) == (exact.unknown, exact.complete, exact.end)


PLAIN_CELLS = st.sampled_from(["", "a", "ana@x.io", "José", " ", "12", "null"])
FIELD_OF = ["email", "name", None, "email", "phone", "company_name", "phone"]


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(PLAIN_CELLS, min_size=2, max_size=9), min_size=1, max_size=30),
    st.integers(20, 400),
    st.integers(1, 3),
    st.booleans(),
)
def test_each_cell_is_a_value_empty_or_not_given(
    made: list[list[str]], block_bytes: int, threads: int, alike: bool
) -> None:
    if alike:
        made = [[*(row + [""] * 9)[: len(made[0])]] for row in made]
    header = "email,name,id,mail,phone,company,tel"
    text = "\n".join([header, *map(",".join, made), ""])
    with TemporaryDirectory() as folder:
        seen = see_bytes(Path(folder), text.encode(), "a.csv", block_bytes=block_bytes, threads=threads)
    rows, broken = [], []
    for position, cells in enumerate(made, 1):
        if any(cell.strip() for cell in cells[7:]):
            broken.append(position)
            continue
        said: dict[str, str | None] = {}
        for field, cell in zip(FIELD_OF, cells, strict=False):
            if field:
                said[field] = said.get(field) or cell or None
        missing = [name for name in ("phone", "company_name") if name not in said]
        rows.append(
            (
                position,
                said.get("email"),
                said.get("name"),
                said.get("phone"),
                said.get("company_name"),
                missing or None,
            )
        )
    names = ("position", "email", "name", "phone", "company_name", "not_given")
    assert [tuple(row[name] for name in names) for row in seen.rows] == rows
    assert [position for position, _, _ in seen.broken] == broken
    assert seen.end.gives == {"email", "name", "phone", "company_name"}


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        ("a,b,1,\n", True), ("a,b,1,\r\nc,,,d\r\n", True), ('"a","b","",""\n', True), ('a,"b",1,c\n', True), (",,,\n", True),
        ("a,b,1,", False), ("a,b,1\n", True), ("a\n", False), ("a,b,1,c,d\n", False), ("a,b,1,c,\n", True),
        ('a,b,1,c,,""\nd,e,f,,,\n', True), ("a,b,1,c, \n", False), ("a,b,1,c,\na,b,1,c\n", False), ("a,b\na,b,1\n", False), ("a,b,1,c" + "," * 17 + "\n", False), ("a,b,1\na,b,1,c,d\n", False), ('"a,b",1,c\n', False),
        ('"a\nb",1,2,c\n', False), ('a"b,1,2,c\n', False), ('"a""b",1,2,c\n', False), ('a,",",b\n', False), ('a,",x"y,b,\n', False),
        ("a,b,1,\n\n", False), ("a\rb,1,2,c\n", False), ("a,b,1,c\r\r\n", False), ('"a",b,1,"\n', False), ("x" * 120_000 + ",b,1,c\n", False),
    ],
)  # fmt: skip
def test_a_block_is_accepted_only_if_every_value_stands_on_its_own(body: str, *, accepted: bool) -> None:
    assert (read_csv_block(body.encode(), Header(HEADER, "a.csv", KeyBook(COLUMNS)), LIMIT) is not None) == accepted


def test_a_block_that_is_not_utf_8_is_left_to_the_exact_reader() -> None:
    assert read_csv_block(b"a,\xff,1,c\n", Header(HEADER, "a.csv", KeyBook(COLUMNS)), LIMIT) is None


def test_a_line_over_the_limit_is_left_to_the_exact_reader() -> None:
    header = Header(HEADER, "a.csv", KeyBook(COLUMNS))
    assert read_csv_block(b"a,bbbbbbbbbb,1,c\n", header, 20) is not None
    assert read_csv_block(b"a,bbbbbbbbbb,1,c\n", header, 10) is None

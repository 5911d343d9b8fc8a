"""Made-up JSON records, most of them plain and some as awkward as JSON allows, as text."""

import json
from dataclasses import dataclass

from hypothesis import strategies as st

KEYS = [
    "email", "name", "country", "phone", "company_name", "company_size", "mrr",
    "E-Mail", "EMAIL", "mail", "Company", "employees", "MRR",
    "id", "xname", "x", "mrr2", "r", "tags", "a:b", "n", 'q"', "ze\\", "é",
]  # fmt: skip
RAW_KEYS = ['"\\u0065mail"', '"na\\u006de"', '"\\u006d\\u0072\\u0072"']
VALUES = [
    "null", "true", "false", "0", "1", "-0", "-1", "12", "12.0", "12.50", "1e3", "0.1", "179.37", "9007199254740993",
    "92233720368547758080", "1" + "0" * 45, "1e400", "5e-324", "-0.0", '"12"', '"1e3"', '"true"', '"null"', '""', '" "', '"x"',
    '"José"', '"\\u00e9"', '"\\ud83d\\ude00"', '"😀"', '"a\\"b"', '"\\\\"', '"\\\\\\\\"', '"x\\\\\\"y"', '"\\n"', '"\\/"', '"\\u0000"',
    '"}, {"', '"},{"', '"{"', '"}"', '"a: b"', '"http://x"', '":n"', '" : null"', '"\\":null"', '"\\":1"', '"x\\" :n"',
    '"\\\\ud83d"', '"12:30"', "[]", "{}", '[1,{"a":"},{"}]', '{"email":"nested"}', '["a","b"]', '"\u2028"', '"\x7f"',
]  # fmt: skip
BAD_VALUES = [
    "NaN", "-Infinity", "01", "+1", "1.", ".5", "tru", '"\\x"', '"\\u12"', '"\\ud800"', '"\\ude00\\ud83d"', '"\\\\\\ud83d"', '"a\tb"', '"a\nb"',
    "'x'", "", "1 2", '"a" "b"', "[1,]", '{"a":}', "[1}",
]  # fmt: skip
BAD_ELEMENTS = [
    "1",
    "null",
    '"text"',
    "[]",
    '[{"email":"x"}]',
    "true",
    '{"email"}',
    "{email:1}",
    '{"email":1}}',
    '{"a":1}{"b":2}',
    "x",
]

SPACES = st.sampled_from(["", "", "", "", " ", "  ", "\t", "\n", " \r\n"])
NUMBERS = st.one_of(
    st.sampled_from(["null", "12", "179.37", "0", "1", "12.50", "1e3"]),
    st.integers(-(10**20), 10**20).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
TEXTS = st.one_of(
    st.sampled_from(["null", '"x"', '"ana@x.io"', '"12"']),
    st.text(st.characters(codec="utf-8"), max_size=8).map(json.dumps),
    st.text(st.characters(codec="utf-8"), max_size=8).map(lambda text: json.dumps(text, ensure_ascii=False)),
)
NUMBER_KEYS = {"company_size", "mrr", "employees", "MRR"}


@dataclass(frozen=True)
class Style:
    """How one file is written, and how odd it is: 0 plain, 1 a little, 2 very."""

    oddness: int
    before: st.SearchStrategy[str]
    behind: st.SearchStrategy[str]
    between: str
    bad: bool


@st.composite
def styles(draw: st.DrawFn, *, bad: bool) -> Style:
    oddness = draw(st.sampled_from([0, 0, 1, 1, 1, 2]))
    before = SPACES if oddness == 2 else st.just(draw(st.sampled_from(["", "", " "])))
    behind = SPACES if oddness == 2 else st.just(draw(st.sampled_from(["", " "])))
    return Style(oddness, before, behind, draw(st.sampled_from([",", ",", ", ", ",\n  "])), bad)


@st.composite
def members(draw: st.DrawFn, style: Style) -> str:
    key = draw(st.sampled_from(KEYS[:7] if draw(st.integers(0, 3)) else KEYS))
    usual = NUMBERS if key in NUMBER_KEYS else TEXTS
    awkward = style.oddness and draw(st.integers(0, 12 // style.oddness**2)) == 0
    value = draw(st.sampled_from(VALUES) if awkward else usual)
    if style.bad and draw(st.integers(0, 20)) == 0:
        value = draw(st.sampled_from(BAD_VALUES))
    written = json.dumps(key, ensure_ascii=False)
    if style.oddness == 2 and draw(st.integers(0, 20)) == 0:
        written = draw(st.sampled_from(RAW_KEYS))
    return f"{written}{draw(style.before)}:{draw(style.behind)}{value}"


@st.composite
def records(draw: st.DrawFn, *, bad: bool = False) -> list[str]:
    """Texts of array elements. ``bad``: some are no JSON or no objects."""
    style = draw(styles(bad=bad))
    unique = st.lists(members(style), max_size=7, unique_by=lambda member: member.partition(":")[0].strip())
    free = st.lists(members(style), max_size=9)
    record = (free if style.oddness == 2 else unique).map(lambda made: "{" + style.between.join(made) + "}")
    some = record if not bad else st.one_of(record, record, record, st.sampled_from(BAD_ELEMENTS))
    return draw(st.lists(some, min_size=1, max_size=8))

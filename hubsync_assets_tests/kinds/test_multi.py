"""Kind multi."""

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hubsync_assets.kinds.multi import Multi
from hubsync_assets.kinds.reading import Conventions
from hubsync_assets_tests.kinds.outcomes import BAD, UNKNOWN, fault_keys, read_texts
from hubsync_assets_tests.kinds.unhurried import UNHURRIED


def multi(**keys: Any) -> Multi:
    return Multi.model_validate({"name": "tags", **keys})


def test_the_elements_are_sorted_and_each_is_there_once() -> None:
    assert read_texts(multi(separator=","), ["b,a", " a , b ,a", "a,,b,", "a"]) == ["a;b", "a;b", "a;b", "a"]


def test_a_semicolon_is_between_elements_where_nothing_else_is_declared() -> None:
    assert read_texts(multi(), ["b;a", "a,b", ";a"]) == ["a;b", "a,b", "a"]


@pytest.mark.parametrize("separator", [",", ", ", "|", "\n", "\t", " ", "::", "."])
def test_any_text_may_stand_between_elements(separator: str) -> None:
    assert read_texts(multi(separator=separator), [f"b{separator}a"]) == ["a;b"]


def test_a_json_list_is_read_whatever_the_separator_is() -> None:
    texts = [
        '["b", "a"]',
        '["a,b"]',
        "[1, 2.5, true, null]",
        "[]",
        '["\\u00e9", "a\\"b"]',
        '["\\ud83d\\ude00"]',
        ' [ "a" ] ',
    ]
    assert read_texts(multi(separator=","), texts) == [
        "a;b",
        "a,b",
        "1;2.5;true",
        None,
        'a"b;\u00e9',
        "\U0001f600",
        "a",
    ]


def test_blanks_around_a_declared_separator_mean_nothing() -> None:
    assert read_texts(multi(separator=", "), ["b,a", "b , a"]) == ["a;b", "a;b"]


@pytest.mark.parametrize(
    "text",
    [
        '["a", {"b": 1}]',
        '[["a"]]',
        "['a', 'b']",
        '["a",]',
        '["\\ud800"]',
        "{a,b}",
        '{"a": 1, "b": 2}',
        "{}",
        "[a]",
        "[1e400]",
        "[01]",
        "[NaN]",
    ],
)
def test_what_some_program_made_of_a_list_is_unreadable_rather_than_cut_into_pieces(text: str) -> None:
    assert read_texts(multi(separator=","), ["a,b", text]) == ["a;b", BAD]


def test_brackets_within_a_text_are_text_and_a_declared_word_may_have_them() -> None:
    assert read_texts(multi(separator=","), ["[a],b", "a [b]"]) == ["[a];b", "a [b]"]
    assert read_texts(multi(values={"[vip]": "VIP"}), ["[VIP]", '["[vip]"]', "[x]"]) == ["VIP", "VIP", BAD]


def test_an_element_with_a_semicolon_is_unreadable_for_hubspot_would_read_two() -> None:
    assert read_texts(multi(separator=","), ["a,b;c", '["b;c"]']) == [BAD, BAD]
    assert read_texts(multi(separator=",", values={"b;c": "BC"}), ["b;c", '["b;c"]']) == ["BC", "BC"]
    assert fault_keys(multi(values={"bc": "b;c"})) == ["values"]


@pytest.mark.parametrize(("other", "whole"), [("reject", BAD), ("drop", UNKNOWN), ("keep", "A;x")])
def test_one_unreadable_element_makes_the_whole_value_so(other: str, whole: Any) -> None:
    field = multi(separator=",", values={"a": "A", "b": "B"}, other=other)
    assert read_texts(field, ["a,x", "b, a", '["a", "x"]']) == [whole, "A;B", whole]


def test_an_element_is_read_as_its_word_and_as_hubspots_own_value() -> None:
    field = multi(separator=",", values={"one": "1", "uno": "1", "two": "2"})
    assert read_texts(field, ["ONE,uno", "2,one", "two , 1"]) == ["1", "1;2", "1;2"]


def test_an_element_that_is_a_null_word_says_what_it_says_everywhere() -> None:
    texts = ["a,null", "null,-", "a,n/a", "null", "n/a", "-", ",", "", None]
    assert read_texts(multi(separator=","), texts) == ["a", None, UNKNOWN, None, UNKNOWN, None, None, None, None]
    assert read_texts(multi(separator="/"), ["n/a", "a/n"]) == [UNKNOWN, "a;n"]
    assert read_texts(multi(separator=",", values={"none": "None"}), ["none", "none,none"]) == ["None", "None"]


def test_an_unreadable_element_is_listed_though_another_one_is_unknown() -> None:
    assert read_texts(multi(separator=",", values=["a"]), ["x,n/a", "n/a,x"]) == [BAD, BAD]


def test_what_is_written_never_begins_with_a_semicolon() -> None:
    (value,) = read_texts(multi(), [";;b;;a;"])
    assert multi().written(value, "as_is") == "a;b"


@pytest.mark.parametrize(
    ("theirs", "same"),
    [("a;b", True), ("b;a", True), (";b;a", True), ("a;b;", True), ("a", False), ("a;b;c", False), ("a; b", False)],
)
def test_two_texts_of_hubspot_are_one_value_if_they_have_the_same_elements(theirs: str, same: bool) -> None:
    assert multi().same("a;b", theirs, "enumeration") is same


def test_the_property_has_the_values_as_options_or_those_that_are_seen() -> None:
    assert [option.value for option in multi(values={"b": "B", "a": "A"}).options()] == ["B", "A"]
    assert multi().options() == ()
    assert multi().options_seen
    assert multi().made == ("enumeration", "checkbox")
    assert multi(values={"b": "B", "a": "A"}).sendable("as_is") == frozenset({"A", "B"})
    assert multi().sendable("as_is") is None


@pytest.mark.parametrize(("default", "value"), [("b;a", "A;B"), ("B;A", "A;B"), ("x", None), ("a;x", None)])
def test_a_default_is_a_text_as_in_a_source_or_as_in_hubspot(default: str, value: str | None) -> None:
    field = multi(values={"b": "B", "a": "A"}, default=default)
    assert field.default_value == value
    assert fault_keys(field) == ([] if value else ["default"])


@pytest.mark.parametrize("rule", ["union", "first", "newest", "longest"])
def test_a_rule_for_lists_is_no_fault(rule: str) -> None:
    assert fault_keys(multi(keep=rule)) == []


def test_a_separator_is_not_empty() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        multi(separator="")


def test_the_same_text_in_many_rows_is_read_in_each() -> None:
    read = multi(separator=",", values=["a", "b"]).read(pl.Series(["b,a", "x", None, "b,a", "n/a", "x"]), Conventions())
    assert read.values.to_list() == ["a;b", None, None, "a;b", None, None]
    assert read.bad is not None
    assert read.bad.to_list() == [False, True, False, False, False, True]
    assert read.unknown.to_list() == [4]


VALUES = {"a": "A", "b b": "B"}
elements = st.sampled_from(["a", "A", "b b", " B  b", "x", "x;y", "null", "n/a", "", " ", "B"])
scalars = elements | st.none() | st.booleans() | st.integers(-9, 999) | st.text(max_size=3)


def naive(found: list[Any], values: dict[str, str] | None, other: str) -> Any:
    """One element after the other."""
    bad, unknown, taken = False, False, set()
    for element in found:
        text = "" if element is None else json.dumps(element) if not isinstance(element, str) else element
        word = " ".join(text.split())
        known = {**{value.lower(): value for value in (values or {}).values()}, **(values or {})}
        if word.lower() in known:
            taken.add(known[word.lower()])
        elif word.lower() in {"", "null", "none", "nil", "-", "--", "(null)", "\\n"}:
            continue
        elif word.lower() in {"n/a", "nan", "?", "#n/a"}:
            unknown = True
        elif values is None or other == "keep":
            bad = bad or ";" in word
            taken.add(word)
        else:
            bad, unknown = bad or other == "reject", unknown or other == "drop"
    return BAD if bad else UNKNOWN if unknown else ";".join(sorted(taken)) or None


@given(
    st.lists(st.lists(elements, max_size=4)),
    st.sampled_from([None, VALUES]),
    st.sampled_from(["reject", "drop", "keep"]),
)
@UNHURRIED
def test_a_text_is_read_element_by_element(lists: list[list[str]], values: dict[str, str] | None, other: str) -> None:
    field = multi(separator=",", values=values, other=other)
    assert read_texts(field, [",".join(each) for each in lists]) == [naive(each, values, other) for each in lists]


@given(
    st.lists(st.lists(scalars, max_size=4)),
    st.sampled_from([None, VALUES]),
    st.sampled_from(["reject", "drop", "keep"]),
    st.booleans(),
)
@example([["\x00", "\x1f", "\u200b"], ["\ud7ff", "\ue000", "\uffff", "\U0010ffff"]], None, "keep", True)
@UNHURRIED
def test_a_json_list_is_read_element_by_element(
    lists: list[list[Any]], values: dict[str, str] | None, other: str, escaped: bool
) -> None:
    field = multi(separator=",", values=values, other=other)
    texts = [json.dumps(each, ensure_ascii=escaped) for each in lists]
    printable = [[e if not isinstance(e, str) or e.isprintable() else None for e in each] for each in lists]
    read = read_texts(field, texts)
    for each, plain, got in zip(lists, printable, read, strict=True):
        if each == plain:
            assert got == naive(each, values, other)

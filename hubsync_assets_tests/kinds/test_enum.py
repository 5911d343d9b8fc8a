"""Kind enum."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubsync_assets.kinds.enumeration import Enum
from hubsync_assets_tests.kinds.outcomes import BAD, UNKNOWN, fault_keys, read_texts
from hubsync_assets_tests.kinds.unhurried import UNHURRIED

PLANS = {"free": "Free", "pro": "Pro", "p r o": "Pro", "9": "Nine"}


def enum(**keys: Any) -> Enum:
    return Enum.model_validate({"name": "plan", **keys})


def test_a_word_of_the_source_is_hubspots_value_in_any_case_and_with_any_blanks() -> None:
    texts = ["free", " FREE ", "p  R\to", "9", "Pro\u200b"]
    assert read_texts(enum(values=PLANS), texts) == ["Free", "Free", "Pro", "Nine", "Pro"]


def test_hubspots_own_value_is_read_as_itself() -> None:
    assert read_texts(enum(values=PLANS), ["Nine", "nine", "PRO"]) == ["Nine", "Nine", "Pro"]
    assert read_texts(enum(values=["Red Wine", "White"]), ["red  wine", "White", "rose"]) == ["Red Wine", "White", BAD]


def test_a_word_of_the_source_comes_before_a_value_of_that_name() -> None:
    field = enum(values={1: 2, 2: 1, "a": "B", "b": "A"})
    assert read_texts(field, ["1", "2", "a", "B", "A"]) == ["2", "1", "B", "A", "B"]
    assert enum(values={1: 2, 2: 1}, default=1).default_value == "1"


@pytest.mark.parametrize(
    ("other", "values"),
    [("reject", ["Free", BAD, BAD]), ("drop", ["Free", UNKNOWN, UNKNOWN]), ("keep", ["Free", "Old plan", "x"])],
)
def test_a_text_that_is_no_word_is_listed_or_not_listed_or_kept(other: str, values: list[Any]) -> None:
    assert read_texts(enum(values=PLANS, other=other), ["free", " Old  plan", "x"]) == values


@pytest.mark.parametrize("other", ["reject", "drop", "keep"])
def test_none_of_them_makes_a_text_empty_and_null_words_stay_what_they_are(other: str) -> None:
    assert None not in read_texts(enum(values=PLANS, other=other), ["Old plan", "0", "?!"])
    assert read_texts(enum(values=PLANS, other=other), ["null", "-", "", None, "n/a"]) == [
        None,
        None,
        None,
        None,
        UNKNOWN,
    ]


def test_a_declared_word_comes_before_a_null_word() -> None:
    assert read_texts(enum(values={"none": "No plan", "n/a": "Not asked"}), ["NONE", "N/A", "null"]) == [
        "No plan",
        "Not asked",
        None,
    ]


def test_without_values_every_text_is_one() -> None:
    assert read_texts(enum(), ["lead", " Sales  lead ", "null", "n/a"]) == ["lead", "Sales lead", None, UNKNOWN]
    assert enum().sendable("as_is") is None
    assert enum().options() == ()
    assert enum().options_seen


def test_the_property_gets_each_value_once_in_the_order_of_the_declaration() -> None:
    assert [option.value for option in enum(values=PLANS).options()] == ["Free", "Pro", "Nine"]
    assert enum(values=PLANS).made == ("enumeration", "select")
    assert enum(values=PLANS).sendable("as_is") == frozenset({"Free", "Pro", "Nine"})
    assert enum(values=PLANS, other="keep").sendable("as_is") is None


def test_what_fits_is_named_unless_it_is_too_much() -> None:
    assert enum(values=PLANS).unfit == "not one of Free, Pro, Nine"
    assert enum(values=[str(number) for number in range(40)]).unfit == "none of the 40 values"


@pytest.mark.parametrize(
    ("keys", "faults"),
    [
        ({"values": PLANS, "default": "free"}, []),
        ({"values": PLANS, "default": "Nine"}, []),
        ({"values": PLANS, "default": "gold"}, ["default"]),
        ({"values": PLANS, "default": "gold", "other": "keep"}, []),
        ({"values": {}}, ["values"]),
        ({"values": []}, ["values"]),
        ({"values": {"free": ""}}, ["values"]),
        ({"values": {"free": " "}}, ["values"]),
        ({"values": {" ": "Free"}}, ["values"]),
        ({"values": [""]}, ["values"]),
        ({"values": {"free": "Free", "Free ": "Gratis"}}, ["values"]),
        ({"values": {"free": "Free", "Free ": "Free"}}, []),
        ({"other": "reject"}, ["other"]),
        ({"other": "keep"}, []),
        ({"keep": "union"}, ["keep"]),
        ({"keep": "max"}, ["keep"]),
    ],
)
def test_what_is_wrong_with_a_declaration_is_said_under_its_key(keys: dict[str, Any], faults: list[str]) -> None:
    assert fault_keys(enum(**keys)) == faults


def test_where_case_alone_tells_two_words_apart_only_the_exact_ones_are_read() -> None:
    field = enum(values={"ab": "1", "aB": "2"})
    assert fault_keys(field) == ["values"]
    assert read_texts(field, ["ab", "aB", "AB"]) == ["1", "2", BAD]


def test_a_value_without_quotes_may_be_a_number_and_not_a_boolean() -> None:
    assert read_texts(enum(values={1: 10}), ["1", "10"]) == ["10", "10"]
    with pytest.raises(ValueError, match="put it in quotes"):
        enum(values={"yes": True})


words = st.text("aAbB \u00e9\u00c9", min_size=1, max_size=3)


@given(
    st.dictionaries(words, st.sampled_from(["X", "Y"])), st.lists(words), st.sampled_from(["reject", "drop", "keep"])
)
@UNHURRIED
def test_reading_is_looking_up_a_word_without_its_case_and_blanks(
    values: dict[str, str], texts: list[str], other: str
) -> None:
    def bare(text: str) -> str:
        return " ".join(text.lower().split())

    field = enum(values=values, other=other)
    if fault_keys(field):
        return
    meant = {"x": "X", "y": "Y", **{bare(word): value for word, value in values.items()}}
    meant = {word: value for word, value in meant.items() if value in values.values()}
    for text, read in zip(texts, read_texts(field, texts), strict=True):
        kept = {"reject": BAD, "drop": UNKNOWN, "keep": " ".join(text.split())}[other]
        assert read == (meant.get(bare(text), kept) if bare(text) else None)

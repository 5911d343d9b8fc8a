"""Kind boolean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubsync_assets.kinds.boolean import FALSE_WORDS, TRUE_WORDS, Boolean
from hubsync_assets_tests.kinds.outcomes import BAD, UNKNOWN, fault_keys, read_texts
from hubsync_assets_tests.kinds.unhurried import UNHURRIED


def test_yes_and_no_are_read_in_many_languages_in_any_case() -> None:
    yes = [
        "true",
        "T",
        "Yes",
        "y",
        "1",
        "1.0",
        "ON",
        "S\u00ed",
        "si",
        "s\u00ec",
        "Oui",
        "JA",
        "wahr",
        "VERO",
        "verdadero",
        "vrai",
        "sim",
    ]
    no = ["false", "F", "No", "n", "0", "0.0", "OFF", "falso", "faux", "Non", "Nein", "falsch", "N\u00e3o", "nee"]
    assert read_texts(Boolean(name="it"), yes) == [True] * len(yes)
    assert read_texts(Boolean(name="it"), no) == [False] * len(no)


def test_a_word_is_found_behind_blanks_and_in_decomposed_letters() -> None:
    assert read_texts(Boolean(name="it"), [" yes\t", "si\u0301", "\u200bno\n"]) == [True, True, False]


def test_any_other_word_is_unreadable_and_a_null_word_is_not() -> None:
    texts = ["perhaps", "2", "truee", "yes no", "-", "null", "n/a", "", None]
    assert read_texts(Boolean(name="it"), texts) == [BAD, BAD, BAD, BAD, None, None, UNKNOWN, None, None]


def test_declared_words_stand_in_for_the_usual_ones_and_come_before_null_words() -> None:
    field = Boolean(name="it", true_words=("X", "Opted  in"), false_words=("-", "n/a"))
    texts = ["x", "opted in", "-", "N/A", "yes", "no", "null"]
    assert read_texts(field, texts) == [True, True, False, False, BAD, BAD, None]


def test_a_number_without_quotes_is_a_word_and_a_boolean_is_not() -> None:
    field = Boolean.model_validate({"name": "it", "true_words": [2], "false_words": [3]})
    assert read_texts(field, ["2", "3", "1"]) == [True, False, BAD]
    with pytest.raises(ValueError, match="put it in quotes"):
        Boolean.model_validate({"name": "it", "true_words": [True]})


def test_hubspot_gets_true_and_false_and_the_property_has_them_as_options() -> None:
    field = Boolean(name="it")
    assert [field.written(value, "as_is") for value in (True, False)] == ["true", "false"]
    assert [option.value for option in field.options()] == ["true", "false"]
    assert field.taken == {"bool", "enumeration", "string"}


@pytest.mark.parametrize(
    ("ours", "theirs", "same"), [("true", "True", True), ("false", " FALSE ", True), ("true", "false", False)]
)
def test_hubspots_case_means_nothing(ours: str, theirs: str, same: bool) -> None:
    assert Boolean(name="it").same(ours, theirs, "bool") is same


@pytest.mark.parametrize(
    ("default", "value"), [(True, True), (False, False), ("true", True), ("FALSE", False), ("x", True)]
)
def test_a_default_may_be_true_or_false_whatever_the_words_are(default: str | bool, value: bool) -> None:
    field = Boolean(name="it", true_words=("x",), false_words=("o",), default=default)
    assert field.default_value is value
    assert fault_keys(field) == []


def test_words_that_mean_both_or_nothing_are_faults() -> None:
    assert fault_keys(Boolean(name="it", true_words=("Yes",), false_words=("yes ",))) == ["false_words"]
    assert fault_keys(Boolean(name="it", true_words=("", "x"), false_words=(" ",))) == ["true_words", "false_words"]
    with pytest.raises(ValueError, match="at least 1"):
        Boolean(name="it", true_words=())


words = st.sampled_from([*TRUE_WORDS, *FALSE_WORDS, "maybe", "tr\u00fce"])


@given(
    st.lists(
        st.tuples(
            words, st.sampled_from([str.upper, str.lower, str.title, str.strip]), st.sampled_from(["", " ", "\n "])
        )
    )
)
@UNHURRIED
def test_reading_is_looking_words_up_in_two_lists(given: list[tuple[str, object, str]]) -> None:
    texts = [blank + case(word) + blank for word, case, blank in given]  # type: ignore[operator]
    naive = [
        True if word.strip().lower() in TRUE_WORDS else False if word.strip().lower() in FALSE_WORDS else BAD
        for word in texts
    ]
    assert read_texts(Boolean(name="it"), texts) == naive

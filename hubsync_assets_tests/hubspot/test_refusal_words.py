"""What a person reads of a refusal: one sentence, and none of HubSpot's JSON."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.hubspot.refusal_words import REQUIRED, WANTED, words_of_refusal, words_of_value
from hubsync_assets.hubspot.response import ValueFault, value_faults

OPTIONS = "Mars was not one of the allowed options: [France, Germany]"
LABELLED = 'Mars was not one of the allowed options: [label: "France"\nvalue: "FR"\n, label: "Germany"\nvalue: "DE"\n]'


def raw(*faults: tuple[str, str, str]) -> str:
    items = [{"isValid": False, "message": message, "error": code, "name": name} for name, code, message in faults]
    return f"Property values were not valid: {json.dumps(items)}"


def words(*faults: tuple[str, str, str], **sent: str) -> str:
    message = raw(*faults)
    return words_of_refusal("VALIDATION_ERROR", message, tuple(value_faults({"message": message})), sent)


@pytest.mark.parametrize(("message", "options"), [(OPTIONS, "France, Germany"), (LABELLED, "FR, DE")])
def test_an_option_that_is_none_is_said_with_those_that_are(message: str, options: str) -> None:
    assert words(("country", "INVALID_OPTION", message), country="Mars") == (
        f"HubSpot does not take 'Mars' for country: it takes this property's options only ({options}); "
        "add the option in HubSpot, or correct it at its source"
    )


def test_many_options_are_not_all_said() -> None:
    listed = ", ".join(f"o{number}" for number in range(200))
    said = words(("country", "INVALID_OPTION", f"x was not one of the allowed options: [{listed}]"), country="x")
    assert "o0, o1, " in said
    assert "o11 and 188 more" in said
    assert "o12" not in said


@pytest.mark.parametrize("code", [*WANTED, "SOMETHING_NEW"])
def test_each_code_says_what_was_sent_what_is_wanted_and_what_helps(code: str) -> None:
    said = words(("mrr", code, "somente números."), mrr="12 €")
    assert said.startswith("HubSpot does not take '12 €' for mrr: ")
    assert "; " in said
    assert ("somente números" in said) == (code == "SOMETHING_NEW")


@pytest.mark.parametrize("code", REQUIRED)
def test_a_value_that_is_lacking_is_said_to_be_required(code: str) -> None:
    assert words(("firstname", code, "A value must be provided")).startswith("HubSpot wants a value for firstname: ")


def test_a_fault_that_comes_twice_is_said_once_and_each_of_several_values_is_said() -> None:
    error = {
        "message": raw(("mrr", "INVALID_NUMBER", "no"), ("city", "ODD", "no")),
        "errors": [
            {"code": "INVALID_NUMBER", "message": "no"},
            {"code": "ODD", "message": "no", "context": {"propertyName": ["city"]}},
        ],
    }
    said = words_of_refusal(
        "INVALID_NUMBER", str(error["message"]), tuple(value_faults(error)), {"mrr": "x", "city": "y"}
    )
    assert said.count("does not take") == 2
    assert "'x' for mrr" in said
    assert "'y' for city" in said


def test_a_conflict_names_the_other_record() -> None:
    said = words_of_refusal("CONFLICT", "Contact already exists. Existing ID: 12345", (), {})
    assert "record 12345" in said
    assert "merge" in said


def test_our_own_words_stay_as_they_are() -> None:
    assert words_of_refusal("not_confirmed", "HubSpot answered 3 times", (), {}) == "HubSpot answered 3 times"


def test_a_long_value_is_shortened_and_stays_on_one_line() -> None:
    said = words(("bio", "PROPERTY_VALUE_TOO_LONG", "too long"), bio="a\n" * 70_000)
    assert len(said) < 300
    assert "\n" not in said


MESSAGES = st.text(max_size=80) | st.sampled_from(
    [
        raw(("a", "INVALID_OPTION", OPTIONS)),
        "Property values were not valid: [1]",
        "Property values were not valid: [{",
        '{"a": 1}',
        LABELLED,
    ]
)


@given(
    st.sampled_from(["VALIDATION_ERROR", "CONFLICT", "HTTP_400"]),
    MESSAGES,
    st.lists(
        st.builds(
            ValueFault, st.sampled_from(["INVALID_OPTION", "ODD", ""]), st.sampled_from(["a", "b", ""]), MESSAGES
        ),
        max_size=8,
    ),
)
@settings(max_examples=150, derandomize=True, deadline=None)
def test_whatever_hubspot_says_it_becomes_one_line_without_its_json(
    category: str, message: str, faults: list[ValueFault]
) -> None:
    said = words_of_refusal(category, message, faults, {"a": "1"})
    assert said.startswith("HubSpot does not take ")
    assert len(said.splitlines()) == 1
    for mark in ("isValid", "[{", "Property values were not valid: "):
        assert mark not in said


def test_a_value_that_was_not_sent_is_not_quoted() -> None:
    assert words_of_value(ValueFault("ODD", "city", "no"), None).startswith(
        "HubSpot does not take what was sent for city"
    )

"""Which values a property takes, and how they are kept."""

import pytest

from hubsync_assets_tests.emulator.asking import Api, codes, row

OPTIONS = [{"label": "Red", "value": "red"}, {"label": "Blue", "value": "blue"}]
KINDS = {
    "a_text": ("string", "text"),
    "a_number": ("number", "number"),
    "a_date": ("date", "date"),
    "a_moment": ("datetime", "date"),
    "a_bool": ("bool", "booleancheckbox"),
    "a_choice": ("enumeration", "select"),
    "some_choices": ("enumeration", "checkbox"),
}


def write(api: Api, name: str, value: object) -> tuple[int, str | None, str]:
    """Status, the value as it is kept, and the code of the first error."""
    kind, field_type = KINDS.get(name, ("", ""))
    if kind:
        api.define(name, kind, field_type, **({"options": OPTIONS} if kind == "enumeration" else {}))
    answer = api.upsert({**row("a@example.com"), "properties": {name: value}})
    if answer.status_code != 200:
        return answer.status_code, None, codes(answer)[0]
    return 200, api.get(answer.json()["results"][0]["id"], name)[name], ""


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("a_text", "  spaces stay ", "  spaces stay "),
        ("a_text", "x" * 65_536, "x" * 65_536),
        ("a_text", "é 漢 🙂", "é 漢 🙂"),
        ("a_number", "12.50", "12.50"),
        ("a_number", "-3", "-3"),
        ("a_number", 1e3, "1000"),
        ("a_date", "2026-11-23", "2026-11-23"),
        ("a_date", "1795392000000", "2026-11-23"),
        ("a_moment", "2026-11-23T10:20:30.400Z", "2026-11-23T10:20:30.400Z"),
        ("a_moment", "2026-11-23T10:20:30+02:00", "2026-11-23T08:20:30.000Z"),
        ("a_moment", "1795392000001", "2026-11-23T00:00:00.001Z"),
        ("a_moment", "-62135596800000", "0001-01-01T00:00:00.000Z"),
        ("a_moment", "253402300799999", "9999-12-31T23:59:59.999Z"),
        ("a_bool", "true", "true"),
        ("a_bool", False, "false"),
        ("a_choice", "red", "red"),
        ("some_choices", "red;blue", "red;blue"),
        ("numemployees", "5-25", "5-25"),
        ("lifecyclestage", "customer", "customer"),
        ("phone", "not checked", "not checked"),
    ],
)
def test_a_value_that_fits_is_kept(api: Api, name: str, value: object, kept: str) -> None:
    assert write(api, name, value) == (200, kept, "")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("a_text", "x" * 65_537, "PROPERTY_VALUE_TOO_LONG"),
        ("a_number", "5,333,222", "INVALID_INTEGER"),
        ("a_number", "1.2.3", "INVALID_INTEGER"),
        ("a_number", "twelve", "INVALID_INTEGER"),
        ("a_number", "٣", "INVALID_INTEGER"),
        ("a_date", "1795392000001", "INVALID_LONG"),
        ("a_date", "23/11/2026", "INVALID_LONG"),
        ("a_moment", "soon", "INVALID_LONG"),
        ("a_moment", "-62135596800001", "INVALID_LONG"),
        ("a_moment", "253402300800000", "INVALID_LONG"),
        ("a_moment", "9" * 40, "INVALID_LONG"),
        ("a_moment", "0001-01-01T00:00:00+14:00", "INVALID_LONG"),
        ("a_bool", "True", "INVALID_OPTION"),
        ("a_choice", "green", "INVALID_OPTION"),
        ("a_choice", "red;blue", "INVALID_OPTION"),
        ("some_choices", "red;green", "INVALID_OPTION"),
        ("numemployees", "12", "INVALID_OPTION"),
        ("lifecyclestage", "Lead", "INVALID_OPTION"),
        ("email", "a@example.con", "INVALID_EMAIL"),
        ("hs_additional_emails", "b@example.com", "READ_ONLY_VALUE"),
        ("hs_object_id", "1", "READ_ONLY_VALUE"),
        ("createdate", "2026-11-23", "READ_ONLY_VALUE"),
        ("hs_marketable_status", "true", "READ_ONLY_VALUE"),
        ("nonsense", "1", "PROPERTY_DOESNT_EXIST"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_code(api: Api, name: str, value: str, code: str) -> None:
    assert write(api, name, value) == (400, None, code)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a_text", "x"),
        ("a_number", "1"),
        ("a_date", "2026-11-23"),
        ("a_moment", "2026-11-23"),
        ("a_bool", "true"),
        ("a_choice", "red"),
        ("some_choices", "red;blue"),
        ("lifecyclestage", "customer"),
        ("phone", "1"),
    ],
)
def test_an_empty_value_clears_every_type(api: Api, name: str, value: str) -> None:
    assert write(api, name, value)[1] is not None
    assert write(api, name, "") == (200, None, "")


def test_choices_that_begin_with_a_semicolon_are_added(api: Api) -> None:
    write(api, "some_choices", "red")

    assert write(api, "some_choices", ";blue;red") == (200, "red;blue", "")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"nonsense": "1"}, 'Property "nonsense" does not exist'),
        ({"hs_object_id": "1"}, '"hs_object_id" is a read only property; its value cannot be set.'),
        ({"a_number": "x"}, "a_number was not a valid number"),
        ({"a_choice": "green"}, "green was not one of the allowed options: [red, blue]"),
        ({"a_date": "x"}, "x was not a valid long."),
    ],
)
def test_the_words_are_hubspots(api: Api, value: dict[str, str], words: str) -> None:
    (name,) = value
    write(api, name, value[name])

    answer = api.upsert(row("a@example.com", **value))

    assert answer.json()["errors"][0]["message"] == words

"""The grep over what Dagster keeps finds somebody however they are written; else it would find nobody, ever."""

import json

import pytest

from hubsync_assets_tests.browser.leaks import people_of, someone_in

RECORDS = [{"email": "Zoë.Quill@example.com ", "name": "Zoë  Quillfeather\u200b", "phone": "+34 600-123-199"}]
EVENT = json.dumps({"metadata": json.dumps({"said": "Zoë  Quillfeather"})})


@pytest.mark.parametrize(
    "text",
    [
        "zoë.quill@example.com",
        "GET /contacts/ZO%C3%8B.QUILL%40EXAMPLE.COM?idProperty=email",
        json.dumps("zoë.quill@example.com"),
        EVENT,
        "0034600123199",
        "call 600 123 199",
        "(600) 123-199",
    ],
)
def test_somebody_is_found(text: str) -> None:
    assert someone_in({"here": text, "there": "81 contacts"}, people_of(RECORDS)) == ["here"]


def test_numbers_and_words_of_nobody_are_not() -> None:
    text = "81 contacts, 600123 calls of quill, name@example.com, run 60012-4"
    assert someone_in({"here": text}, people_of(RECORDS)) == []


def test_everybody_is_looked_for_by_three_things() -> None:
    assert len(people_of(RECORDS)) == 3

"""What stands at a path: text, number, nothing; and a list or an object, which looks like text."""

from typing import Any

import polars as pl
import pytest

from hubsync_assets.contacts.json_paths import at_path


def found(document: str | None, path: str = "a", **how: Any) -> tuple[str | None, bool]:
    there = at_path(pl.Series([document], dtype=pl.String), path, **how)
    return there.values[0], there.nested[0]


@pytest.mark.parametrize(
    ("document", "value", "nested"),
    [
        ('{"a": "x"}', "x", False),
        ('{"a": ""}', "", False),
        ('{"a": null}', None, False),
        ('{"b": 1}', None, False),
        (None, None, False),
        ("no JSON", None, False),
        ('{"a": true}', "true", False),
        ('{"a": 12.5}', "12.5", False),
        ('{"a": [1, "\u00e9", 2.5]}', '[1,"\u00e9",2.5]', True),
        ('{"a": {"b": null}}', '{"b":null}', True),
        ('{"a": []}', "[]", True),
        # What looks like one is a text.
        ('{"a": "[1, 2]"}', "[1, 2]", False),
        ('{"a": "{}"}', "{}", False),
    ],
)
def test_what_stands_there_is_told(document: str | None, value: str | None, *, nested: bool) -> None:
    assert found(document) == (value, nested)


def test_no_digit_of_a_long_number_is_lost() -> None:
    assert found('{"a": 123456789012345678901234}') == ("123456789012345678901234", False)
    assert found('{"a": "1234567890123456"}') == ("1234567890123456", False)


def test_a_json_number_is_a_number_whatever_stands_before_the_fraction_in_its_source() -> None:
    assert found('{"a": 1.234}', decimal=",") == ("1,234", False)
    assert found('{"a": "1.234"}', decimal=",") == ("1.234", False)


@pytest.mark.parametrize("key", ["@id", "a-b", "a$", "it's", 'quo"te', "\u00e9", "1"])
def test_a_key_may_have_any_signs(key: str) -> None:
    document = '{"outer": {' + f'"{key.replace(chr(34), chr(92) + chr(34))}": "x"' + "}}"
    assert found(document, f"outer.{key}") == ("x", False)

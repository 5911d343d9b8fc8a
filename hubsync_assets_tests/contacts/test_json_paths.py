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
        ("", None, False),
        ("\\N", None, False),
        ("null", None, False),
        # What stands in place of an object is not nothing: it may have been cut off.
        ("no JSON", "{no JSON}", True),
        ('{"a": "x", "b', '{{"a": "x", "b}', True),
        ("[1]", "{[1]}", True),
        ("N/A", "N/A", False),
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


@pytest.mark.parametrize(
    ("document", "value", "nested"),
    [
        ('{"outer": null}', None, False),
        ('{"outer": {}}', None, False),
        ('{"outer": "x"}', "{x}", True),
        ('{"outer": [{"a": 1}]}', '{[{"a":1}]}', True),
        ('{"outer": "-"}', None, False),
    ],
)
def test_so_is_what_stands_on_the_way(document: str, value: str | None, *, nested: bool) -> None:
    assert found(document, "outer.a", keys_matter=True) == (value, nested)


def test_what_cannot_be_read_is_not_absent_though_it_does_not_name_the_key() -> None:
    documents = pl.Series(['{"b": 1', '{"b": 1}'])
    assert at_path(documents, "a", keys_matter=True).absent.to_list() == [False, True]  # type: ignore[union-attr]


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

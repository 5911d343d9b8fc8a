"""The JSON schema agrees with what is read, as far as a schema can."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from hubsync_assets.declaring.schema import schema_text
from hubsync_assets.kinds.registry import KINDS
from hubsync_assets_tests.declaring.declarations import declarations

SCHEMA: dict[str, Any] = json.loads(schema_text())
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "boolean": bool, "integer": int, "number": (int, float), "array": list, "object": dict, "null": type(None),
}  # fmt: skip


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is what a schema wants: the words that this schema uses, and no other."""
    unknown = schema.keys() - {
        "$ref", "anyOf", "type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "items", "properties",
        "patternProperties", "additionalProperties", "required", "minProperties", "description", "default", "title", "$defs", "$schema",
    }  # fmt: skip
    assert not unknown
    if "$ref" in schema and not fits(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")]):
        return False
    if "anyOf" in schema and not any(fits(value, each) for each in schema["anyOf"]):
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "type" in schema and not any(is_a(value, name) for name in [schema["type"]] if isinstance(name, str)):
        return isinstance(schema["type"], list) and any(is_a(value, name) for name in schema["type"])
    return of_text(value, schema) if isinstance(value, str) else all(of_parts(value, schema))


def is_a(value: Any, name: str) -> bool:
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def of_text(value: str, schema: dict[str, Any]) -> bool:
    return (
        schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**6)
        and re.search(schema.get("pattern", ""), value) is not None
    )


def of_parts(value: Any, schema: dict[str, Any]) -> Iterator[bool]:
    if isinstance(value, int | float):
        yield schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if isinstance(value, list):
        yield len(value) >= schema.get("minItems", 0)
        yield from (fits(each, schema["items"]) for each in value if "items" in schema)
    if isinstance(value, dict):
        yield len(value) >= schema.get("minProperties", 0)
        yield set(schema.get("required", ())) <= value.keys()
        for key, each in value.items():
            of_key = [schema["properties"][key]] if key in schema.get("properties", {}) else []
            of_key += [one for pattern, one in schema.get("patternProperties", {}).items() if re.search(pattern, key)]
            rest = schema.get("additionalProperties", True)
            yield (
                all(fits(each, one) for one in of_key)
                if of_key
                else (fits(each, rest) if isinstance(rest, dict) else bool(rest))
            )


def keys_without_words(schema: Any, path: str = "") -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from keys_without_words(each, path)
    if isinstance(schema, dict):
        for key, value in schema.get("properties", {}).items():
            if len(value.get("description", "")) < 10:
                yield f"{path}.{key}"
        for key, value in schema.items():
            yield from keys_without_words(value, f"{path}.{key}")


def test_every_key_is_described() -> None:
    assert list(keys_without_words(SCHEMA)) == []


def test_no_key_of_the_python_api_alone_is_in_it() -> None:
    assert not [kind for kind, model in KINDS.items() if "name" in SCHEMA["$defs"][model.__name__]["properties"]]


@settings(max_examples=150, deadline=None)
@given(declared=declarations())
def test_what_is_read_without_a_fault_fits_the_schema(declared: dict[str, Any]) -> None:
    assert fits(yaml.safe_load(yaml.safe_dump(declared)), SCHEMA)


BASE = "sources: {crm: {read: x}}\nfields:\n  email: {kind: email}\n"


@pytest.mark.parametrize(
    "wrong",
    [
        "crate: true",
        "create: maybe",
        "  age: {keep: max}",
        "  age: {kind: whol}",
        "  age: {kind: whole, keep: mxa}",
        "  age: {kind: whole, keep: {rule: max, bye: a}}",
        "  age: {kind: whole, name: x}",
        "  age: {kind: text, places: 2}",
        "  age: {kind: whole, write: overwrit}",
        "  age: {kind: number, places: 99}",
        "  Age: {kind: whole}",
        "  age: {kind: country, only: [es]}",
        "together: [a]",
    ],
)
def test_an_editor_marks_what_a_single_key_has_wrong(wrong: str) -> None:
    assert fits(yaml.safe_load(BASE), SCHEMA)
    assert not fits(yaml.safe_load(BASE + wrong), SCHEMA)


def test_a_property_with_a_label_fits_one_way_of_writing_it_or_another_without_an_editor_complaining_of_two() -> None:
    assert '"oneOf"' not in schema_text()
    assert fits(yaml.safe_load(BASE + "  mrr: {kind: number, property: {name: mrr, label: MRR}}"), SCHEMA)

"""What every registered kind keeps, whatever it is: a new one is in here by its line in the registry."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import datetime

import orjson
import polars as pl
import pytest
from hypothesis import example, given, settings
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticUndefined

from hubsync_assets import kinds
from hubsync_assets.errors import PermanentError
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.null_words import EMPTY_WORDS, UNREADABLE_WORDS
from hubsync_assets.kinds.policies import Keep, Rule
from hubsync_assets.kinds.reading import Conventions
from hubsync_assets.kinds.registry import KINDS, AnyField
from hubsync_assets_tests.kinds.examples import (
    FITS,
    TYPES,
    UNFIT,
    column,
    every_kind,
    every_variant,
    plain_field,
    texts,
)
from hubsync_assets_tests.kinds.outcomes import UNKNOWN, fault_keys, read_texts
from hubsync_assets_tests.kinds.unhurried import UNHURRIED

EACH = settings(UNHURRIED, max_examples=40)


@every_variant
@given(texts)
@example(["-0", "9223372036854775807", "-1.5", "1e400", "0.1", "1e-320"])
@EACH
def test_any_text_is_read_into_the_kinds_dtype_or_not_at_all(field: Field, given: list[str | None]) -> None:
    read = field.read(column(given), Conventions())
    assert read.values.dtype == field.dtype
    assert len(read.values) == len(given)
    assert read.unknown.dtype == pl.UInt32
    bad = [False] * len(given) if read.bad is None else read.bad.to_list()
    assert len(bad) == len(given)
    assert set(bad) <= {True, False}
    for row, text in enumerate(given):
        assert text is not None or (read.values[row] is None and not bad[row])
        assert not bad[row] or (read.values[row] is None and row not in read.unknown)
    assert all(read.values[row] is None for row in read.unknown)


@every_variant
@given(texts.filter(lambda column: len(column) < 7))
@settings(UNHURRIED, max_examples=20)
def test_a_text_is_read_the_same_whatever_stands_around_it(field: Field, given: list[str | None]) -> None:
    assert read_texts(field, given) == [read_texts(field, [text])[0] for text in given]


@every_variant
def test_a_column_of_nothing_is_read(field: Field) -> None:
    for nothing in ([], [None], [None, None], ["", "  ", "\u200b"]):
        assert read_texts(field, nothing) == [None] * len(nothing)


@every_variant
@pytest.mark.parametrize("word", sorted(EMPTY_WORDS | UNREADABLE_WORDS))
def test_a_null_word_is_no_value_and_no_fault(field: Field, word: str) -> None:
    expected = UNKNOWN if word in UNREADABLE_WORDS else None
    assert read_texts(field, [word, f" {word.upper()} "]) == [expected, expected]


@every_variant
def test_a_null_word_is_one_where_the_source_says_so(field: Field) -> None:
    how = Conventions(empty_words=frozenset({"keine angabe"}), unreadable_words=frozenset({"wei\u00df nicht"}))
    assert read_texts(field, ["Keine  Angabe", "Wei\u00df nicht"], how) == [None, UNKNOWN]


@every_variant
@given(texts)
@EACH
def test_people_read_a_value_as_text(field: Field, given: list[str | None]) -> None:
    read = field.read(column(given), Conventions())
    text = read.values.to_frame("it").select(field.text(pl.col("it"))).to_series()
    assert text.dtype == pl.String
    assert text.is_null().equals(read.values.is_null())
    assert "" not in text.to_list()


@every_variant
@given(texts)
@EACH
def test_a_value_comes_back_from_the_log_as_it_was(field: Field, given: list[str | None]) -> None:
    values = field.read(column(given), Conventions()).values.drop_nulls()
    lines = pl.Series([orjson.dumps({"it": field.to_log(value)}).decode() for value in values], dtype=pl.String)
    logged = lines.str.json_decode(pl.Struct({"it": field.logged})).struct.field("it")
    back = logged.to_frame().select(field.from_log(pl.col("it"))).to_series()
    assert back.dtype == field.dtype
    assert back.to_list() == values.to_list()
    assert [field.of_log(each) for each in logged] == values.to_list()
    assert field.to_log(None) is None
    assert field.of_log(None) is None


@every_variant
@given(texts)
@EACH
def test_what_is_written_says_the_value(field: Field, given: list[str | None]) -> None:
    usual = plain_field(field.kind, **({"negative": True} if field.made[0] == "number" else {}))
    for value in field.read(column(given), Conventions()).values.drop_nulls():
        for form in field.forms:
            written = field.written(value, form)
            assert written.strip()
            assert not (field.takes_lists and written.startswith(";"))
            (again,) = read_texts(usual, [written])
            if isinstance(value, datetime):
                value = value.replace(microsecond=value.microsecond // 1000 * 1000)  # noqa: PLW2901 - HubSpot keeps milliseconds
            assert again == value
            sendable = field.sendable(form)
            assert sendable is None or sendable.issuperset(written.split(";") if field.takes_lists else [written])


@every_kind
def test_a_value_goes_to_the_fields_property_and_nothing_clears_it(kind: str) -> None:
    field = plain_field(kind)
    (value,) = read_texts(field, [FITS[kind]])
    properties = {"other": "x"}
    field.write_into(properties, value, None)
    assert properties == {"other": "x", "it": field.written(value, field.forms[0])}
    field.clear(properties)
    assert properties == {"other": "x", "it": ""}


@every_kind
def test_a_value_of_another_type_is_not_written(kind: str) -> None:
    with pytest.raises(PermanentError, match="the field it holds a ") as error:
        plain_field(kind).written([b"secret"], "alpha2")
    assert "secret" not in str(error.value)


@every_kind
def test_a_default_is_the_value_that_its_text_is_read_as(kind: str) -> None:
    field = plain_field(kind, default=FITS[kind])
    assert field.default_value == read_texts(field, [FITS[kind]])[0]
    assert fault_keys(field) == []
    assert plain_field(kind).default_value is None


@pytest.mark.parametrize("kind", UNFIT)
def test_a_default_that_does_not_fit_is_a_fault(kind: str) -> None:
    field = plain_field(kind, default=UNFIT[kind])
    ((key, words),) = field.faults()
    assert key == "default"
    assert field.unfit in words


@every_kind
def test_rules_that_make_no_sense_and_unknown_forms_are_faults(kind: str) -> None:
    for rule in Rule:
        expected = [] if rule in KINDS[kind].rules else ["keep"]
        assert fault_keys(plain_field(kind, keep=Keep(rule=rule))) == expected
    assert fault_keys(plain_field(kind, property={"it": "upside_down"})) == ["property"]
    assert {Rule.FIRST, Rule.NEWEST} <= KINDS[kind].rules


@every_kind
def test_the_schema_of_a_declaration_describes_every_key(kind: str) -> None:
    schema = KINDS[kind].model_json_schema()
    assert {key for key, value in schema["properties"].items() if not value.get("description")} == set()
    assert set(schema["properties"]) >= {"kind", "property", "keep", "write", "default"}
    assert "name" not in schema["properties"]
    assert schema["description"]


@every_kind
def test_an_unknown_key_is_refused(kind: str) -> None:
    with pytest.raises(ValidationError):
        plain_field(kind, colour="red")


@every_variant
def test_a_declaration_is_made_of_itself(field: Field) -> None:
    again = TypeAdapter[Field](AnyField).validate_json(field.model_dump_json(exclude_unset=True, by_alias=True))
    assert type(again) is type(field)
    assert again == field


@every_variant
def test_a_property_is_created_as_something_that_takes_the_values(field: Field) -> None:
    assert field.made in TYPES
    assert field.made[0] in field.taken
    (property_,) = field.properties
    assert (property_.type, property_.field_type, property_.options) == (*field.made, field.options())
    sendable = field.sendable(field.forms[0])
    assert (field.made[0] == "enumeration") == (bool(field.options()) or field.options_seen)
    if sendable is not None and field.options():
        assert {option.value for option in field.options()} == sendable


@every_variant
def test_a_field_without_faults_says_what_does_not_fit(field: Field) -> None:
    assert list(field.faults()) == []
    assert 3 < len(field.unfit) < 120
    assert field.unfit[0].islower()


def test_every_kind_in_the_room_is_in_the_registry() -> None:
    for module in pkgutil.iter_modules(kinds.__path__, f"{kinds.__name__}."):
        importlib.import_module(module.name)
    found = set(subclasses(Field))
    named = {
        cls.model_fields["kind"].default: cls
        for cls in found
        if cls.model_fields["kind"].default is not PydanticUndefined
    }
    assert named == KINDS
    assert set(KINDS) == FITS.keys() == UNFIT.keys() | {"text", "id", "enum"}


def subclasses(cls: type[Field]) -> Iterator[type[Field]]:
    for each in cls.__subclasses__():
        if each.__module__.startswith(f"{kinds.__name__}."):
            yield each
            yield from subclasses(each)

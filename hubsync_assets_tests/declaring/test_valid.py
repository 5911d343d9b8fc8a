"""Declarations without faults: what is written is what is meant."""

import time
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings

from hubsync_assets.declaring.loading import declared_in, load, model_of
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets_tests.declaring.declarations import declarations

ROOT = Path(__file__).parents[2]


def sync_of(text: str) -> ContactSync:
    return declared_in(text, "hubsync.yaml").declared


@settings(max_examples=150, deadline=None)
@given(declared=declarations())
def test_what_is_declared_in_yaml_is_what_is_declared_in_python(declared: dict[str, Any]) -> None:
    in_python = ContactSync.model_validate(declared)
    assert sync_of(yaml.safe_dump(declared, sort_keys=False, allow_unicode=True)) == in_python
    assert model_of(in_python).declared is in_python


@settings(max_examples=50, deadline=None)
@given(declared=declarations())
def test_a_declaration_that_is_written_down_again_is_the_same(declared: dict[str, Any]) -> None:
    sync = ContactSync.model_validate(declared)
    written = sync.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for field in written["fields"].values():
        del field["name"]
    assert sync_of(yaml.safe_dump(written, sort_keys=False)) == sync


def test_the_words_of_yaml_are_text_where_a_text_is_wanted() -> None:
    sync = sync_of(
        """
        sources:
          crm:
            read: 2026
            columns: {no: 012, on: yes, name: null}
            constants: {zip: 08001, size: 1e3}
            null_words: [null, ~, no, -, 0]
            region: NO
        fields:
          email: {kind: email}
          country: {kind: country, only: [NO, ES]}
          no: {kind: text, default: 007}
          on: {kind: text, property: null}
          name: {kind: text, default: true}
          zip: {kind: id}
          size: {kind: number}
        """.replace("name: null}", "name: 'null'}")
    )
    source = sync.sources["crm"]
    assert source.read == "2026"
    assert source.columns == {"no": "012", "on": "yes", "name": "null"}
    assert source.constants == {"zip": "08001", "size": "1e3"}
    assert source.null_words == ("null", "~", "no", "-", "0")
    assert source.region == "NO"
    assert sync.fields["country"].sendable("alpha2") == frozenset({"NO", "ES"})
    assert sync.fields["no"].default_value == "007"
    assert sync.fields["on"].targets == ()
    assert sync.fields["name"].default_value == "true"


def test_a_truth_is_one_in_any_of_the_usual_words() -> None:
    for word, truth in {"true": True, "True": True, "yes": True, "no": False, "off": False, "false": False}.items():
        text = f"sources: {{crm: {{read: x}}}}\nfields: {{email: {{kind: email}}}}\ncreate: {word}"
        assert sync_of(text).create is truth


def test_an_alias_is_what_it_stands_for() -> None:
    text = "sources: {crm: {read: x}}\nfields:\n  email: {kind: email}\n  a: &number {kind: number}\n  b: *number"
    assert [field.kind for field in sync_of(text).fields.values()] == ["email", "number", "number"]
    assert [field.name for field in sync_of(text).fields.values()] == ["email", "a", "b"]


def test_the_shipped_file_is_read_in_less_than_three_tenths_of_a_second() -> None:
    began = time.process_time()
    model = load(ROOT / "hubsync.yaml")
    assert time.process_time() - began < 0.3
    assert model.sources == ("db1", "db2")


def test_a_file_of_a_hundred_fields_and_ten_sources_is_read_as_fast() -> None:
    columns = ", ".join(f"f{number}: column_{number}" for number in range(100))
    sources = "\n".join(
        f"  s{number}:\n    read: x\n    where: a <> 'b'\n    columns: {{{columns}}}" for number in range(10)
    )
    fields = "\n".join(f"  f{number}:\n    kind: number\n    keep: max\n    default: 1" for number in range(100))
    began = time.process_time()
    assert len(sync_of(f"sources:\n{sources}\nfields:\n  email: {{kind: email}}\n{fields}").fields) == 101
    assert time.process_time() - began < 0.6

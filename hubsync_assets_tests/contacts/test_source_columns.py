"""From a source's columns to fields: paths, the key at a path, paths that are joined, and what counts as not given."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from hubsync_assets.contacts.source_columns import as_fields
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.sources.declared import columns_of

FIELDS = {"email": {"kind": "email"}, "name": {"kind": "text"}, "city": {"kind": "text"}}
PERSON = {"email": "person.email", "name": ["person.first", "person.last"], "city": "person.address.city"}


def fields_of(
    folder: Path, records: Sequence[Any] | str, columns: dict[str, Any], *, superseding: bool = False
) -> pl.DataFrame:
    """What becomes of the records of a file: JSON, or CSV where it is a text."""
    path = folder / ("a.csv" if isinstance(records, str) else "a.jsonl")
    text = records if isinstance(records, str) else "\n".join(map(json.dumps, records))
    path.write_text(text, encoding="utf-8")
    declared = columns_of(FIELDS, columns=columns)
    chunks = read_chunks(locate(str(path))[0], declared, superseding=superseding)
    return pl.concat(as_fields(declared, chunk.rows, keys_matter=superseding) for chunk in chunks)


def test_the_key_may_stand_at_a_path_that_other_fields_go_along_too(tmp_path: Path) -> None:
    records = [
        {"person": {"email": "a@x.io", "first": "Ana", "last": "Li", "address": {"city": "Oslo"}}},
        {"person": {"email": None, "first": "Bo"}},
        {"person": {"email": ["a list"]}},
        {"person": None},
    ]
    found = fields_of(tmp_path, records, PERSON)
    assert found["email"].to_list() == ["a@x.io", None, '["a list"]', None]
    assert found["name"].to_list() == ["Ana Li", "Bo", None, None]
    assert found["city"].to_list() == ["Oslo", None, None, None]
    assert found["nested"].to_list() == [None, None, ["email"], None]


def test_a_flat_export_has_the_whole_path_for_a_name(tmp_path: Path) -> None:
    text = "person.email,person.first,person.last,person.address.city\na@x.io,Ana,Li,Oslo\n"
    assert fields_of(tmp_path, text, PERSON).select("email", "name", "city").rows() == [("a@x.io", "Ana Li", "Oslo")]


def test_a_list_at_a_path_that_is_joined_makes_no_text_of_it(tmp_path: Path) -> None:
    records = [{"person": {"email": "a@x.io", "first": ["Ana"], "last": "Li"}}]
    assert fields_of(tmp_path, records, PERSON)["nested"].to_list() == [["name"]]


def test_in_a_newer_file_a_key_that_an_object_lacks_is_not_given(tmp_path: Path) -> None:
    records = [
        {"person": {"email": "a@x.io", "first": "Ana"}},
        {"person": {"email": "b@x.io", "first": None, "last": None, "address": {}}},
        {"person": {"email": "c@x.io", "first": "C", "last": "C", "address": {"city": None}}},
        {"person": {"email": "d@x.io", "first": "D", "last": "D", "address": None}},
    ]
    found = fields_of(tmp_path, records, PERSON, superseding=True)
    # A name is given if one of its parts is; and nothing in place of an address has no city.
    assert found["not_given"].to_list() == [["city"], ["city"], None, None]
    assert fields_of(tmp_path, records, PERSON)["not_given"].to_list() == [None] * 4


def test_a_key_that_is_written_with_escapes_is_there(tmp_path: Path) -> None:
    text = '{"person": {"email": "a@x.io", "\\u0061ddress": {"city": null}}}\n{"person": {"email": "b@x.io"}}'
    path = tmp_path / "a.jsonl"
    path.write_text(text, encoding="utf-8")
    declared = columns_of(FIELDS, columns=PERSON)
    chunks = read_chunks(locate(str(path))[0], declared, superseding=True)
    found = pl.concat(as_fields(declared, chunk.rows, keys_matter=True) for chunk in chunks)
    assert [("city" in names) for names in found["not_given"].to_list()] == [False, True]


def test_a_word_for_nothing_is_no_part_of_a_name_and_one_for_nobody_knows_is_all_of_it(tmp_path: Path) -> None:
    text = "email,first,last\na@x.io,Ana,NULL\nb@x.io,\\N,\\N\nc@x.io,Caro,n/a\nd@x.io,None,Diaz\n"
    found = fields_of(tmp_path, text, {"name": ["first", "last"]})
    assert found["name"].to_list() == ["Ana", "", "n/a", "Diaz"]


def test_the_key_is_found_in_the_text_of_an_object_in_a_csv_file(tmp_path: Path) -> None:
    text = 'person\n"{""email"": ""a@x.io"", ""first"": ""Ana""}"\n'
    assert fields_of(tmp_path, text, PERSON).select("email", "name").rows() == [("a@x.io", "Ana")]


def test_in_a_flat_file_whose_key_is_a_path_what_is_missing_is_not_looked_for_in_the_key(tmp_path: Path) -> None:
    text = "person.email,person.first,person.last,person.address.city\na@x.io,Ana,,\n"
    found = fields_of(tmp_path, text, PERSON)
    assert found.select("email", "name", "city", "nested").rows() == [("a@x.io", "Ana", None, None)]
    record = {"person.email": "a@x.io", "person.last": None}
    assert fields_of(tmp_path, [record], PERSON, superseding=True)["not_given"].to_list() == [["city"]]

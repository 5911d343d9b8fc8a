"""The usage examples in docstrings: each of these functions has one, and it is true."""

import doctest
import importlib

import pytest

EXAMPLES = {
    "contacts.changes": "find_changes",
    "contacts.merge": "merge_bucket",
    "contacts.provenance": "field_origins",
    "hubspot.mapping": "PropertyMapping",
    "model.field_lists": "field_lists",
    "sources.looks_like": "looks_like",
    "sources.readers.one_document": "is_one_document",
    "sources.readers.read_chunks": "read_chunks",
    "tables.storage": "Storage.table",
}
"""By module, what in it shows how it is used."""


@pytest.mark.parametrize(("module", "name"), EXAMPLES.items(), ids=EXAMPLES.values())
def test_the_example_is_there_and_true(module: str, name: str) -> None:
    found = {
        test.name: test for test in doctest.DocTestFinder().find(importlib.import_module(f"hubsync_assets.{module}"))
    }
    example = found[f"hubsync_assets.{module}.{name}"]
    assert example.examples
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example, out=said.append)
    assert said == []

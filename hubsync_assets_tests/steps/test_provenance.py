"""Whose value a field is, from the raw tables, whatever their buckets."""

from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.contacts.provenance import Place, field_origins
from hubsync_assets.errors import PermanentError
from hubsync_assets.steps.provenance import origins_of
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL, SOURCES
from hubsync_assets_tests.steps.test_merge_share import ODD, ODD_FACTS, ODD_GIVES, merged


@pytest.mark.parametrize("bits", [(0, 0), (3, 1)])
def test_the_origins_of_each_contact_are_found_in_the_raw_tables(tmp_path: Path, bits: tuple[int, int]) -> None:
    storage = Storage(MODEL, tmp_path)
    merged(storage, ODD, bits, facts=ODD_FACTS)
    for number in (0, 1, 45, 119):
        email = f"p{number}@example.com"
        assert origins_of(storage, email) == field_origins(MODEL, ODD.filter(pl.col("email") == email), ODD_GIVES)


def test_a_value_names_source_file_and_position(tmp_path: Path) -> None:
    storage = Storage(MODEL, tmp_path)
    merged(storage, ODD, (2, 2), facts=ODD_FACTS)
    origins = {origin.field: origin for origin in origins_of(storage, "p1@example.com")}
    assert origins["name"].value == "n1"
    assert origins["name"].place == Place(SOURCES[1], "a.json", 2)


def test_nobody_knows_who_is_in_no_source(tmp_path: Path) -> None:
    storage = Storage(MODEL, tmp_path)
    merged(storage, ODD, (2, 2))
    assert origins_of(storage, "nobody@example.com") == []


def test_before_anything_was_read_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="raw_db1 was never materialised"):
        origins_of(Storage(MODEL, tmp_path), "p1@example.com")

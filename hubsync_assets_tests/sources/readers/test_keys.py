"""Names a source may give its fields, and the count of those that no field has."""

import json
from pathlib import Path

import pytest

from hubsync_assets.model.aliases import aliases_of
from hubsync_assets.sources.readers.keys import OTHERS, UNKNOWN_LIMIT, KeyBook
from hubsync_assets_tests.shipped import MODEL
from hubsync_assets_tests.sources.seen import COLUMNS, Seen, see_bytes

place_of = KeyBook(COLUMNS).place


def read(folder: Path, *records: object, block_bytes: int = 1 << 20) -> Seen:
    return see_bytes(folder, json.dumps(records).encode(), block_bytes=block_bytes)


@pytest.mark.parametrize("field", [field.name for field in MODEL.fields])
def test_every_name_of_a_field_is_found_whatever_its_case_and_punctuation(field: str) -> None:
    number = COLUMNS.names.index(field)
    assert place_of(field) == (number, 0)
    for name in (field, *aliases_of(field)):
        words = name.replace("_", " ").replace("-", " ").split()
        camel = words[0] + "".join(word.title() for word in words[1:])
        for spelling in (name, name.upper(), name.title(), "_".join(words), "-".join(words), f" {name}:", camel):
            place = place_of(spelling)
            assert place is not None
            assert place[0] == number, spelling


def test_the_fields_own_name_counts_before_its_aliases_in_their_order() -> None:
    spellings = ["name", "NAME", "Full Name", "contact-name"]
    assert [place_of(spelling) for spelling in spellings] == [(1, 0), (1, 1), (1, 2), (1, 3)]


@pytest.mark.parametrize("key", ["", "-", "emails", "id", "näme", "comp"])
def test_other_names_are_no_field(key: str) -> None:
    assert place_of(key) is None


@pytest.mark.parametrize(
    ("record", "email"),
    [
        ('{"E-Mail":"alias","email":"own"}', "own"),
        ('{"email":null,"E-Mail":"alias"}', "alias"),
        ('{"mail":"second","e-mail":"first"}', "first"),
        ('{"EMAIL":"1","email":"2"}', "2"),
        ('{"EMAIL":"1","Email":"2"}', "1"),
        ('{"EMAIL":null,"email":"2"}', "2"),
        ('{"email":"","mail":"x"}', ""),
        ('{"email":"1","email":"2"}', "2"),
        ('{"email":null,"email":"2"}', "2"),
        ('{"\\u0065mail":"escaped"}', "escaped"),
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.ndjson"])
def test_of_two_names_of_one_field_the_first_in_the_fields_order_counts(
    tmp_path: Path, record: str, email: str, name: str
) -> None:
    text = f"[{record}]" if name == "a.json" else record
    assert see_bytes(tmp_path, text.encode(), name).column("email") == [email]


def test_values_under_unknown_keys_are_counted_over_all_chunks(tmp_path: Path) -> None:
    records = [{"id": number, "email": "x", **({"tags": [1]} if number % 2 else {"n": None})} for number in range(100)]
    assert read(tmp_path, *records, block_bytes=64).unknown == {"id": 100, "tags": 50}


def test_ids_used_as_keys_do_not_fill_the_memory(tmp_path: Path) -> None:
    records = [{"email": "x", f"id{number}": 1} for number in range(1000)]
    seen = read(tmp_path, *records, block_bytes=512)
    assert len(seen.unknown) == UNKNOWN_LIMIT + 1
    assert seen.unknown[OTHERS] == 1000 - UNKNOWN_LIMIT
    assert seen.unknown["id0"] == 1

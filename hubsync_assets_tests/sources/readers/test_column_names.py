"""Which columns a file is said to have, from its beginning."""

import json
from pathlib import Path

import pytest

from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.readers.column_names import column_names
from hubsync_assets_tests.sources.seen import COLUMNS

ANA = '{"email": "ana@example.com", "Fax": 1}'
BOB = '{"email": "bob@example.com", "Plan": 2}'
QUOTED, QUOTED_BOB = json.dumps(ANA), json.dumps(BOB)
IN_CSV = ANA.replace('"', '""')


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", f"[{ANA}, {BOB}]"),
        ("a.ndjson", f"{ANA}\n{BOB}\n"),
        ("a.json", f'{{"total": 2, "data": {{"items": [{ANA}, {BOB}]}}, "next": null}}'),
        ("a.json", f'{{"ok": true, "items": [{ANA}]}}\n{{"ok": true, "items": [{BOB}]}}\n'),
        ("a.json", f'{{"total": 2, "items": [{ANA}, {BOB}, {{"email": "cut'),
        (
            "a.jsonl",
            f'{{"_airbyte_ab_id": "x", "_airbyte_data": {ANA}}}\n{{"_airbyte_ab_id": "y", "_airbyte_data": {BOB}}}\n',
        ),
        ("a.jsonl", f'{{"_airbyte_ab_id": "x", "_airbyte_data": {QUOTED}}}\n{{"_airbyte_data": {QUOTED_BOB}}}\n'),
        ("a.json", f'[{{"type": "header"}}, {{"type": "table", "data": [{ANA}, {BOB}]}}]'),
    ],
)
def test_they_are_those_of_the_records_and_not_of_what_is_around_them(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert column_names(locate(str(tmp_path / name))[0], COLUMNS) == ("email", "Fax", "Plan")


def test_of_csv_with_the_records_in_one_column_they_are_those_of_the_records(tmp_path: Path) -> None:
    path = tmp_path / "raw.csv"
    path.write_text(f'_airbyte_ab_id,_airbyte_data\nx,"{IN_CSV}"\n')
    assert column_names(locate(str(path))[0], COLUMNS) == ("email", "Fax")


def test_a_declared_place_is_where_they_are_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(f'{{"old": [{ANA}], "new": [{BOB}]}}')
    assert column_names(locate(str(path))[0], COLUMNS, records="new") == ("email", "Plan")


def test_where_nobody_knows_which_records_are_meant_they_are_those_around_them(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(f'{{"old": [{ANA}], "new": [{BOB}]}}')
    assert column_names(locate(str(path))[0], COLUMNS) == ("old", "new")

"""``--sources`` on a database: its first rows are shown, and what is wrong is one line."""

import time
from pathlib import Path

import pytest

from hubsync_assets.check.__main__ import main
from hubsync_assets_tests.databases.server import SECRET, Server
from hubsync_assets_tests.sources.databases.numbered import numbered

DECLARED = """
sources:
  crm: {read: "env:CRM_URL", %s, id: id}
fields:
  email: {kind: email}
  name: {kind: text}
"""


def shown(folder: Path, source: str, url: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    file = folder / "hubsync.yaml"
    file.write_text(DECLARED % source)
    code = main(["--sources"], {"HUBSYNC_FILE": str(file), "CRM_URL": url})
    told = capsys.readouterr().out
    assert SECRET not in told
    return code, told


def test_the_first_rows_of_a_table_are_shown(
    shared_server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbered(shared_server, "shown", 30)
    code, told = shown(tmp_path, "table: shown", shared_server.setting, capsys)
    assert code == 0
    assert "the first 30 records: 30 can be synced" in told
    assert ["1", "p1@example.com", "x"] in [line.split() for line in told.splitlines()]


def test_of_a_large_table_no_more_is_read_than_is_shown(
    shared_server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbered(shared_server, "large", 100_000)
    began = time.monotonic()
    code, told = shown(tmp_path, "table: large", shared_server.setting, capsys)
    assert code == 0
    assert "the first 10000 records" in told.replace(",", "")
    assert time.monotonic() - began < 10


def test_a_query_in_a_file_beside_the_declaration_is_read(
    shared_server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbered(shared_server, "shown", 30)
    (tmp_path / "contacts.sql").write_text(
        "-- of all of them\nSELECT * FROM shown\nWHERE id <= 3; -- the first three\n"
    )
    code, told = shown(tmp_path, "query: contacts.sql", shared_server.setting, capsys)
    assert code == 0
    assert "the first 3 records: 3 can be synced" in told


@pytest.mark.parametrize(
    ("source", "url", "words"),
    [
        ("table: nowhere", None, "nowhere: there is no such table"),
        ("table: shown, updated_at: changed", None, "shown: changed is no column there: it has id, email, name"),
        ("query: 'SELECT 1; SELECT 2'", None, "query: this is not valid SQL for it"),
        ("table: shown", f"postgresql://u:a@{SECRET}?b@h/d", "what crm reads is not the URL of a database"),
        ("table: shown", f"postgresql://u:{SECRET}@127.0.0.1:1/d", "nothing answers at this address"),
        ("table: shown", f"/tmp/{SECRET}.csv", "what it reads is no database"),
        ("table: shown", f"oracle://u:{SECRET}@h/d", "the driver for oracle is not installed"),
    ],
)
def test_what_is_wrong_with_a_database_is_one_line(
    source: str, url: str | None, words: str, shared_sqlite: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbered(shared_sqlite, "shown", 1)
    code, told = shown(tmp_path, source, url or shared_sqlite.setting, capsys)
    assert code == 1
    (line,) = [line for line in told.splitlines() if words in line]
    assert line == [each for each in told.splitlines() if each][-1]


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{SECRET}@h/d",
        f"postgresql://u:a/{SECRET}@h/d",
        f"postgres://u:a#{SECRET}@h/d",
        f"mysql://u:a?{SECRET}@h/d",
        f"MYSQL+PYMYSQL://u:a@{SECRET}@h/d",
        f"postgresql://h/d?password={SECRET}",
    ],
)
def test_a_password_in_the_declaration_is_refused_without_a_word_of_it(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hubsync.yaml"
    file.write_text(DECLARED.replace("env:CRM_URL", url) % "table: shown")
    assert main(["--sources"], {"HUBSYNC_FILE": str(file)}) == 1
    told = capsys.readouterr().out
    assert "a password does not belong into this file" in told
    assert SECRET not in told

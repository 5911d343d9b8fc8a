"""``--sources``: how the first records of each source are read, on the terminal."""

from pathlib import Path

import pytest

from hubsync_assets.check.__main__ import main

DECLARED = """
sources:
  crm: {read: %s, columns: {name: Full, plan: Tariff}, where: "Tariff <> 'test'"}
  shop: {read: %s}
fields:
  email: {kind: email}
  name: {kind: text}
  plan: {kind: text}
  size: {kind: whole}
"""
CRM = """Email,Full,Tariff,size,Fax
ana@example.com,Ana,pro,12,1
bob@example.com,,free,many,2
eva@example.com,Eva,test,-,
nobody,X,pro,1,4
"""


@pytest.fixture
def declaration(tmp_path: Path) -> Path:
    (tmp_path / "crm.csv").write_text(CRM)
    file = tmp_path / "hubsync.yaml"
    file.write_text(DECLARED % (tmp_path / "crm.csv", tmp_path / "nowhere.csv"))
    return file


def test_each_source_shows_its_first_rows_what_nobody_takes_and_the_shares(
    declaration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--sources"], {"HUBSYNC_FILE": str(declaration), "HUBSYNC_SHOP": ""}) == 0
    told = capsys.readouterr().out
    assert "2 sources, 4 fields, nothing wrong" in told
    assert "the first 4 records: 3 can be synced, 1 of them left out by where" in told
    assert "1 cannot: invalid_email" in told
    assert "columns that no field takes, and their values: Fax (3)" in told
    lines = [line.split() for line in told.splitlines()]
    assert ["size", "33%", "33%", "33%", "-"] in lines
    assert ["name", "67%", "33%", "-", "-"] in lines
    assert ["1", "ana@example.com", "Ana", "pro", "12"] in lines


def test_a_source_that_cannot_be_read_does_not_hide_the_others(
    declaration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--sources"], {"HUBSYNC_FILE": str(declaration)}) == 1
    told = capsys.readouterr().out
    assert "ana@example.com" in told
    assert "\nshop: " in told


def test_without_the_option_no_source_is_opened(declaration: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], {"HUBSYNC_FILE": str(declaration)}) == 0
    assert "ana@example.com" not in capsys.readouterr().out


def test_what_a_file_holds_does_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "crm.csv").write_bytes(b"email,name,\x1b[2Jodd\nana@example.com,A\x1bna,1\n")
    file = tmp_path / "hubsync.yaml"
    file.write_text(
        "sources: {crm: {read: %s}}\nfields: {email: {kind: email}, name: {kind: text}}" % (tmp_path / "crm.csv")
    )
    assert main(["--sources"], {"HUBSYNC_FILE": str(file)}) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_what_was_recognised_and_what_should_perhaps_be_declared_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"a{number}@example.com;12,5\n" for number in range(12_000))
    (tmp_path / "crm.csv").write_bytes(f"Contacts of 2026\nemail;score\n{rows}".encode("utf-16"))
    file = tmp_path / "hubsync.yaml"
    crm = tmp_path / "crm.csv"
    file.write_text(f"sources:\n  crm: {{read: {crm}}}\nfields:\n  email: {{kind: email}}\n  score: {{kind: number}}\n")
    assert main(["--sources"], {"HUBSYNC_FILE": str(file)}) == 0
    said = capsys.readouterr().out
    assert "  read as UTF-16LE; 1 line above the header left out\n" in said
    assert 'values of score that do not fit look like decimal: ","' in said

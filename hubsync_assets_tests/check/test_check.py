"""The command, as a terminal has it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hubsync_assets.check.__main__ import main

ROOT = Path(__file__).parents[2]


def test_a_file_without_faults_is_counted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main([], {}) == 0
    assert capsys.readouterr().out == "hubsync.yaml: 2 sources, 7 fields, nothing wrong\n"


def test_one_of_a_kind_is_counted_as_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("sources: {crm: {read: x}}\nfields: {email: {kind: email}}", encoding="utf-8")
    assert main([], {"HUBSYNC_FILE": str(path)}) == 0
    assert capsys.readouterr().out == f"{path}: 1 source, 1 field, nothing wrong\n"


def test_faults_are_printed_as_they_are_and_the_exit_code_is_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("crate: true\nsources: {crm: {read: x}}\nfields: {email: {kind: emial}}", encoding="utf-8")
    assert main([], {"HUBSYNC_FILE": str(path)}) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path}:1: crate: there is no such key; did you mean 'create'?",
        f"{path}:3: fields.email.kind: 'emial' is no kind; did you mean 'email'?",
    ]


def test_the_command_reads_the_name_of_the_file_from_a_file_of_variables(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HUBSYNC_FILE=other.yaml\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "HUBSYNC_FILE"}
    done = subprocess.run(
        [sys.executable, "-m", "hubsync_assets.check"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("other.yaml: there is no such file")
    assert done.stderr == ""

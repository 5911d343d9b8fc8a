"""How long polars keeps memory is said by what starts a process, and by nothing that is imported."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hubsync_assets.launch import dev

ROOT = Path(__file__).parents[2]
NAME = "_RJEM_MALLOC_CONF"


def made(environment: dict[str, str]) -> str:
    """What a command of the Makefile has."""
    command = ["make", "--no-print-directory", "--eval", f"shown: ; @printenv {NAME}", "shown"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_the_makefile_and_make_dev_say_the_same_and_a_person_may_say_otherwise() -> None:
    without = {name: value for name, value in os.environ.items() if name != NAME}
    assert made(without) == dev.MEMORY_KEPT
    assert made({**without, NAME: "thp:always"}) == "thp:always"


@pytest.mark.parametrize(
    ("there", "then"), [(dev.POLARS_KEEPS, dev.MEMORY_KEPT), (None, dev.MEMORY_KEPT), ("thp:always", "thp:always")]
)
def test_make_dev_hands_it_to_dagster(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: str | None, then: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(NAME, there or "")
    if there is None:
        monkeypatch.delenv(NAME)
    monkeypatch.setattr(dev, "is_taken", lambda _port: True)  # so that nothing is started
    assert dev.main() == 1
    assert os.environ[NAME] == then


def test_no_module_that_is_imported_sets_it_and_polars_does_what_make_dev_expects() -> None:
    setting = [path.name for path in (ROOT / "hubsync_assets").rglob("*.py") if re.search(NAME, path.read_text())]
    assert setting == ["dev.py"]
    code = f"import os, hubsync_assets.definitions; print(os.environ[{NAME!r}])"
    without = {name: value for name, value in os.environ.items() if name != NAME}
    done = subprocess.run([sys.executable, "-c", code], env=without, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == dev.POLARS_KEEPS

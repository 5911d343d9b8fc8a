"""A short fuzz of every format, a longer one where servers are tested, and proof that both would find what they look for."""

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import fuzz
from benchmarks.fuzz import Memory, Seen, check
from benchmarks.fuzz_documents import Document, make, spoil
from benchmarks.fuzz_text import Record

ROOT = Path(__file__).parents[2]
NAMES = {
    f"fuzz.{form}{packing}"
    for form in ("csv", "tsv", "json", "jsonl", "ndjson")
    for packing in ("", ".gz", ".bz2", ".xz", ".zst")
} | {"fuzz.zip", "fuzz.parquet", "fuzz.arrow", "fuzz.xlsx"}


def test_no_document_is_read_wrongly(tmp_path: Path) -> None:
    assert fuzz.fuzz(150, 20_260_101, tmp_path) == 150


@pytest.mark.services
def test_a_minute_of_other_documents_each_time_finds_none_that_is_read_wrongly() -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    command = [sys.executable, "-m", "benchmarks.fuzz", "--seconds", "60", "--seed", str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert f"seed {seed}" in done.stdout


def test_documents_are_of_every_format_and_packing_and_the_same_each_time() -> None:
    made = [make(random.Random(number)) for number in range(3000)]
    assert {document.name for document in made} == NAMES
    assert made[7].records == make(random.Random(7)).records
    assert all(document.intact is None for document in made)


def test_spoilt_documents_are_cut_off_changed_and_doubled() -> None:
    spoilt = [spoil(random.Random(number), make(random.Random(number))) for number in range(200)]
    assert {(document.cut, document.doubled) for document in spoilt} == {(True, False), (False, True), (False, False)}
    for number, document in enumerate(spoilt):
        assert document.intact is not None
        assert document.content[: document.intact] == make(random.Random(number)).content[: document.intact]


CSV: list[Record] = [("u1", "b", None, None), ("u2", "d", None, None)]


@pytest.mark.parametrize(
    ("content", "records", "words"),
    [
        (b"email,name\na,b\n", [("a", "c", None, None)], "not what was written"),
        (b"email,name\na,b\na,b\n", [("a", "b", None, None)], "not what was written"),
        (b"email,name\na,b\n", [("a", "b", None, None)] * 2, "not what was written"),
        (b"email,name\na,b\nc,d,e\n", [("a", "b", None, None)], "broken"),
        (b"id,name\na,b\n", [], "refused"),
    ],
)
def test_a_record_that_is_changed_doubled_or_lost_is_found(
    tmp_path: Path, content: bytes, records: list[Record], words: str
) -> None:
    with pytest.raises(AssertionError, match=words):
        check(Document("fuzz.csv", content, records), tmp_path, random.Random(1))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"email,name\nu1,b\nu2,d\nu1,b\n", "doubled or misplaced"),
        (b"email,name\nu2,d\nu1,b\n", "doubled or misplaced"),
        (b"email,name\nu2,d\n", "before the damage is lost"),
        (b"email,name\n", "before the damage is lost"),
    ],
)
def test_a_record_of_a_spoilt_document_that_is_doubled_misplaced_or_lost_is_found(
    tmp_path: Path, content: bytes, words: str
) -> None:
    document = Document("fuzz.csv", content, CSV, ends=[16, 21], intact=21)
    with pytest.raises(AssertionError, match=words):
        check(document, tmp_path, random.Random(1))
    check(replace(document, content=b"email,name\nu1,b\nu2,d\n"), tmp_path, random.Random(1))


def test_a_position_that_is_missing_and_a_result_that_depends_on_blocks_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = Document("fuzz.csv", b"", [], intact=0)
    monkeypatch.setattr(fuzz, "seen", lambda _path, _size: Seen([(2, ("a",))], []))
    with pytest.raises(AssertionError, match="lost, doubled or misplaced"):
        check(document, tmp_path, random.Random(1))
    monkeypatch.setattr(fuzz, "seen", lambda _path, size: Seen([], [], str(size)))
    with pytest.raises(AssertionError, match="depends on the block size"):
        check(document, tmp_path, random.Random(1))


def test_what_takes_too_long_or_too_much_memory_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "SECONDS_A_DOCUMENT", 0.0)
    with pytest.raises(AssertionError, match="too long"):
        check(Document("fuzz.csv", b"email\na\n", []), tmp_path, random.Random(1))
    memory = Memory()
    memory.watch(fuzz.WARM_AFTER)
    monkeypatch.setattr(fuzz, "MIB_A_DOCUMENT", 0)
    with pytest.raises(AssertionError, match="MiB more than all before"):
        memory.watch(fuzz.WARM_AFTER + 1)


def test_a_process_that_dies_or_finds_something_is_not_passed_over(tmp_path: Path) -> None:
    code = "from benchmarks import fuzz; fuzz._JOB = 'import os; os.abort()'; fuzz.main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--count", "1"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "seed 1: not all is read as it should be" in done.stderr

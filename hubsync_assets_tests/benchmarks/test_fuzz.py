"""A short fuzz of every text format, and proof that it would find what it looks for."""

import random
from pathlib import Path

import pytest

from benchmarks import fuzz
from benchmarks.fuzz import Document, check, make, spoil


def test_no_document_is_read_wrongly(tmp_path: Path) -> None:
    assert fuzz.fuzz(150, 20_260_101, tmp_path) == 150


def test_documents_are_of_every_format_and_the_same_each_time() -> None:
    made = [make(random.Random(number)) for number in range(60)]
    assert {document.name for document in made} == {"fuzz.csv", "fuzz.tsv", "fuzz.ndjson", "fuzz.json"}
    assert made[7] == make(random.Random(7))
    assert all(spoil(random.Random(number), document.content) is not None for number, document in enumerate(made))


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
    tmp_path: Path, content: bytes, records: list[fuzz.Record], words: str
) -> None:
    with pytest.raises(AssertionError, match=words):
        check(Document("fuzz.csv", content, records), tmp_path, random.Random(1), whole=True)


def test_a_position_that_is_missing_and_a_result_that_depends_on_blocks_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = Document("fuzz.csv", b"", [])
    monkeypatch.setattr(fuzz, "seen", lambda _path, _size: fuzz.Seen([(2, ("a",))], []))
    with pytest.raises(AssertionError, match="lost, doubled or misplaced"):
        check(document, tmp_path, random.Random(1), whole=False)
    monkeypatch.setattr(fuzz, "seen", lambda _path, size: fuzz.Seen([], [], str(size)))
    with pytest.raises(AssertionError, match="depends on the block size"):
        check(document, tmp_path, random.Random(1), whole=False)

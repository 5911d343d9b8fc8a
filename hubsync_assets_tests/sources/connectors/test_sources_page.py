"""docs/sources.md shows how a kind of source is added: what stands there works."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from hubsync_assets.declaring.loading import declared_in
from hubsync_assets.model.tables import REJECTED
from hubsync_assets.sources.connectors import registry
from hubsync_assets.steps.read import ReadReport, read_sources
from hubsync_assets.tables.storage import Storage

PAGE = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")

DECLARED = """
sources:
  book: {read: 'vcards:%s', columns: {name: fn, phone: tel}}
fields:
  email: {kind: email}
  name: {kind: text}
  phone: {kind: text}
"""
CARDS = """BEGIN:VCARD
FN:Ada Lovelace
EMAIL;TYPE=work:Ada@example.com
TEL:+44 20 7946 0958
ORG:Analytical Engines
END:VCARD
BEGIN:VCARD
FN:Nobody
END:VCARD
"""


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of the page, with its line in the registry."""
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    (line,) = re.findall(r"and the line: `(\(.*\)),`", PAGE)
    made = ModuleType("vcards")
    monkeypatch.setitem(__import__("sys").modules, "vcards", made)
    exec(compile(code, "docs/sources.md", "exec"), vars(made))
    monkeypatch.setattr(registry, "KINDS", (eval(line, vars(made)), *registry.KINDS))
    return made


def read(storage: Storage, setting: str) -> ReadReport:
    storage.lock.acquire("test")
    (report,) = (event for event in read_sources({"book": setting}, "all", storage) if isinstance(event, ReadReport))
    storage.lock.release()
    return report


@pytest.mark.usefixtures("module")
def test_the_source_of_the_page_is_read_like_any_other(tmp_path: Path) -> None:
    cards = tmp_path / "contacts.vcf"
    cards.write_text(CARDS)
    storage = Storage(declared_in(DECLARED % cards, "hubsync.yaml"), tmp_path / "storage")
    first = read(storage, f"vcards:{cards}")
    assert (first.records, first.kept, first.rejected, first.incomplete_rank) == (2, 1, 1, None)
    raw = storage.table("raw_book").require().scan().collect()
    assert raw.select("email", "name", "phone", "position").rows() == [
        ("ada@example.com", "Ada Lovelace", "+44 20 7946 0958", 1)
    ]
    rejected = storage.table(REJECTED).require().scan().collect()
    assert rejected.select("reason", "position", "raw").rows() == [
        ("missing_email", 2, '{"email":null,"fn":"Nobody","tel":null}')
    ]
    assert read(storage, f"vcards:{cards}").reused


@pytest.mark.usefixtures("module")
def test_a_file_that_breaks_off_is_incomplete_and_a_look_sees_a_change(tmp_path: Path) -> None:
    cards = tmp_path / "contacts.vcf"
    cards.write_text(CARDS)
    model = declared_in(DECLARED % cards, "hubsync.yaml")
    source = registry.source_of(model, "book", f"vcards:{cards}")
    before = source.look()
    cards.write_text(CARDS.removesuffix("END:VCARD\n"))
    after = source.look()
    assert before is not None
    assert after is not None
    assert before.digest != after.digest
    assert read(Storage(model, tmp_path / "storage"), f"vcards:{cards}").incomplete_rank == 0

"""docs/declare.md and docs/hubsync.schema.json say what the code does."""

import re
from pathlib import Path

import pytest

from hubsync_assets.declaring.known_keys import keys_of
from hubsync_assets.declaring.loading import declared_in
from hubsync_assets.declaring.page import PAGE, with_tables
from hubsync_assets.declaring.schema import schema_text
from hubsync_assets.kinds.policies import Keep, Rule, Write
from hubsync_assets.kinds.property import PropertyDetail
from hubsync_assets.kinds.registry import KINDS
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync, Source

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    return str(found)


def test_the_page_has_the_tables_of_the_models() -> None:
    assert with_tables(TEXT) == TEXT, "run python -m hubsync_assets.declaring.page"


def test_a_table_that_is_out_of_date_is_written_anew_and_the_words_around_it_stay() -> None:
    stale = re.sub(r"\| `together` \|.*\n", "", TEXT)
    assert stale != TEXT
    assert with_tables(stale) == TEXT
    assert with_tables("before <!-- table: write -->\n<!-- end of table --> behind").startswith(
        "before <!-- table: write -->\n| key |"
    )


def test_the_schema_is_that_of_the_models() -> None:
    kept = (ROOT / "docs" / "hubsync.schema.json").read_text(encoding="utf-8")
    assert kept == schema_text(), "run python -m hubsync_assets.declaring.schema > docs/hubsync.schema.json"


@pytest.mark.parametrize("model", [ContactSync, Source, Keep, Write, PropertyDetail, *KINDS.values()])
def test_every_key_that_can_be_declared_is_on_the_page_in_a_table_with_what_it_says(model: type) -> None:
    for key, words in keys_of(model).items():
        assert re.search(rf"^\| `{key}` \|.* {re.escape(words.replace('|', chr(92) + '|'))} \|$", TEXT, re.MULTILINE), (
            key
        )
        assert len(words) > 10, key


@pytest.mark.parametrize("word", [*KINDS, *Rule])
def test_every_kind_and_rule_has_a_row(word: str) -> None:
    assert re.search(rf"^\| `{word}` \|", TEXT, re.MULTILINE)


def test_the_example_has_no_fault_and_shows_every_kind_and_every_key_of_the_whole_and_of_a_source() -> None:
    example = block("yaml")
    sync = declared_in(example, "hubsync.yaml").declared
    assert {field.kind for field in sync.fields.values()} == KINDS.keys()
    assert keys_of(ContactSync).keys() == sync.model_fields_set
    assert set().union(*(source.model_fields_set for source in sync.sources.values())) == keys_of(Source).keys()


def test_the_first_line_of_the_example_and_of_the_shipped_file_lead_an_editor_to_the_schema() -> None:
    for text in (block("yaml"), (ROOT / "hubsync.yaml").read_text(encoding="utf-8")):
        (path,) = re.findall(r"^# yaml-language-server: \$schema=(\S+)$", text, re.MULTILINE)
        assert (ROOT / path).is_file()


def test_the_python_of_the_page_runs() -> None:
    names: dict[str, object] = {}
    exec(compile(block("python"), "declare.md", "exec"), names)
    model = names["model"]
    assert isinstance(model, ContactModel)
    assert model.names == ("job_title", "mrr")

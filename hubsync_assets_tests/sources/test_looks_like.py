"""What is said of files that people hand over by mistake, and that nothing of their content is said."""

import gzip
from pathlib import Path

import pytest

from hubsync_assets.sources.errors import FileRefusedError, no_email
from hubsync_assets.sources.files.source_file import SourceFile, form_of
from hubsync_assets.sources.looks_like import ENOUGH, looks_like
from hubsync_assets.sources.readers.one_document import is_one_document
from hubsync_assets_tests.sources.seen import see, see_bytes

RECORD = '{"email":"ann@x.io","name":"Secret"}'
OTHER = '{"mail_of":"ann@x.io","name":"Secret"}'


@pytest.mark.parametrize(
    ("form", "text", "words"),
    [
        ("ndjson", f'{{"data":[{RECORD}]}}', "an envelope with the key data"),
        ("ndjson", f'{{"next":"x","count":2,"items" : [\n  {RECORD},', "an envelope with the key items"),
        ("ndjson", f'{{"_airbyte_ab_id":"1","_airbyte_data":{RECORD}}}\n', "an envelope with the key _airbyte_data"),
        ("json", f'[\n {{"type":"x","record":{RECORD}}}]', "an envelope with the key record"),
        ("ndjson", f'{{"ann_lee":{RECORD}}}', "an envelope"),
        ("ndjson", '{"error":"unauthorized","message":"token expired"}', "an error object"),
        ("ndjson", '{"errors":[{"message":"no"}]}', "an error object"),
        ("ndjson", '{"message":"Not Found","status":"404"}', "an error object"),
        ("ndjson", '{"status":"ok"}', "an error object"),
        ("json", '[{"type":"header","version":"5.2.1","comment":"Export to JSON plugin for PHPMyAdmin"},', "a phpMyAdmin export"),
        ("json", "/** Export to JSON plugin for phpMyAdmin */", "a phpMyAdmin export"),
        ("ndjson", f"[{RECORD},{RECORD}]", "a JSON array in a file of lines"),
        ("json", '[["ann@x.io","Secret"]]', "a list of lists"),
        ("csv", f"[{RECORD}]", "JSON"),
        ("json", "email,name\nann@x.io,Secret\n", "CSV"),
        ("csv", "sep=;\nemail;name\n", "CSV with a line that names the delimiter before the header"),
        ("csv", "email,name\rann@x.io,Secret\r", "CSV with the line ends of an old Mac"),
        ("csv", "-- MySQL dump 10.13\nINSERT INTO", "an SQL dump"),
        ("json", "<!DOCTYPE html><title>Secret</title>", "an HTML page"),
        ("csv", "<?xml version='1.0'?><a/>", "XML"),
        ("json", f"[{RECORD}]", ""),
        ("csv", "email,name\nann@x.io,Secret\n", ""),
        ("json", "", ""),
        ("json", "[1,2]", ""),
        ("ndjson", '{"a', ""),
    ],
)  # fmt: skip
def test_a_file_is_named_by_what_people_take_for_an_export(form: str, text: str, words: str) -> None:
    for head in (text, f"\ufeff \n{text}", text + " " * ENOUGH):
        assert looks_like(head.encode(), form) == words


def test_a_long_envelope_is_seen_by_its_first_kilobytes() -> None:
    text = '{"total":1,"results":[' + ",".join([RECORD] * 5_000) + "]}"
    assert looks_like(text.encode(), "ndjson") == "an envelope with the key results"
    assert looks_like(text[:100].encode(), "ndjson") == "an envelope with the key results"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"PK\x03\x04\x14\0\0\0\xff\xfe", "Excel spreadsheet"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel spreadsheet"),
        ("a.json", b"%PDF-1.7\n", "a PDF"),
        ("a.json.gz", gzip.compress(gzip.compress(b"[]", mtime=0), mtime=0), "a gzip file inside of another"),
        ("a.csv", b"PAR1\x15\0", "a Parquet file"),
    ],
)
def test_a_format_that_is_no_text_is_refused_by_its_name(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(FileRefusedError, match=words) as caught:
        see_bytes(tmp_path, content, name)
    assert "iconv" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "email;name\nx@x.io;Петров\n".encode("cp1251"), "ISO-8859-1"),
        ("a.json.gz", b"[]", "is not gzip"),
        ("a.csv", b"id,name\n1,2\n", "no column is an email"),
        ("a.csv", b"sep=;\nid;name\n", "no column is an email"),
    ],
)
def test_a_file_of_which_nothing_can_be_used_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(FileRefusedError, match=words) as caught:
        see_bytes(tmp_path, content, name)
    assert str(caught.value) == f"{tmp_path / name}: {caught.value.what}"
    assert "\n" not in caught.value.what


def test_a_reader_says_at_the_end_of_a_file_what_it_looks_like(tmp_path: Path) -> None:
    seen = see_bytes(tmp_path, b'{"data":[{"mail_of":"ann@x.io"}]}', "a.json")
    assert seen.end.seems == "an envelope with the key data"
    assert str(no_email("a.json", seen.end.seems)) == (
        "a.json: no record with an email (it looks like an envelope with the key data): "
        "export the records themselves, each with its contact's email"
    )


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ('{"a":1}\n{"a":2}', False), ('{"a":1}', False), ("\n\n{}\n{}\n", False), ("", False), ("email\n[", False),
        ("[1]\n[2]\n", False), ("[1]", True), ("\n[]\n", True), ('[{"a":1},\n{"a":2}]', True), ('[\n{"a":1},\n{"a":2}', True),
        ('{\n"a":1}', True), ('{"data":[\n{"a":1},\n{"a":2}\n]}\n', True), ('{"data":[\n{"a":1},\n{"a":"tex', True), ('{"a":\n', False),
        ('{"a":1\n', False), ('{"a":1\n{}\n', False), ('{"a":\n{"b":2}\n', True), ('{"a":\n{"b":2}\n{"c":3}', False), ('{"a":"x\n{"a":1}\n', False),
        ('{"a":1}{"b":1}\n', False), ('{"a":"' + "x" * 2000, False), ("[" + '{"a":1},' * 2000, True), ('{\n"a":nul', True), ("{\n}\n{\n}", True), ('{"a":1,\n"b":2}\n{"a":1}\n', True),
    ],
)  # fmt: skip
def test_a_document_over_many_lines_is_told_from_lines(text: str, *, document: bool) -> None:
    assert is_one_document(text) == document


@pytest.mark.parametrize("block_bytes", [3, 1 << 20])
@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.json", f'{{"data": [\n{OTHER},\n{OTHER}\n]}}', "an envelope with the key data"),
        ("a.json", f'{{\n  "id": 1\n}}\n{OTHER}\n', "not one JSON object a line:"),
        (
            "a.json",
            f'{{"data": [{RECORD}],\n"people": [{RECORD}]}}',
            "several places .it looks like an envelope with the key data",
        ),
        (
            "a.ndjson",
            f'{{"before":{RECORD},"after":{RECORD}}}\n',
            "several places .it looks like an envelope with the key after",
        ),
        (
            "a.json",
            f'[{{"ann_lee":{RECORD},"data":{RECORD}}}]',
            "several places .it looks like an envelope with the key data",
        ),
    ],
)
def test_lines_that_look_like_records_by_chance_are_not_read(
    tmp_path: Path, name: str, text: str, words: str, block_bytes: int
) -> None:
    with pytest.raises(FileRefusedError, match=words) as caught:
        see_bytes(tmp_path, text.encode(), name, block_bytes=block_bytes)
    assert "ann" not in caught.value.what
    assert "records:" in caught.value.what


@pytest.mark.parametrize("name", ["a.json", "a.ndjson", "a.csv", "a.json.gz", "a.csv.gz", "download"])
def test_no_bytes_are_a_file_that_broke_off_in_every_format(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()
    seen = see(SourceFile(str(path), path=path, form=form_of(name)))
    assert (seen.rows, len(seen.broken), seen.complete) == ([], 1, False)

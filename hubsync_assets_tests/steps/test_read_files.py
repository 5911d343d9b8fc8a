"""What the raw tables and the report say of a source's files: what they give, what is not given, what was refused."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hubsync_assets.steps.last_reading import listing_of
from hubsync_assets.steps.read import ReadFailure, read_sources
from hubsync_assets.steps.read_report import ReadReport
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL, RAW_SCHEMA

OTHER = {"b.csv": "email,company_size\nann@x.io,10\n"}


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    made = Storage(MODEL, tmp_path / "storage")
    made.lock.acquire("test")
    yield made
    made.lock.release()


class Read:
    """One reading of both sources: db1's files are named from the oldest to the newest."""

    def __init__(self, folder: Path, storage: Storage, db1: Mapping[str, str | bytes]) -> None:
        for source, files in (("db1", db1), ("db2", OTHER)):
            (folder / source).mkdir(exist_ok=True)
            for age, (name, text) in enumerate(files.items()):
                path = folder / source / name
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
                os.utime(path, (1_000_000_000 + age, 1_000_000_000 + age))
        settings = {source: str(folder / source) for source in ("db1", "db2")}
        events = list(read_sources(settings, "all", storage))
        assert not [event for event in events if isinstance(event, ReadFailure)]
        reports = {event.source: event for event in events if isinstance(event, ReadReport)}
        self.report, self.other = reports["db1"], reports["db2"]
        self.version = storage.table("raw_db1").require()
        self.rows = self.version.scan().collect().sort("file_rank", "position")
        rejected = storage.table("rejected_rows").require().scan().collect()
        self.rejected = rejected.filter(pl.col("source") == "db1")

    def column(self, name: str) -> list[Any]:
        return self.rows[name].to_list()

    @property
    def refused(self) -> dict[str, str]:
        return {Path(name).name: what for name, what in self.report.refused.items()}


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "renamed.csv": ("his_email,name\nann@x.io,Ann\n", "no column is an email"),
    "google.csv": ("Name,E-mail 1 - Type,E-mail 2 - Value\nAnn,Home,ann@x.io\n", "no column is an email"),
    "error.json": ('{"error":"unauthorized","message":"token expired"}', "an error object"),
    "airbyte.ndjson": ('{"_airbyte_data":{"mail_of":"ann@x.io"}}\n', "an envelope with the key _airbyte_data"),
    "data.json": ('{\n  "data": [\n    {"mail_of":"ann@x.io"}\n  ]\n}\n', "an envelope with the key data"),
    "bare.ndjson": ('[1]\n[{"x":1}]\n', "a JSON array in a file of lines"),
    "pma.json": ('[{"type":"header","comment":"Export to JSON plugin for PHPMyAdmin"},{"type":"table","data":[]}]', "a phpMyAdmin export"),
    "page.json": ("<html><body>Login</body></html>", "an HTML page"),
    "excel.csv": (b"PK\x03\x04\x14\0", "an Excel spreadsheet"),
    "nulls.ndjson": ('{"email":null,"name":"Ann"}\n{"email":"N/A"}\n{"name":"Bob"}\n', "no record with an email:"),
    "latin.csv": ("email,name\nann@x.io,Петров\n".encode("cp1251"), "ISO-8859-1"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_makes_its_source_incomplete_and_everything_else_goes_on(
    tmp_path: Path, storage: Storage, name: str
) -> None:
    content, words = REFUSED[name]
    read = Read(tmp_path, storage, {"old.csv": "email,name\nann@x.io,Ann\n", name: content})
    assert list(read.refused) == [name]
    assert words in read.refused[name]
    assert "ann" not in read.refused[name]
    assert (read.report.incomplete_rank, read.report.kept, read.report.records_sum.closes) == (0, 1, True)
    assert read.column("name") == ["Ann"]
    assert list(read.version.facts["gives"]) == ["1"]
    assert (read.other.kept, read.other.incomplete_rank) == (1, None)


def test_a_refused_file_that_is_all_a_source_has_leaves_an_empty_table(tmp_path: Path, storage: Storage) -> None:
    read = Read(tmp_path, storage, {"a.json": '{"error":"unauthorized"}'})
    assert (read.rows.height, read.report.incomplete_rank, len(read.refused)) == (0, 0, 1)
    assert read.rejected["reason"].to_list() == ["missing_email"]


@pytest.mark.parametrize(
    ("name", "text"), [("a.json", ""), ("a.ndjson", ""), ("a.csv", ""), ("a.json", '[{"email":"ann@x')]
)
def test_a_file_that_broke_off_is_not_refused(tmp_path: Path, storage: Storage, name: str, text: str) -> None:
    read = Read(tmp_path, storage, {name: text})
    assert (read.refused, read.report.incomplete_rank) == ({}, 0)


@pytest.mark.parametrize(
    "text", ["email,name\n", "email,name\nann@x,Ann\n", "email,name\nann@x.io,Ann,too,much\n", "email,name\nN/A,x\nbob@x.io,B\n"]
)  # fmt: skip
def test_a_file_without_records_or_with_a_sign_of_an_email_is_no_refused_file(
    tmp_path: Path, storage: Storage, text: str
) -> None:
    read = Read(tmp_path, storage, {"a.csv": text})
    assert (read.refused, read.report.incomplete_rank) == ({}, None)


def test_a_rejected_record_whose_email_can_be_read_is_a_row_and_counted_apart(tmp_path: Path, storage: Storage) -> None:
    text = (
        "email,name,company_name\nann@x.io,Ann,Acme, Inc.\nBob@X.io,Bob,Beta\ncy@x.io,dy@x.io,too,much\neve@x.io (Eve),Eve,E\n"
        "nobody,N,N\n,Fay,F\n"
    )
    read = Read(tmp_path, storage, {"a.csv": text})
    assert read.rows.schema == RAW_SCHEMA
    assert read.rows.select("position", "email", "name", "rejected").rows() == [
        (1, "ann@x.io", None, True), (2, "bob@x.io", "Bob", False), (4, "eve@x.io", None, True),
    ]  # fmt: skip
    assert read.rows.filter("rejected").select("company_name", "unreadable", "not_given").unique().rows() == [
        (None, None, None)
    ]
    report = read.report
    assert (report.records, report.kept, report.rejected, report.named, report.broken) == (6, 1, 5, 2, 4)
    assert report.records_sum.closes
    assert read.version.manifest.rows == report.kept + report.named
    assert report.reasons == {"invalid_email": 2, "malformed": 2, "missing_email": 1}


def test_a_record_that_may_name_somebody_else_behind_what_is_kept_of_it_names_nobody(
    tmp_path: Path, storage: Storage
) -> None:
    long = '{"email":"ann@x.io" "x":"' + "y" * (1 << 20) + '","mail":"bob@x.io"}'
    read = Read(tmp_path, storage, {"a.ndjson": f'{long}\n{{"email":"cy@x.io"}}\n'})
    assert (read.column("email"), read.report.named, read.report.broken) == (["cy@x.io"], 0, 1)


def test_values_are_counted_by_field_and_files_by_what_they_give(tmp_path: Path, storage: Storage) -> None:
    read = Read(
        tmp_path,
        storage,
        {
            "full.csv": "email,name,mrr,company\nann@x.io,Ann,5,\nbob@x.io,Bob,\"1,5\",-\n",
            "delta.json": '[{"email":"ann@x.io","phone":"600"},{"email":"bob@x.io","phone":null,"mrr":7}]',
        },
    )  # fmt: skip
    assert read.report.filled == {"name": 2, "country": 0, "phone": 1, "company_name": 0, "company_size": 0, "mrr": 2}
    assert read.report.gives_files == {
        "name": 1, "country": 0, "phone": 1, "company_name": 1, "company_size": 0, "mrr": 2,
    }  # fmt: skip
    assert read.version.facts["gives"] == {
        "0": ["email", "mrr", "phone"], "1": ["company_name", "email", "mrr", "name"],
    }  # fmt: skip
    assert read.version.facts["silent"] == []
    assert read.rows.select("file_rank", "unreadable", "not_given").rows() == [
        (0, None, ["name", "country", "company_name", "company_size", "mrr"]),
        (0, None, ["name", "country", "company_name", "company_size"]),
        (1, None, None),
        (1, ["mrr"], None),
    ]


@pytest.mark.parametrize("broken", ["old.json", "new.json"])
def test_only_json_that_broke_off_and_supersedes_nothing_is_silent(
    tmp_path: Path, storage: Storage, broken: str
) -> None:
    texts = dict.fromkeys(("old.json", "new.json"), '[{"email":"ann@x.io","name":null}]')
    texts[broken] = texts[broken].removesuffix("]")
    read = Read(tmp_path, storage, texts)
    rank = {"old.json": 1, "new.json": 0}[broken]
    assert read.report.incomplete_rank == rank
    assert read.version.facts["silent"] == ([1] if rank else [])


def test_one_mailbox_is_one_email_whatever_nobody_sees_in_it(tmp_path: Path, storage: Storage) -> None:
    emails = ["\\u200eann@x.io", "ann@x.io", "an\\u00adn@x.io", "\\u202abob@x.io\\u202c", "cy@x.io\\u200f"]
    text = "".join(f'{{"email": "{email}"}}\n' for email in emails)
    read = Read(tmp_path, storage, {"a.ndjson": text})
    assert read.column("email") == ["ann@x.io"] * 3 + ["bob@x.io", "cy@x.io"]


def test_delimiters_too_many_at_the_end_of_each_row_cost_no_row(tmp_path: Path, storage: Storage) -> None:
    lines = "".join(f"a{number}@x.io,Name {number},\n" for number in range(50_000))
    read = Read(tmp_path, storage, {"a.csv": f"email,name\n{lines}"})
    assert (read.report.kept, read.report.rejected, read.rows["not_given"].null_count()) == (50_000, 0, 50_000)


def test_null_words_are_kept_apart_from_values(tmp_path: Path, storage: Storage) -> None:
    text = "email,name,phone,company_name\nann@x.io,NULL,NULL,\\N\nbob@x.io,N/A,-,#N/A\ncy@x.io,None,nan,null\n"
    read = Read(tmp_path, storage, {"a.csv": text})
    assert read.rows.select("name", "phone", "company_name").unique().rows() == [(None, None, None)]
    assert read.column("unreadable") == [None, ["name", "company_name"], ["phone"]]
    assert (read.rejected.height, read.report.dropped_values) == (0, 0)


def test_a_file_that_was_replaced_by_one_with_its_size_and_time_is_read(tmp_path: Path, storage: Storage) -> None:
    old, new = ({"a.csv": f"email,name\nann@x.io,Ann {name}\n"} for name in ("Lee", "Fox"))
    Read(tmp_path, storage, old)
    assert Read(tmp_path, storage, new).column("name") == ["Ann Fox"]


def test_a_file_that_is_left_alone_is_not_read_again(tmp_path: Path, storage: Storage) -> None:
    first = Read(tmp_path, storage, {"a.csv": "email\nann@x.io\n"})
    settings = {source: str(tmp_path / source) for source in ("db1", "db2")}
    (second,) = (event for event in read_sources(settings, "all", storage, ("db1",)) if isinstance(event, ReadReport))
    assert (second.reused, second.version) == (True, first.version.id)


def test_a_reading_that_was_listed_before_inodes_counted_is_made_anew_once(
    tmp_path: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(
            "hubsync_assets.steps.read_source.listing_of", lambda files: [entry[:4] for entry in listing_of(files)]
        )
        Read(tmp_path, storage, {"a.csv": "email\nann@x.io\n"})
    settings = {source: str(tmp_path / source) for source in ("db1", "db2")}
    reused = []
    for _ in range(2):
        (report,) = (
            event for event in read_sources(settings, "all", storage, ("db1",)) if isinstance(event, ReadReport)
        )
        reused.append(report.reused)
    assert reused == [False, True]


def test_what_is_left_out_is_in_the_report_with_its_reason_also_of_a_reading_that_is_used_again(
    tmp_path: Path, storage: Storage
) -> None:
    read = Read(tmp_path, storage, {"a.csv": "email\nann@x.io\n", "~$a.csv": "x", "_SUCCESS": ""})
    settings = {source: str(tmp_path / source) for source in ("db1", "db2")}
    (again,) = (event for event in read_sources(settings, "all", storage, ("db1",)) if isinstance(event, ReadReport))
    assert again.reused
    assert again.left_out == read.report.left_out
    assert list(again.left_out) == ["_SUCCESS", "~$a.csv"]
    assert list(again.files_to_look_at) == ["~$a.csv"]


def test_the_report_says_what_was_recognised_and_what_should_perhaps_be_declared(
    tmp_path: Path, storage: Storage
) -> None:
    text = "Contacts\nemail;mrr\nann@x.io;12,5\nbob@x.io;1.234,56\ncy@x.io;x\n"
    read = Read(
        tmp_path,
        storage,
        {"old.csv": "email,mrr\nann@x.io,x\nbob@x.io,y\ncy@x.io,1,5\n", "wide.csv": text.encode("utf-16")},
    )
    assert read.report.notes == dict.fromkeys(read.report.notes, "read as UTF-16LE; 1 line above the header left out")
    assert [Path(name).name for name in read.report.notes] == ["wide.csv"]
    (suspected,) = read.report.suspected
    assert 'wide.csv: 2 of 3 values of mrr that do not fit look like decimal: ","' in suspected


@pytest.mark.parametrize("suffix", ["csv", "ndjson"])
def test_a_file_with_too_many_records_counts_as_broken_off_behind_them(
    tmp_path: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr("hubsync_assets.sources.connectors.record_limit.MOST_RECORDS", 1000)
    lines = [f'{{"email":"{number}@x.io"}}' if suffix == "ndjson" else f"{number}@x.io" for number in range(400_000)]
    read = Read(tmp_path, storage, {f"a.{suffix}": "\n".join(["email", *lines][suffix == "ndjson" :]) + "\n"})
    assert 1000 < read.report.kept < 400_000
    assert (read.report.incomplete_rank, read.report.records_sum.closes) == (0, True)
    assert "more than 1,000 records" in read.rejected["message"][-1]

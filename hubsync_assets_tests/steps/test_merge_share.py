"""The merge of whole tables equals the merge of all records at once, however they are cut into buckets and shares, and holds no
more at once than it may."""

import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hubsync_assets.contacts.answers import Gives
from hubsync_assets.contacts.merge import Merged, combine, merge_bucket
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.steps import merge_share
from hubsync_assets.steps.merge import MergeReport, merge_sources
from hubsync_assets.tables.bucket_spill import split_by_bucket
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.contacts.declared import declared, raw
from hubsync_assets_tests.contacts.rows import records
from hubsync_assets_tests.shipped import MODEL, RAW_SCHEMA, SOURCES

MANY = records(
    *({"email": f"p{n % 150}@example.com", "name": f"n{n % 7}", "mrr": float(n % 11)} for n in range(400)),
    *({"email": f"p{n % 230}@example.com", "source": "db2", "company_size": n % 13} for n in range(300)),
)
ODD = records(
    *(
        {
            "email": f"p{n % 90}@example.com",
            "source": SOURCES[n % 2],
            "file_rank": n % 3,
            "name": None if n % 5 == 0 else f"n{n % 7}",
            "unreadable": ["mrr", "name"] if n % 5 == 0 else None,
            "not_given": ["phone"] if n % 11 == 0 else None,
        }
        for n in range(400)
    ),
    *({"email": f"p{n}@example.com", "rejected": True} for n in range(0, 120, 3)),
)
"""Several files of each source, unreadable and rejected records; 10 of the emails are in rejected records alone."""

ODD_FACTS: dict[str, dict[str, Any]] = {
    "db1": {"gives": {"0": ["email", "name", "phone"], "1": ["email", "name", "country", "mrr"]}, "silent": [2]},
    "db2": {"gives": {"0": ["email"]}, "silent": []},
}
ODD_GIVES = Gives({"db1": {0: {"name", "phone"}, 1: {"name", "country", "mrr"}}, "db2": {0: set()}}, {"db1": {2}})

SKEWED = records(*({"email": "one@example.com", "name": f"n{n % 3}", "source": SOURCES[n % 2]} for n in range(700)))


LONG = records(
    *({"email": f"p{n}@example.com", "name": f"n{n}" + "n" * 2_000, "file_rank": n % 2} for n in range(300)),
    *({"email": "one@example.com", "name": "n" * 2_000, "mrr": n, "source": SOURCES[n % 2]} for n in range(600)),
    *({"email": "one@example.com", "phone": "n" * (n % 40) * 50} for n in range(300)),
)
"""Long text: of many emails, of one email always the same, and of one email in a few values."""

PEAK_OF_MERGING = """
import sys
from pathlib import Path

from hubsync_assets.steps.merge import merge_sources
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL, RAW_SCHEMA, SOURCES


def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) >> 10


before = peak()
report = list(merge_sources(Storage(MODEL, Path(sys.argv[1]))))[-1]
print(report.contacts, peak() - before)
"""


def merged(
    storage: Storage,
    rows: pl.DataFrame,
    bits: tuple[int, int],
    rows_a_file: int | None = None,
    facts: Mapping[str, Mapping[str, Any]] | None = None,
) -> MergeReport:
    for source, count in zip(SOURCES, bits, strict=True):
        own = rows.filter(pl.col("source") == source).select(storage.model.schema.raw.keys())
        with storage.table(f"raw_{source}").new_version(bits=count) as writer:
            for bucket, part in split_by_bucket(own, count):
                for piece in part.iter_slices(rows_a_file or rows.height):
                    writer.parquet.add(piece, bucket)
                    writer.parquet.flush()
            writer.publish({"report": {"incomplete_rank": None, "kept": 0}, **(facts or {}).get(source, {})})
    (report,) = [event for event in merge_sources(storage) if isinstance(event, MergeReport)]
    return report


@pytest.mark.parametrize("rows", [MANY, SKEWED, MANY.clear()], ids=["many", "skewed", "none"])
@pytest.mark.parametrize("bits", [(0, 0), (0, 3), (2, 1)])
@pytest.mark.parametrize("at_once", [40, 100, 100_000])
def test_a_merge_in_shares_equals_one_of_all_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: pl.DataFrame, bits: tuple[int, int], at_once: int
) -> None:
    monkeypatch.setattr(merge_share, "ROWS_AT_ONCE", at_once)
    storage = Storage(MODEL, tmp_path)
    report = merged(storage, rows, bits)
    expected = merge_bucket(MODEL, rows)
    contacts = storage.table("merged_contacts").require().scan().collect()
    conflicts = storage.table("contact_conflicts").require().scan().collect()
    assert contacts.sort("email").equals(expected.contacts.sort("email"))
    assert conflicts.sort("email", "field").equals(expected.conflicts.sort("email", "field"))
    assert report.records_sum.closes
    assert report.contacts_sum.closes
    assert (report.merged_records, report.contacts) == (rows.height, expected.contacts.height)


@pytest.mark.parametrize("bits", [(0, 0), (0, 3), (2, 1)])
@pytest.mark.parametrize("at_once", [40, 100, 100_000])
def test_a_merge_in_shares_knows_what_each_file_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bits: tuple[int, int], at_once: int
) -> None:
    monkeypatch.setattr(merge_share, "ROWS_AT_ONCE", at_once)
    storage = Storage(MODEL, tmp_path)
    report = merged(storage, ODD, bits, facts=ODD_FACTS)
    expected = merge_bucket(MODEL, ODD, ODD_GIVES)
    contacts = storage.table("merged_contacts").require().scan().collect()
    assert contacts.sort("email").equals(expected.contacts.sort("email"))
    assert not contacts.sort("email").equals(merge_bucket(MODEL, ODD).contacts.sort("email"))
    assert report.records_sum.closes
    assert report.contacts_sum.closes
    assert (report.merged_records, report.contacts) == (440, 90)


@pytest.mark.parametrize("at_once", [8, 100_000])
def test_a_contact_that_a_source_leaves_out_in_a_later_piece_is_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(merge_share, "ROWS_AT_ONCE", at_once)
    model = declared({"name": {"kind": "text"}}, sources={"db1": {"where": "plan <> 'test'"}, "db2": {}})
    emails = [f"p{number}@example.com" for number in range(30)]
    rows = raw(
        model,
        *({"email": email, "file_rank": 1, "name": "n"} for email in emails),
        *({"email": email, "filtered": True} for email in emails[:20]),
        *({"email": email, "source": "db2"} for email in emails[:5]),
        *({"email": email, "source": "db2", "rejected": True} for email in emails[5:10]),
    )
    storage = Storage(model, tmp_path)
    report = merged(storage, rows, (0, 0))
    assert report.contacts == merge_bucket(model, rows).contacts.height == 15
    assert report.contacts_sum.closes
    assert report.records_sum.closes


def test_doubts_about_a_source_pass_on_to_who_plans(tmp_path: Path) -> None:
    doubts = SourceDoubts(fields=("mrr",), reasons=("mrr: 3 of 100 are filled, 80 were",))
    facts = {"db1": {"doubts": doubts.to_json()}, "db2": {"doubts": SourceDoubts().to_json()}}
    report = merged(Storage(MODEL, tmp_path), MANY, (0, 0), facts=facts)
    assert {source: SourceDoubts.from_json(values) for source, values in report.doubts.items()} == {"db1": doubts}
    assert report.incomplete == {}


def test_a_raw_table_of_an_earlier_version_that_broke_off_is_in_doubt_about_what_is_absent(tmp_path: Path) -> None:
    report = merged(
        Storage(MODEL, tmp_path), MANY, (0, 0), facts={"db2": {"report": {"incomplete_rank": 1, "kept": 0}}}
    )
    (doubts,) = report.doubts.values()
    assert (doubts["absence"], doubts["newest_broken"], doubts["fields"]) == (True, 1, ())
    assert report.incomplete == {"db2": 1}
    (again,) = merge_sources(Storage(MODEL, tmp_path))
    assert isinstance(again, MergeReport)
    assert (again.reused, again.incomplete) == (True, {"db2": 1})


def test_a_bucket_of_too_many_emails_is_merged_in_parts_and_one_of_a_few_emails_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge_share, "ROWS_AT_ONCE", 50)
    parts = []
    for name, rows in (("many", MANY), ("skewed", SKEWED)):
        storage = Storage(MODEL, tmp_path / name)
        merged(storage, rows, (0, 0))
        raw = {source: storage.table(f"raw_{source}").require() for source in SOURCES}
        parts.append([(share.part, share.rows) for share in merge_share.shares(MODEL, raw, 0)])
    assert parts == [[(part, 700) for part in range(8)], [(0, 700)]]


@pytest.mark.parametrize("bits", [(0, 0), (0, 3), (2, 1)])
@pytest.mark.parametrize("rows_a_file", [40, None], ids=["many files", "one file"])
def test_long_text_is_merged_in_small_pieces_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bits: tuple[int, int], rows_a_file: int | None
) -> None:
    sizes: list[int] = []

    def noted(records: pl.DataFrame) -> pl.DataFrame:
        sizes.append(int(records.estimated_size()))
        return records

    def combined(model: ContactModel, pieces: Iterable[pl.DataFrame], gives: Gives) -> Merged:
        return combine(model, (noted(piece) for piece in pieces), gives)

    monkeypatch.setattr(merge_share, "BYTES_AT_ONCE", 200_000)
    monkeypatch.setattr(merge_share, "PIECE_BYTES", 20_000)
    monkeypatch.setattr(merge_share, "_FIRST_PIECE", 10)
    monkeypatch.setattr(merge_share, "combine", combined)
    monkeypatch.setattr(
        merge_share, "merge_bucket", lambda model, records, gives: merge_bucket(model, noted(records), gives)
    )
    storage = Storage(MODEL, tmp_path)
    report = merged(storage, LONG, bits, rows_a_file)
    expected = merge_bucket(MODEL, LONG)
    assert max(sizes) <= 200_000 < LONG.estimated_size() / 8
    contacts = storage.table("merged_contacts").require().scan().collect()
    conflicts = storage.table("contact_conflicts").require().scan().collect()
    assert contacts.sort("email").equals(expected.contacts.sort("email"))
    assert conflicts.sort("email", "field").equals(expected.conflicts.sort("email", "field"))
    assert report.records_sum.closes
    assert report.contacts_sum.closes


def test_a_bucket_of_long_text_is_merged_in_parts_where_it_has_many_emails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge_share, "BYTES_AT_ONCE", 200_000)
    parts = []
    for name, rows in (("many", LONG.head(300)), ("one", LONG.tail(900))):
        storage = Storage(MODEL, tmp_path / name)
        merged(storage, rows, (0, 0), rows_a_file=40)
        raw = {source: storage.table(f"raw_{source}").require() for source in SOURCES}
        parts.append([share.part for share in merge_share.shares(MODEL, raw, 0)])
    assert parts == [[0, 1, 2, 3], [0]]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is Linux' own count")
def test_merging_a_bucket_of_much_text_takes_little_memory(tmp_path: Path) -> None:
    storage = Storage(MODEL, tmp_path)
    merged(storage, MANY.clear(), (0, 0))
    with storage.table("raw_db1").new_version() as writer:
        for start in range(0, 60_000, 1_000):
            number = pl.int_range(start, start + 1_000, eager=True)
            email, name = pl.format("p{}@example.com", number % 1_000), pl.format("{}" + "n" * 5_000, number)
            rows = MANY.head(1).select(pl.all().repeat_by(1_000).explode())
            piece = rows.with_columns(
                email.alias("email"), name.alias("name"), number.cast(pl.UInt64).alias("position")
            )
            writer.parquet.add(piece.select(RAW_SCHEMA.keys()))
        writer.publish({"report": {"incomplete_rank": None, "kept": 0}})
    # In a process of its own, because a peak never falls.
    child = [sys.executable, "-c", PEAK_OF_MERGING, str(tmp_path)]
    done = subprocess.run(child, capture_output=True, text=True, check=True)
    contacts, megabytes = map(int, done.stdout.split())
    assert contacts == 1_000
    assert megabytes < 400

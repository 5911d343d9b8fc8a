"""The merge of whole tables equals the merge of all records at once, however they are cut into buckets and shares."""

from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.contacts.fields import SOURCES
from hubsync_assets.contacts.merge import merge_bucket
from hubsync_assets.contacts.schema import RAW_SCHEMA
from hubsync_assets.steps import merge_share
from hubsync_assets.steps.merge import MergeReport, merge_sources
from hubsync_assets.tables.spill import split_by_bucket
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.contacts.rows import records

MANY = records(
    *({"email": f"p{n % 150}@example.com", "name": f"n{n % 7}", "mrr": float(n % 11)} for n in range(400)),
    *({"email": f"p{n % 230}@example.com", "source": "db2", "company_size": n % 13} for n in range(300)),
)
SKEWED = records(*({"email": "one@example.com", "name": f"n{n % 3}", "source": SOURCES[n % 2]} for n in range(700)))


def merged(storage: Storage, rows: pl.DataFrame, bits: tuple[int, int]) -> MergeReport:
    for source, count in zip(SOURCES, bits, strict=True):
        own = rows.filter(pl.col("source") == source).select(RAW_SCHEMA.keys())
        with storage.table(f"raw_{source}").new_version(bits=count) as writer:
            for bucket, part in split_by_bucket(own, count):
                writer.parts.add(part, bucket)
            writer.publish({"report": {"incomplete_rank": None}})
    (report,) = [event for event in merge_sources(storage) if isinstance(event, MergeReport)]
    return report


@pytest.mark.parametrize("rows", [MANY, SKEWED, MANY.clear()], ids=["many", "skewed", "none"])
@pytest.mark.parametrize("bits", [(0, 0), (0, 3), (2, 1)])
@pytest.mark.parametrize("at_once", [8, 100, 100_000])
def test_a_merge_in_shares_equals_one_of_all_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: pl.DataFrame, bits: tuple[int, int], at_once: int
) -> None:
    monkeypatch.setattr(merge_share, "ROWS_AT_ONCE", at_once)
    storage = Storage(tmp_path)
    report = merged(storage, rows, bits)
    expected = merge_bucket(rows)
    contacts = storage.table("merged_contacts").require().scan().collect()
    conflicts = storage.table("contact_conflicts").require().scan().collect()
    assert contacts.sort("email").equals(expected.contacts.sort("email"))
    assert conflicts.sort("email", "field").equals(expected.conflicts.sort("email", "field"))
    assert report.records_sum.closes
    assert report.contacts_sum.closes
    assert (report.merged_records, report.contacts) == (rows.height, expected.contacts.height)


def test_a_bucket_of_too_many_emails_is_merged_in_parts_and_one_of_a_few_emails_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge_share, "ROWS_AT_ONCE", 50)
    parts = []
    for name, rows in (("many", MANY), ("skewed", SKEWED)):
        storage = Storage(tmp_path / name)
        merged(storage, rows, (0, 0))
        raw = {source: storage.table(f"raw_{source}").require() for source in SOURCES}
        parts.append([(share.part, share.rows) for share in merge_share.shares(raw, 0)])
    assert parts == [[(part, 700) for part in range(8)], [(0, 700)]]

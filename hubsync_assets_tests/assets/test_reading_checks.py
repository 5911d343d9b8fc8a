"""What the yellow checks of a raw table say."""

from typing import Any

from hubsync_assets.assets.reading_checks import reading_checks
from hubsync_assets.resources import Sync
from hubsync_assets.steps.read_report import ReadReport
from hubsync_assets_tests.shipped import MODEL


def warned(report: ReadReport, before: dict[str, Any] | None = None) -> list[str]:
    checks = reading_checks(Sync(MODEL), "raw_db1", report, before, 0.05)
    return [result.description or "" for result in checks if not result.passed]


def test_nothing_is_said_of_a_source_that_is_as_it_should_be() -> None:
    assert warned(ReadReport("db1")) == []


def test_several_columns_of_one_field_are_named_and_what_is_no_name_is_not() -> None:
    (words,) = warned(
        ReadReport("db1", several={"phone": ["Phone", "Mobile Phone"], "name": ["name", "ana@example.com"]})
    )
    assert "Phone, Mobile Phone for phone" in words
    assert "name the right one under columns" in words
    assert "ana@" not in words


def test_names_that_a_version_has_learnt_are_said_with_what_takes_them() -> None:
    (words,) = warned(ReadReport("db1", new_aliases={"Mobile Phone": "phone"}))
    assert "Mobile Phone for phone" in words
    assert "confirm: [aliases db1]" in words


def test_columns_that_are_new_or_gone_since_the_reading_before_are_named() -> None:
    before = {"unknown": {"Plan": 3}, "gives_files": {"email": 1, "phone": 1, "mrr": 0}}
    report = ReadReport("db1", unknown={"Tier": 3}, gives_files={"email": 1, "phone": 0, "mrr": 0})
    assert [words for words in warned(report, before) if "no field uses" not in words] == [
        "db1 has new columns: Tier; db1 has no column any more that it had: Plan, phone; declare in hubsync.yaml what should be used"
    ]
    assert not any("new columns" in words for words in warned(report)), "the first reading has nothing before it"


def test_more_rejected_records_than_the_limit_are_said_with_number_limit_and_reason() -> None:
    assert warned(ReadReport("db1", records=100, kept=95, rejected=5)) == []
    (words,) = warned(ReadReport("db1", records=100, kept=94, rejected=6, reasons={"missing_email": 6}))
    assert words == (
        "6 of 100 records of db1 (6.0%) cannot be synced, the limit is 5%: missing_email (6); rejected_rows has each with its reason"
    )

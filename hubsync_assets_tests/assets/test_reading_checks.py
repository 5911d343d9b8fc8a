"""What the yellow checks of a raw table say."""

from hubsync_assets.assets.reading_checks import reading_checks
from hubsync_assets.resources import Sync
from hubsync_assets.steps.read_report import ReadReport
from hubsync_assets_tests.shipped import MODEL


def warned(report: ReadReport) -> list[str]:
    checks = reading_checks(Sync(MODEL), "raw_db1", report)
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

"""What is not believed of a reading, compared with the last accepted one."""

import pytest

from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.steps.health import Reading, digest_of, judge, next_baseline

BEFORE = Reading(
    records=100, kept=98, rejected=2, broken=1, filled={"name": 98, "mrr": 40}, gives={"name": 1, "mrr": 1}
)


def like_before(**changes: object) -> Reading:
    return Reading(**{**BEFORE.to_json(), **changes})


def test_the_first_reading_is_believed_whatever_it_is() -> None:
    assert judge(Reading(), None) == SourceDoubts()
    assert not judge(like_before(rejected=90), None)


def test_an_equal_reading_leaves_no_doubt() -> None:
    assert judge(BEFORE, BEFORE) == SourceDoubts()


@pytest.mark.parametrize("records", [1, 4, 98, 100_000])
def test_a_source_that_had_records_and_has_none_is_doubted_without_a_floor(records: int) -> None:
    found = judge(Reading(), Reading(records=records, kept=records, gives={"name": 1}))
    assert found.absence
    assert found.reasons == (f"it had {records:,} records and has none",)


@pytest.mark.parametrize(
    ("before", "now", "doubted"),
    [(100, 80, False), (100, 79, True), (20, 16, False), (20, 15, True), (10, 6, False), (10, 5, True), (4, 1, False), (100, 200, False)],
)  # fmt: skip
def test_a_source_that_shrank_by_more_than_a_fifth_and_five_records_is_doubted(
    before: int, now: int, doubted: bool
) -> None:
    found = judge(Reading(records=now, kept=now), Reading(records=before, kept=before))
    assert (found.absence, bool(found.reasons)) == (doubted, doubted)


def test_a_column_that_no_file_has_any_more_is_doubted_even_where_nearly_nobody_had_it() -> None:
    before = like_before(filled={"name": 98, "mrr": 1})
    found = judge(like_before(filled={"name": 98}, gives={"name": 1, "mrr": 0}), before)
    assert (found.fields, found.absence) == (("mrr",), False)
    assert found.reasons == ("no file has mrr any more",)


@pytest.mark.parametrize(("filled", "doubted"), [(40, False), (21, False), (20, True), (0, True)])
def test_a_field_whose_filled_share_fell_by_half_is_doubted(filled: int, doubted: bool) -> None:
    found = judge(like_before(filled={"name": 98, "mrr": filled}), BEFORE)
    assert found.fields == (("mrr",) if doubted else ())


def test_a_field_that_few_records_had_is_not_doubted_for_its_share() -> None:
    before = like_before(filled={"name": 98, "mrr": 4})
    assert not judge(like_before(filled={"name": 98, "mrr": 0}), before)


@pytest.mark.parametrize(("rejected", "doubted"), [(2, False), (5, False), (6, True), (60, True)])
def test_a_source_is_doubted_whose_rejected_share_is_above_a_twentieth_and_doubled(
    rejected: int, doubted: bool
) -> None:
    before = Reading(records=100, kept=98, rejected=2, gives={"name": 1, "mrr": 1, "phone": 0})
    now = Reading(records=100, kept=98, rejected=rejected, gives=before.gives)
    assert judge(now, before).fields == (("name", "mrr") if doubted else ())


def test_more_broken_records_only_keep_back_what_is_not_said_any_more() -> None:
    found = judge(like_before(broken=3), BEFORE)
    assert found.absence
    assert found.reasons == ()
    assert "3 records" in found.warnings[0]
    assert ", 1 were accepted" in found.warnings[0]


def test_a_believed_reading_is_the_next_baseline_but_for_its_broken_records() -> None:
    now = like_before(kept=97, broken=3)
    doubts = judge(now, BEFORE)
    kept = next_baseline(now, BEFORE, doubts, is_accepted=False)
    assert kept == like_before(kept=97, broken=1)
    assert judge(now, kept).absence, "the second reading of the same file must not clear what the first one kept"
    assert next_baseline(now, BEFORE, doubts, is_accepted=True) == now


def test_a_doubted_reading_is_the_baseline_only_if_somebody_accepts_it() -> None:
    now = Reading()
    doubts = judge(now, BEFORE)
    assert next_baseline(now, BEFORE, doubts, is_accepted=False) == BEFORE
    assert next_baseline(now, BEFORE, doubts, is_accepted=True) == now


def test_a_digest_names_one_source_its_files_and_what_was_read() -> None:
    digest = digest_of("db1", [["a.csv", 3, 4, None]], BEFORE)
    others = [
        digest_of("db2", [["a.csv", 3, 4, None]], BEFORE),
        digest_of("db1", [["a.csv", 3, 5, None]], BEFORE),
        digest_of("db1", [["a.csv", 3, 4, None]], like_before(kept=9)),
    ]
    assert digest == digest_of("db1", [("a.csv", 3, 4, None)], BEFORE)
    assert len({digest, *others}) == 4


def test_doubts_survive_a_manifest() -> None:
    for doubts in (
        SourceDoubts(),
        SourceDoubts(absence=True, newest_broken=2, fields=("mrr",), reasons=("a",), warnings=("b",)),
    ):
        assert SourceDoubts.from_json(doubts.to_json()) == doubts


def test_of_a_file_that_broke_off_amounts_are_no_news_and_columns_that_were_not_seen_are_uncertain() -> None:
    now = Reading(records=3, kept=2, broken=1, gives=dict.fromkeys(BEFORE.gives, 0))
    found = judge(now, BEFORE, newest_broken=0, lost=["1 of its files broke off"])
    unseen = tuple(name for name, files in BEFORE.gives.items() if files)
    assert unseen
    assert found == SourceDoubts(absence=True, newest_broken=0, fields=unseen, reasons=("1 of its files broke off",))

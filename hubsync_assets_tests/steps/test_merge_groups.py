"""A merge in groups, by whoever and however often each is tried, equals the merge of one process; and nothing else is published."""

import pickle
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import polars as pl
import pytest

from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.steps.merge import (
    GroupReport,
    MergeGroup,
    MergeReport,
    merge_group,
    merge_sources,
    plan_groups,
    publish_merge,
)
from hubsync_assets.steps.merge_share import MergedShare, Share, merge_share
from hubsync_assets.tables.bucket_spill import split_by_bucket
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.contacts.declared import declared
from hubsync_assets_tests.contacts.rows import records
from hubsync_assets_tests.shipped import MODEL, SOURCES

T = TypeVar("T")

PEOPLE = records(
    *({"email": f"p{n % 150}@example.com", "name": f"n{n % 7}", "mrr": float(n % 11)} for n in range(400)),
    *({"email": f"p{n % 230}@example.com", "source": "db2", "company_size": n % 13} for n in range(300)),
    *({"email": f"p{n}@example.com", "rejected": True} for n in range(0, 120, 3)),
)


def put(folder: Path, rows: pl.DataFrame = PEOPLE, bits: int = 3) -> Storage:
    """Storage with the raw tables of some records, in 2**bits buckets."""
    storage = Storage(MODEL, folder)
    for source in SOURCES:
        own = rows.filter(pl.col("source") == source).select(MODEL.schema.raw.keys())
        with storage.table(f"raw_{source}").new_version(bits=bits) as writer:
            for bucket, part in split_by_bucket(own, bits):
                writer.parquet.add(part, bucket)
            writer.publish({"report": {"incomplete_rank": None, "kept": 0}})
    return storage


def tables(storage: Storage) -> list[pl.DataFrame]:
    """Both tables, in their own order."""
    return [storage.table(name).require().scan().collect() for name in ("merged_contacts", "contact_conflicts")]


def left_over(storage: Storage) -> list[str]:
    """What is in the storage folder, and is no table and no part of the folder itself."""
    return sorted(path.name for path in storage.folder.glob(".m*"))


def over_the_wire(what: T) -> T:
    """What another process has of it."""
    copy: T = pickle.loads(pickle.dumps(what))
    return copy


def of_one_process(folder: Path) -> tuple[Storage, MergeReport]:
    storage = put(folder)
    (report,) = [event for event in merge_sources(storage) if isinstance(event, MergeReport)]
    return storage, report


@pytest.mark.parametrize("groups", [1, 3, 8, 100])
def test_groups_in_any_order_and_by_other_processes_give_what_one_process_gives(tmp_path: Path, groups: int) -> None:
    one, report = of_one_process(tmp_path / "one")
    storage = put(tmp_path / "groups")
    planned = plan_groups(storage, groups)
    assert len(planned) == min(groups, 8)
    found = [over_the_wire(merge_group(Storage(MODEL, storage.folder), over_the_wire(it))) for it in reversed(planned)]
    merged = publish_merge(storage, found)
    assert merged == report
    assert merged.records_sum.closes
    assert merged.contacts_sum.closes
    assert [table.rows() for table in tables(storage)] == [table.rows() for table in tables(one)]
    assert left_over(storage) == []


def test_a_group_whose_worker_was_killed_half_way_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, report = of_one_process(tmp_path / "one")
    storage = put(tmp_path / "groups")
    first, second = plan_groups(storage, 2)
    with monkeypatch.context() as patched:
        calls: list[int] = []

        def killed(*arguments: object) -> object:
            calls.append(1)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return merge_share(*arguments)  # type: ignore[arg-type]

        patched.setattr("hubsync_assets.steps.merge_group.merge_share", killed)
        with pytest.raises(KeyboardInterrupt):
            merge_group(storage, second)
    twice = [merge_group(storage, second) for _ in range(2)]
    assert twice[0].folder != twice[1].folder
    assert publish_merge(storage, [merge_group(storage, first), twice[1]]) == report
    assert [table.rows() for table in tables(storage)] == [table.rows() for table in tables(one)]
    assert left_over(storage) == []


@pytest.mark.parametrize("at_once", [1, 5])
def test_as_many_buckets_are_merged_at_once_as_the_storage_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    storage = put(tmp_path)
    asked: list[int] = []

    def noted(work: Callable[[Share], MergedShare], items: Iterable[Share], most: int) -> Iterable[MergedShare]:
        asked.append(most)
        return map(work, items)

    monkeypatch.setattr("hubsync_assets.steps.merge_group.in_turn", noted)
    (group,) = plan_groups(storage, 1)
    merge_group(Storage(MODEL, tmp_path, at_once), group)
    assert asked == [at_once]


def test_what_is_merged_already_has_no_groups_and_is_reused(tmp_path: Path) -> None:
    storage, report = of_one_process(tmp_path)
    before = storage.table("merged_contacts").require().id
    assert plan_groups(storage, 4) == []
    again = publish_merge(storage, [])
    assert again.reused
    assert again.contacts == report.contacts
    assert storage.table("merged_contacts").require().id == before


def all_but_the_first(reports: Sequence[GroupReport]) -> Sequence[GroupReport]:
    return reports[1:]


def one_twice(reports: Sequence[GroupReport]) -> Sequence[GroupReport]:
    return [*reports, reports[2]]


def one_in_place_of_another(reports: Sequence[GroupReport]) -> Sequence[GroupReport]:
    return [*reports[:3], reports[2]]


def none(reports: Sequence[GroupReport]) -> Sequence[GroupReport]:
    return []


@pytest.mark.parametrize("given", [all_but_the_first, one_twice, one_in_place_of_another, none])
def test_groups_that_do_not_make_up_the_whole_are_not_published(tmp_path: Path, given: object) -> None:
    storage = put(tmp_path)
    reports = [merge_group(storage, group) for group in plan_groups(storage, 4)]
    with pytest.raises(PermanentError, match="one report of each group"):
        publish_merge(storage, given(reports))  # type: ignore[operator]
    assert storage.table("merged_contacts").current() is None
    assert storage.table("contact_conflicts").current() is None


def test_groups_of_sources_that_were_read_again_meanwhile_are_not_published(tmp_path: Path) -> None:
    storage = put(tmp_path)
    reports = [merge_group(storage, group) for group in plan_groups(storage, 4)]
    put(tmp_path, PEOPLE.head(10))
    with pytest.raises(TransientError, match="read again while they were merged"):
        publish_merge(storage, reports)
    assert storage.table("merged_contacts").current() is None


def test_a_group_of_a_plan_that_was_given_up_says_so(tmp_path: Path) -> None:
    storage = put(tmp_path)
    first, second = plan_groups(storage, 2)
    done = merge_group(storage, first)
    plan_groups(storage, 2)
    with pytest.raises(TransientError, match="planned anew, or given up"):
        merge_group(storage, second)
    assert not (storage.folder / first.folder / done.folder).exists()


def test_files_of_a_group_that_were_lost_are_missed(tmp_path: Path) -> None:
    storage = put(tmp_path)
    reports = [merge_group(storage, group) for group in plan_groups(storage, 2)]
    shutil.rmtree(storage.folder / reports[1].group.folder / reports[1].folder)
    with pytest.raises(TransientError, match="files of group 1 are gone"):
        publish_merge(storage, reports)
    assert storage.table("contact_conflicts").current() is None


def test_a_group_of_raw_tables_that_were_read_twice_since_says_so(tmp_path: Path) -> None:
    storage = put(tmp_path)
    (group,) = plan_groups(storage, 1)
    put(tmp_path)
    put(tmp_path)
    with pytest.raises(TransientError, match="raw_db1 has been read again"):
        merge_group(storage, group)


def test_a_machine_with_another_declaration_or_version_merges_nothing(tmp_path: Path) -> None:
    storage = put(tmp_path)
    (group,) = plan_groups(storage, 1)
    other = declared({"name": {"kind": "text"}})
    with pytest.raises(PermanentError, match="another declaration"):
        merge_group(Storage(other, tmp_path), group)
    newer = MergeGroup(0, group.first, group.last, group.bits, group.made_from, 99, group.folder)
    with pytest.raises(PermanentError, match="another version of hubsync_assets"):
        merge_group(storage, newer)


def test_what_a_given_up_merge_has_left_is_swept_by_the_next(tmp_path: Path) -> None:
    storage = put(tmp_path)
    merge_group(storage, plan_groups(storage, 2)[0])
    assert len(left_over(storage)) == 1
    list(merge_sources(storage))
    assert left_over(storage) == []

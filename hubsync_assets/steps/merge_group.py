"""One group of buckets being merged: a pure function over storage.

It reads versions that never change and writes into a new folder of its own each time it is tried, so one whose worker was killed is
simply merged again. Keep out: which groups there are and what becomes of them (``merge_groups``), and one bucket's work (``merge_share``).
"""

import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.model.digests import merging_digest
from hubsync_assets.model.tables import CONFLICTS, MERGED
from hubsync_assets.steps.merge_report import MergeProgress
from hubsync_assets.steps.merge_share import gives_of, merge_share, shares
from hubsync_assets.tables.file_list import BucketFiles
from hubsync_assets.tables.in_turn import in_turn
from hubsync_assets.tables.parquet_writer import ParquetWriter
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["MERGE_VERSION", "GroupReport", "MergeGroup", "merge_group", "merging"]

MERGE_VERSION = 3
"""Part of what makes an old merge reusable; raise it when merging gives other rows than before."""

PROGRESS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class MergeGroup:
    """Some consecutive buckets to merge; small, and can be pickled.

    Attributes:
        number: 0 for the first group.
        first: the first bucket.
        last: the bucket after the last one.
        bits: there are 2**bits buckets in all groups together.
        made_from: by source the version of its raw table, and the digest of the declaration.
        merge_version: ``MERGE_VERSION`` of whoever planned.
        folder: where the groups' files go, as a name in the storage folder.
    """

    number: int
    first: int
    last: int
    bits: int
    made_from: Mapping[str, str]
    merge_version: int
    folder: str


@dataclass(frozen=True, slots=True)
class GroupReport:
    """What merging a group gave; small, and can be pickled.

    Attributes:
        group: which one.
        folder: what was written into, within the group's folder.
        contacts: the files of golden records, in the order of their buckets.
        conflicts: the files of conflicts.
        records: rows of the raw tables that it had.
        emails: distinct emails among those that were not rejected.
        in_several: contacts that more than one source knows.
        twice: contacts beyond the first of one email.
        conflicts_by_field: conflicts by field.
    """

    group: MergeGroup
    folder: str
    contacts: Sequence[BucketFiles]
    conflicts: Sequence[BucketFiles]
    records: int
    emails: int
    in_several: int
    twice: int
    conflicts_by_field: Mapping[str, int]


def merge_group(storage: Storage, group: MergeGroup) -> GroupReport:
    """Merge the records of a group; any number of groups at the same time, on any machine that has the storage folder.

    Args:
        storage: no lock is needed.
        group: one of ``plan_groups``.

    Returns:
        What ``publish_merge`` wants of each group.

    Raises:
        TransientError: what it is to be made from is not there any more: another run has read the sources, or has planned anew.
        PermanentError: this machine has another declaration, or another version of the project, than the one that planned.
    """
    report = None
    for event in merging(storage, group):
        report = event
    assert isinstance(report, GroupReport)  # noqa: S101 - the last event is one
    return report


def merging(storage: Storage, group: MergeGroup) -> Iterator[MergeProgress | GroupReport]:
    """What ``merge_group`` does, with progress every few seconds; the report comes last."""
    raw = _raw_of(storage, group)
    tried = f"g{group.number:05d}-{uuid.uuid4().hex[:12]}"
    contacts, conflicts = (_writer(storage, group, tried, name) for name in (MERGED, CONFLICTS))
    started = reported = time.monotonic()
    records = emails = in_several = twice = 0
    by_field: Counter[str] = Counter()
    work = partial(merge_share, storage.model, raw, gives_of(raw))
    parts = shares(storage.model, raw, group.bits, range(group.first, group.last))
    for found in in_turn(work, parts, storage.buckets_at_once):
        bucket = found.share.bucket
        for parquet, frame in ((contacts, found.merged.contacts), (conflicts, found.merged.conflicts)):
            parquet.add(frame, bucket)
            parquet.flush()  # Nothing more comes to the bucket, so holding it back would only cost memory.
        records, emails, in_several = records + found.records, emails + found.emails, in_several + found.in_several
        twice += found.merged.contacts.height - found.merged.contacts["email"].n_unique()
        by_field.update(found.conflicts_by_field)
        if (now := time.monotonic()) - reported >= PROGRESS_SECONDS:
            reported = now
            done, all_of_them = bucket + 1 - group.first, group.last - group.first
            yield MergeProgress(done, all_of_them, contacts.rows, now - started)
    for parquet in (contacts, conflicts):
        parquet.close()
    files = contacts.listed(), conflicts.listed()
    yield GroupReport(group, tried, *files, records, emails, in_several, twice, dict(by_field))


def _raw_of(storage: Storage, group: MergeGroup) -> dict[str, Version]:
    """The raw tables that a group is to be made from."""
    if group.merge_version != MERGE_VERSION:
        msg = "this machine merges with another version of hubsync_assets than the one that planned: install the same on all of them"
        raise PermanentError(msg)
    if group.made_from["declaration"] != merging_digest(storage.model):
        msg = "this machine merges by another declaration than the one that planned: give all of them the same hubsync.yaml"
        raise PermanentError(msg)
    found = {}
    for source, table in storage.model.tables.raw.items():
        version = storage.table(table).version(group.made_from[source])
        if version is None:
            raise TransientError(f"{table} has been read again since the merge was planned: plan and merge anew")
        found[source] = version
    return found


def _writer(storage: Storage, group: MergeGroup, tried: str, name: str) -> ParquetWriter:
    folder = storage.folder / group.folder / tried
    try:
        # The group's folder is made by who plans: where it is gone, nobody waits for this any more.
        folder.mkdir(exist_ok=True)
        (folder / name).mkdir()
    except FileNotFoundError:
        raise TransientError("the merge was planned anew, or given up: plan and merge anew") from None
    return ParquetWriter(folder / name, storage.table(name).schema)

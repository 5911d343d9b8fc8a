"""The merge in groups of buckets: what to do (``plan_groups``), one part of it (``merge_group``), and all parts as tables (``publish_merge``).

These three are public, for whoever wants to spread a large merge over machines that share the storage folder (docs/production.md); ``merge``
is the same three in one process. Keep out: engines, and the merging of one group (``merge_group``).
"""

import shutil
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise

from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.model.digests import merging_digest
from hubsync_assets.model.tables import CONFLICTS, MERGED
from hubsync_assets.steps.declared import refuse_other_declaration
from hubsync_assets.steps.merge_group import MERGE_VERSION, GroupReport, MergeGroup
from hubsync_assets.steps.merge_report import MergeReport, doubts_of
from hubsync_assets.tables.file_list import BucketFiles
from hubsync_assets.tables.parquet_writer import ParquetWriter
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["plan_groups", "publish_merge", "sweep_groups"]

_FOLDER = ".merging-"
"""Not a temporary folder of the run that plans: another process takes the lock to publish, which clears those away."""


def plan_groups(storage: Storage, groups: int) -> list[MergeGroup]:
    """Cut the merge of the current raw tables into groups of about one size.

    Args:
        storage: its lock is held by the caller.
        groups: how many there are to be; there are not more than buckets (of about 10 MB of text).

    Returns:
        The groups; none where the tables are what the last merge was made from, so that nothing has to be done but ``publish_merge``.

    Raises:
        PermanentError: a raw table was never written, or was read under another declaration.
    """
    sweep_groups(storage)
    raw, made_from = _now(storage)
    if _last_merge(storage, made_from) is not None:
        return []
    bits = max(version.bits for version in raw.values())
    wanted = max(1, min(groups, 1 << bits))
    folder = f"{_FOLDER}{uuid.uuid4().hex[:12]}"
    (storage.folder / folder).mkdir()
    ends = [(number << bits) // wanted for number in range(wanted + 1)]
    return [
        MergeGroup(number, first, last, bits, made_from, MERGE_VERSION, folder)
        for number, (first, last) in enumerate(pairwise(ends))
    ]


def publish_merge(storage: Storage, reports: Sequence[GroupReport]) -> MergeReport:
    """Make the groups' files the new versions of ``merged_contacts`` and ``contact_conflicts``.

    Args:
        storage: its lock is held by the caller.
        reports: one of each group, in any order; none where ``plan_groups`` gave none.

    Returns:
        The numbers of all groups together, whose sums the caller shows.

    Raises:
        TransientError: the raw tables are others by now, or files of a group are gone.
        PermanentError: a group is missing, or is there twice.
    """
    raw, made_from = _now(storage)
    last_merge = _last_merge(storage, made_from)
    if last_merge is not None and not reports:
        return MergeReport(**{**last_merge.facts["report"], "reused": True})
    reports = sorted(reports, key=lambda report: report.group.first)
    _refuse_others(reports, made_from)
    bits = reports[0].group.bits
    by_field: Counter[str] = Counter()
    for report in reports:
        by_field.update(report.conflicts_by_field)
    merged = MergeReport(
        records=sum(version.manifest.rows for version in raw.values()),
        kept=sum(version.facts["report"]["kept"] for version in raw.values()),
        emails=sum(report.emails for report in reports),
        contacts=_rows(reports, MERGED),
        in_several=sum(report.in_several for report in reports),
        conflicts=_rows(reports, CONFLICTS),
        conflicts_by_field=dict(sorted(by_field.items())),
        doubts=doubts_of(raw),
        merged_records=sum(report.records for report in reports),
        twice=sum(report.twice for report in reports),
    )
    facts = {"merge_version": MERGE_VERSION, "made_from": made_from, "report": asdict(merged)}
    with (
        storage.table(CONFLICTS).new_version(bits=bits) as conflicts,
        storage.table(MERGED).new_version(bits=bits) as contacts,
    ):
        for report in reports:
            _take_over(storage, report, CONFLICTS, conflicts.parquet)
            _take_over(storage, report, MERGED, contacts.parquet)
        conflicts.publish(facts)
        contacts.publish(facts)
    sweep_groups(storage)
    return merged


def sweep_groups(storage: Storage) -> None:
    """Delete what groups have written and nobody publishes any more; the lock of ``storage`` is held by the caller."""
    for folder in storage.folder.glob(f"{_FOLDER}*"):
        # A worker that nobody waits for any more may still be writing there; what it leaves is swept the next time.
        shutil.rmtree(folder, ignore_errors=True)


def _now(storage: Storage) -> tuple[dict[str, Version], dict[str, str]]:
    """The current raw table of each source, and what a merge of them is made from."""
    raw = {source: storage.table(table).require() for source, table in storage.model.tables.raw.items()}
    refuse_other_declaration(storage)
    versions = {source: version.id for source, version in raw.items()}
    return raw, {**versions, "declaration": merging_digest(storage.model)}


def _last_merge(storage: Storage, made_from: Mapping[str, str]) -> Version | None:
    """The current ``merged_contacts``, where merging would give it and its conflicts again."""
    contacts, conflicts = (storage.table(name).current() for name in (MERGED, CONFLICTS))
    if contacts is None or conflicts is None:
        return None
    wanted = (MERGE_VERSION, made_from)
    found = ((version.facts["merge_version"], version.facts["made_from"]) for version in (contacts, conflicts))
    return contacts if all(each == wanted for each in found) else None


def _files(report: GroupReport, name: str) -> Sequence[BucketFiles]:
    return report.contacts if name == MERGED else report.conflicts


def _rows(reports: Sequence[GroupReport], name: str) -> int:
    return sum(file.rows for report in reports for part in _files(report, name) for file in part.files)


def _take_over(storage: Storage, report: GroupReport, name: str, parquet: ParquetWriter) -> None:
    folder = storage.folder / report.group.folder / report.folder / name
    for part in _files(report, name):
        for file in part.files:
            if not file.rows:
                continue  # a group without any has a file that only says which columns there would be
            try:
                parquet.link(folder / file.path, file, part.bucket)
            except FileNotFoundError:
                raise TransientError(f"files of group {report.group.number} are gone: plan and merge anew") from None


def _refuse_others(reports: Sequence[GroupReport], made_from: Mapping[str, str]) -> None:
    """All groups of one plan, each once, and made from what is there now."""
    groups = [report.group for report in reports]
    if any(group.made_from != made_from or group.merge_version != MERGE_VERSION for group in groups):
        raise TransientError("the sources were read again while they were merged: plan and merge anew")
    whole = [0, *(group.last for group in groups)] == [
        *(group.first for group in groups),
        1 << groups[0].bits if groups else 0,
    ]
    if not groups or not whole or len({(group.folder, group.bits) for group in groups}) > 1:
        msg = (
            "the groups do not make up the whole merge: give publish_merge one report of each group of one plan_groups"
        )
        raise PermanentError(msg)

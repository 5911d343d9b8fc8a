"""What a source's reading is compared with, and whether a person has accepted it: the facts of raw tables that ``health`` works on.

Keep out: the rules (``health``), and reading (``read_source``).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import polars as pl

from hubsync_assets.contacts.normalise import INVALID_EMAIL
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.ways import former_names
from hubsync_assets.sources.readers.chunks import MALFORMED, NOT_AN_OBJECT
from hubsync_assets.steps.given_before import GivenBefore, given_before
from hubsync_assets.steps.health import Limits, Reading, digest_of, judge, next_baseline
from hubsync_assets.steps.read_report import ReadReport
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["Beside", "Judging"]

NO_WAYS: Mapping[str, str] = MappingProxyType({})

BROKEN = (MALFORMED, NOT_AN_OBJECT, INVALID_EMAIL)
"""Why a record is rejected that says something of somebody, but not what, or not of whom."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of earlier readings beside the raw tables that are there.

    Attributes:
        noted: By source, a raw table that is damaged and set aside: what was noted with it still counts.
        log_url: The sync log's database, which is asked whom a source gave values where no last accepted reading is known; None: SQLite in storage.
    """

    noted: Mapping[str, Version] = field(default_factory=dict)
    log_url: str | None = None


@dataclass(frozen=True, slots=True)
class Judging:
    """How a reading of a source is judged.

    Attributes:
        accept: The digest of the reading that a person accepts although it is in doubt.
        limits: When a difference from the last accepted reading is a doubt.
        beside: What is known where there is no raw table.
    """

    accept: str | None = None
    limits: Limits | None = None
    beside: Beside = field(default_factory=Beside)

    def given(self, storage: Storage, source: str, before: Version | None) -> GivenBefore:
        """Whom a reading is looked through for: nobody, where it can be compared with the last accepted one.

        Args:
            storage: Where the state and the log may be.
            source: Whose reading it is.
            before: Its raw table until now.
        """
        before = before or self.beside.noted.get(source)
        if before is not None and (
            before.facts["baseline"] is not None if "baseline" in before.facts else before.facts["report"]["files"]
        ):
            return GivenBefore()
        return given_before(storage, self.beside.log_url, source)

    def of(
        self,
        report: ReadReport,
        listing: list[list[Any]] | None,
        before: Version | None,
        ways: Mapping[str, str] = NO_WAYS,
        unseen: tuple[int, int] = (0, 0),
    ) -> tuple[ReadReport, dict[str, Any]]:
        """Judge a reading.

        Args:
            report: What was counted.
            listing: Its files; None: the source is switched off.
            before: The raw table until now.
            ways: How each field is written: one that is written as another was is that one, under a new name.
            unseen: How many of ``given`` the reading lacks, and how many they are.

        Returns:
            The report with digest and doubts, and the facts of the new raw table: ``doubts``, ``baseline``, ``accepted``, ``unseen``.
        """
        before = before or self.beside.noted.get(report.source)
        if listing is None:
            judged, facts = _assess_unused(report, before, self.accept, ways, gave=unseen[1] > 0)
        else:
            judged, facts = _assess(report, listing, before, self.accept, self.limits, ways, unseen)
        return judged, {**facts, "unseen": unseen}


def _assess(
    report: ReadReport,
    listing: list[list[Any]],
    before: Version | None,
    accept: str | None,
    limits: Limits | None,
    ways: Mapping[str, str],
    unseen: tuple[int, int],
) -> tuple[ReadReport, dict[str, Any]]:
    now = Reading(
        records=report.records,
        kept=report.kept + report.filtered,
        rejected=report.rejected,
        broken=report.broken,
        filled=report.filled,
        gives=report.gives_files,
        newest=max((modified for _, _, modified, *_ in listing if modified is not None), default=None),
    )
    accepted = _baseline_of(before, ways)
    doubts = judge(now, accepted, newest_broken=report.incomplete_rank, lost=_lost(report), limits=limits)
    if accepted is None and (words := _unseen_words(*unseen, limits or Limits())):
        doubts = replace(doubts, absence=True, reasons=(*doubts.reasons, words))
    return _accepted(report, digest_of(report.source, listing, now), doubts, (now, accepted), before, accept)


def _assess_unused(
    report: ReadReport, before: Version | None, accept: str | None, ways: Mapping[str, str], *, gave: bool
) -> tuple[ReadReport, dict[str, Any]]:
    """The same for a source that is switched off: nobody has read it, so nothing that it gave is gone."""
    doubts = SourceDoubts()
    if before is not None or gave:
        doubts = SourceDoubts(absence=True, warnings=("it is switched off: what it gave is kept in HubSpot",))
    digest = digest_of(report.source, [], Reading())
    accepted = _baseline_of(before, ways)
    judged, facts = _accepted(report, digest, doubts, (Reading(), accepted), before, accept)
    if doubts and judged.doubts["absence"]:
        # Nothing was read, so there is nothing to compare the next reading with but what was read before.
        facts["baseline"] = accepted.to_json() if accepted is not None else None
    return judged, facts


def _baseline_of(before: Version | None, ways: Mapping[str, str]) -> Reading | None:
    """The last accepted reading of a source; one of an earlier version of the project is counted in its raw table.

    Args:
        before: The raw table until now.
        ways: How each field is written now.
    """
    if before is None:
        return None
    if "baseline" in before.facts:
        found = before.facts["baseline"]
        return _as_named_now(Reading.from_json(found), before, ways) if found is not None else None
    report = before.facts["report"]
    return _counted(before, report) if report["files"] else None


def _as_named_now(reading: Reading, before: Version, ways: Mapping[str, str]) -> Reading:
    former = former_names(ways, before.facts.get("ways", {}))
    if not former:
        return reading
    filled, gives = (
        {former.get(name, name): count for name, count in counts.items()} for counts in (reading.filled, reading.gives)
    )
    return replace(reading, filled=filled, gives=gives)


def _counted(before: Version, report: dict[str, Any]) -> Reading:
    columns = list(before.schema)
    names = columns[1 : columns.index("file")]
    by_file = before.scan().group_by("file_rank").agg(pl.col(names).is_not_null().sum()).collect()
    filled, gives = Counter[str](), Counter[str]()
    for name in names:
        filled[name] = int(by_file[name].sum())
        gives[name] = int((by_file[name] > 0).sum())
    broken = sum(report["reasons"].get(reason, 0) for reason in BROKEN)
    return Reading(report["records"], report["kept"], report["rejected"], broken, dict(filled), dict(gives))


def _unseen_words(missing: int, total: int, limits: Limits) -> str:
    """Why a reading is doubted that cannot be compared with one before; empty: it has those whom the source gave values."""
    is_much = missing >= limits.floor and missing > limits.shrank * total
    if not is_much and not (total and missing == total):
        return ""
    return (
        "what it had at its last accepted reading is not known any more, as its raw table is lost, and it lacks "
        f"{missing:,} of the {total:,} contacts in HubSpot that have, or had, values from it"
    )


def _lost(report: ReadReport) -> list[str]:
    lines = [f"{name}: {what}" for name, what in report.refused.items()]
    return [*lines, *(f"{name}: it broke off" for name in report.broke_off)]


def _accepted(
    report: ReadReport,
    digest: str,
    doubts: SourceDoubts,
    readings: tuple[Reading, Reading | None],
    before: Version | None,
    accept: str | None,
) -> tuple[ReadReport, dict[str, Any]]:
    now, accepted = readings
    is_accepted = bool(doubts) and digest in (accept, before.facts.get("accepted") if before else None)
    baseline = next_baseline(now, accepted, doubts, is_accepted=is_accepted)
    doubts = SourceDoubts() if is_accepted or not doubts else replace(doubts, digest=digest)
    judged = replace(report, digest=digest, doubts=doubts.to_json())
    facts = {
        "doubts": doubts.to_json(),
        "baseline": baseline.to_json() if baseline is not None else None,
        "accepted": digest if is_accepted else None,
    }
    return judged, facts

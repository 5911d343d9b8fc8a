"""What a person should look at although a source could be read: yellow checks of its raw table.

Put here: columns that nothing uses, files that are not read, and what is odd about those that are. Keep out: what is not believed of a source (``steps.health``).
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

import dagster as dg

from hubsync_assets.assets.source_drift import drift, reject_share
from hubsync_assets.model.tables import COLUMNS, FEW_REJECTED, FILES, SAME_COLUMNS
from hubsync_assets.resources import Sync
from hubsync_assets.steps.read_report import ReadReport

__all__ = ["reading_check_specs", "reading_checks"]

_MEANS = {
    COLUMNS: "Every column with values is a field's, or is declared for one. Yellow with a single one that is not; hubsync.yaml declares them.",
    FILES: "Every file where the source's files are is read, and nothing about one is odd. Yellow with a single one; hubsync.yaml says what is read.",
    SAME_COLUMNS: "The source has the columns that it had at the reading before. Yellow with a single one that is new or gone; hubsync.yaml declares them.",
    FEW_REJECTED: "Few of the records cannot be synced. Yellow above 5 %: `rejected` in the run config of raw_records changes that.",
}
_MOST_NAMED = 12
_PLAIN_NAME = re.compile(r"[^\W\d][\w ./()#%&+-]{0,59}")
"""What a header has, and no address or number: a name that is none of these is counted and not shown."""


def reading_check_specs(sync: Sync, table: str) -> list[dg.AssetCheckSpec]:
    """The checks of one raw table."""
    return [
        dg.AssetCheckSpec(name, asset=sync.key(table), description=description) for name, description in _MEANS.items()
    ]


def reading_checks(
    sync: Sync, table: str, report: ReadReport, before: Mapping[str, Any] | None, rejected_limit: float
) -> list[dg.AssetCheckResult]:
    """Their results.

    Args:
        sync: the sync.
        table: the raw table.
        report: what the reading gave.
        before: what the reading before gave, as JSON values; None: there was none.
        rejected_limit: the share of the records, 0 to 1, above which it is said that they are rejected.
    """
    new, gone = drift(report, before)
    found = {
        COLUMNS: _columns(report),
        FILES: _files(report),
        SAME_COLUMNS: _drifted(report.source, new, gone),
        FEW_REJECTED: reject_share(report, rejected_limit),
    }
    numbers: dict[str, dict[str, Any]] = {
        COLUMNS: {"columns_not_used": len(report.unknown), "limit": 0},
        FILES: {"files_to_look_at": len(report.files_to_look_at), "warnings": len(report.warnings), "limit": 0},
        SAME_COLUMNS: {"columns_new": len(new), "columns_gone": len(gone), "limit": 0},
        FEW_REJECTED: {
            "rejected": report.rejected,
            "records": report.records,
            "share_percent": round(100 * report.rejected / report.records, 2) if report.records else 0.0,
            "limit_percent": round(100 * rejected_limit, 2),
        },
    }
    if report.left_out:
        numbers[FILES]["left_out"] = _named(report.left_out)
    return [
        dg.AssetCheckResult(
            asset_key=sync.key(table),
            check_name=name,
            passed=not words,
            severity=dg.AssetCheckSeverity.WARN,
            description=words or _MEANS[name],
            metadata=numbers[name],
        )
        for name, words in found.items()
    ]


def _drifted(source: str, new: list[str], gone: list[str]) -> str:
    words = [f"{source} has new columns: {_plain(new)}"] if new else []
    words += [f"{source} has no column any more that it had: {_plain(gone)}"] if gone else []
    return f"{'; '.join(words)}; declare in hubsync.yaml what should be used" if words else ""


def _columns(report: ReadReport) -> str:
    return "; ".join(words for words in (_unused(report), _new(report), _several(report)) if words)


def _new(report: ReadReport) -> str:
    if not report.new_aliases:
        return ""
    named = ", ".join(f"{name} for {field}" for name, field in list(report.new_aliases.items())[:_MOST_NAMED])
    return (
        f"this version knows names that the one before did not: {named}; to use them, which may change values in HubSpot, run again with "
        f"confirm: [aliases {report.source}] in the config of raw_records"
    )


def _several(report: ReadReport) -> str:
    """Only names that headers have."""
    named = [
        f"{', '.join(names)} for {column}"
        for column, names in report.several.items()
        if all(_PLAIN_NAME.fullmatch(name) for name in names)
    ]
    if not named:
        return ""
    return (
        f"{report.source} has several columns for one field, of which the first that has a value counts: {'; '.join(named[:_MOST_NAMED])}; name the "
        "right one under columns"
    )


def _unused(report: ReadReport) -> str:
    if not report.unknown:
        return ""
    return (
        f"{report.source} has columns that no field uses: {_plain(report.unknown)}; declare a field for what HubSpot should have, or a column of a "
        "field in hubsync.yaml"
    )


def _plain(names: Collection[str]) -> str:
    """Those that headers have, and how many others there are."""
    plain = [name for name in names if _PLAIN_NAME.fullmatch(name)]
    more = len(names) - len(plain[:_MOST_NAMED])
    named = ", ".join(plain[:_MOST_NAMED])
    return named + (f" and {more} more" if more and named else f"{more} with unusual names" if more else "")


def _files(report: ReadReport) -> str:
    words = [f"{report.source}: {warning}" for warning in report.warnings[:_MOST_NAMED]]
    if report.files_to_look_at:
        words.append(f"{report.source} leaves files out: {_named(report.files_to_look_at)}")
    return "; ".join(words)


def _named(left_out: Mapping[str, str]) -> str:
    named = ", ".join(f"{name} ({why})" for name, why in list(left_out.items())[:_MOST_NAMED])
    more = len(left_out) - _MOST_NAMED
    return f"{named}{f' and {more} more' if more > 0 else ''}"

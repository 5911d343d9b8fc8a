"""What a person should look at although a source could be read: yellow checks of its raw table.

Put here: columns that nothing uses, files that are not read, and what is odd about those that are. Keep out: what is not believed of a source (``steps.health``).
"""

import re
from collections.abc import Mapping

import dagster as dg

from hubsync_assets.model.tables import COLUMNS, FILES
from hubsync_assets.resources import Sync
from hubsync_assets.steps.read_report import ReadReport

__all__ = ["reading_check_specs", "reading_checks"]

_MEANS = {
    COLUMNS: "Every column with values is a field's, or is declared for one.",
    FILES: "Every file where the source's files are is read, and nothing about one is odd.",
}
_MOST_NAMED = 12
_PLAIN_NAME = re.compile(r"[^\W\d][\w ./()#%&+-]{0,59}")
"""What a header has, and no address or number: a name that is none of these is counted and not shown."""


def reading_check_specs(sync: Sync, table: str) -> list[dg.AssetCheckSpec]:
    """The checks of one raw table."""
    return [
        dg.AssetCheckSpec(name, asset=sync.key(table), description=description) for name, description in _MEANS.items()
    ]


def reading_checks(sync: Sync, table: str, report: ReadReport) -> list[dg.AssetCheckResult]:
    """Their results."""
    found = {COLUMNS: _columns(report), FILES: _files(report)}
    return [
        dg.AssetCheckResult(
            asset_key=sync.key(table),
            check_name=name,
            passed=not words,
            severity=dg.AssetCheckSeverity.WARN,
            description=words or _MEANS[name],
            metadata={"left_out": _named(report.left_out)} if name == FILES and report.left_out else None,
        )
        for name, words in found.items()
    ]


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
    plain = [name for name in report.unknown if _PLAIN_NAME.fullmatch(name)]
    more = len(report.unknown) - len(plain[:_MOST_NAMED])
    named = ", ".join(plain[:_MOST_NAMED])
    others = f" and {more} more" if more and named else f"{more} with unusual names" if more else ""
    return (
        f"{report.source} has columns that no field uses: {named}{others}; declare a field for what HubSpot should have, or a column of a "
        "field in hubsync.yaml"
    )


def _files(report: ReadReport) -> str:
    words = [f"{report.source}: {warning}" for warning in report.warnings[:_MOST_NAMED]]
    if report.files_to_look_at:
        words.append(f"{report.source} leaves files out: {_named(report.files_to_look_at)}")
    return "; ".join(words)


def _named(left_out: Mapping[str, str]) -> str:
    named = ", ".join(f"{name} ({why})" for name, why in list(left_out.items())[:_MOST_NAMED])
    more = len(left_out) - _MOST_NAMED
    return f"{named}{f' and {more} more' if more > 0 else ''}"

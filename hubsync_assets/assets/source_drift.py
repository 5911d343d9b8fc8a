"""How a source differs from its last reading, in numbers for a yellow check: columns that are new or gone, and its rejected records.

Keep out: what is not believed of it, and so clears nothing (``steps.health``).
"""

from collections.abc import Mapping
from typing import Any

from hubsync_assets.steps.health import Limits
from hubsync_assets.steps.read_report import ReadReport

__all__ = ["drift", "reject_share"]


def drift(report: ReadReport, before: Mapping[str, Any] | None) -> tuple[list[str], list[str]]:
    """Names of columns that are new, and of those that are gone; nothing where the source was not read again.

    Args:
        report: What this reading gave.
        before: What the reading before gave, as JSON values; None: there was none.
    """
    # Versions before this check noted no columns.
    if before is None or report.reused or "gives_files" not in before:
        return [], []
    now = _columns(report.unknown, report.gives_files)
    then = _columns(before.get("unknown", {}), before["gives_files"])
    # What broke off may have had a column that the rest lacks.
    gone = then - now if report.incomplete_rank is None else set()
    return sorted(now - then), sorted(gone)


def reject_share(report: ReadReport, limit: float) -> str:
    """That more than a share (0 to 1) of the records is rejected, in words; empty: not so many are."""
    share = report.rejected / report.records if report.records else 0.0
    # As for what is not believed of a source: so few are no news, however small it is.
    if share <= limit or report.rejected < Limits().floor:
        return ""
    most = ", ".join(f"{reason} ({count:,})" for reason, count in list(report.reasons.items())[:5])
    return (
        f"{report.rejected:,} of {report.records:,} records of {report.source} ({share:.1%}) cannot be synced, the limit is {limit:.0%}: {most}; "
        "rejected_rows has each with its reason"
    )


def _columns(unknown: Mapping[str, int], gives_files: Mapping[str, int]) -> set[str]:
    return {*unknown, *(name for name, files in gives_files.items() if files)}

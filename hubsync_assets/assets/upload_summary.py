"""An upload in words, for the people who decide what to do next: Markdown, and the yellow check of what is refused.

Put here: words. Keep out: counting (``steps.upload``, ``steps.refused_report``), and contacts' data.
"""

from collections.abc import Iterator

import dagster as dg

from hubsync_assets.model.tables import FAILED, FEW_REFUSED, NOTHING_REFUSED
from hubsync_assets.reporting.refused_words import remedy_for
from hubsync_assets.resources import Sync
from hubsync_assets.steps.refused_report import Refused, RefusedKind
from hubsync_assets.steps.upload import UploadReport

__all__ = ["refused_check_specs", "refused_checks", "upload_summary"]

_MEANS = "HubSpot takes every contact and every value of the sources. Yellow with a single one that it refuses; failed_contacts has each with the reason."
_FEW_MEANS = "HubSpot refuses few of the contacts. Yellow, with a message to HUBSYNC_ALERT_URL, above 5 %: HUBSYNC_REFUSED_LIMIT changes that."


def refused_check_specs(sync: Sync) -> list[dg.AssetCheckSpec]:
    """Yellow, and they block nothing: one bad record never costs another."""
    means = {NOTHING_REFUSED: _MEANS, FEW_REFUSED: _FEW_MEANS}
    return [dg.AssetCheckSpec(name, asset=sync.key(FAILED), description=words) for name, words in means.items()]


def refused_checks(sync: Sync, refused: Refused, merged: int, limit: float) -> list[dg.AssetCheckResult]:
    """The results of those checks.

    Args:
        sync: the sync.
        refused: what is refused now.
        merged: contacts that the sources have.
        limit: the share of them, 0 to 1, that may be refused.
    """
    return [_nothing_check(sync, refused), _few_check(sync, refused, merged, limit)]


def _few_check(sync: Sync, refused: Refused, merged: int, limit: float) -> dg.AssetCheckResult:
    contacts = sum(kind.count for kind in refused if kind.property_name is None)
    share = contacts / merged if merged else 0.0
    words = f"{contacts:,} of {merged:,} contacts ({share:.1%}) are refused by HubSpot, the limit is {limit:.1%} (HUBSYNC_REFUSED_LIMIT)"
    return dg.AssetCheckResult(
        asset_key=sync.key(FAILED),
        check_name=FEW_REFUSED,
        passed=share <= limit,
        severity=dg.AssetCheckSeverity.WARN,
        description=words,
        metadata={
            "refused": contacts,
            "contacts": merged,
            "share_percent": round(100 * share, 2),
            "limit_percent": round(100 * limit, 2),
        },
    )


def _nothing_check(sync: Sync, refused: Refused) -> dg.AssetCheckResult:
    contacts = sum(kind.count for kind in refused if kind.property_name is None)
    values = sum(kind.count for kind in refused if kind.property_name is not None)
    how_many = f"{_counted(contacts, 'contact')} and {_counted(values, 'value')}"
    words = f"{how_many} {'is' if contacts + values == 1 else 'are'} refused: {'; '.join(map(_line, refused))}"
    return dg.AssetCheckResult(
        asset_key=sync.key(FAILED),
        check_name=NOTHING_REFUSED,
        passed=not refused,
        severity=dg.AssetCheckSeverity.WARN,
        description=words if refused else _MEANS,
        metadata={"contacts": contacts, "values": values, "limit": 0},
    )


def upload_summary(report: UploadReport, refused: Refused, heading: str = "") -> str:
    """Markdown; ``heading``: where the contacts went."""
    head = [heading, ""] if heading else []
    return "\n".join([*head, *_contacts(report), *_refused(refused)])


def _contacts(report: UploadReport) -> Iterator[str]:
    created, updated = report.created + report.by_killed.created, report.updated + report.by_killed.updated
    yield (
        f"**{_counted(created, 'contact')} created, {updated:,} updated**, {report.refused:,} refused, {report.unsent:,} unsent, in "
        f"{_counted(report.calls, 'write call')}."
    )
    if by_killed := report.by_killed.created + report.by_killed.updated:
        was, are = ("was", "is") if by_killed == 1 else ("were", "are")
        yield f"- {by_killed:,} of them {was} written by a run that was killed or cancelled, and {are} counted now"
    if report.moved:
        have, wait = ("has", "waits") if report.moved == 1 else ("have", "wait")
        yield f"- {report.moved:,} {have} changed in HubSpot since the plan was made, and {wait} for the next one"
    for number, stage in enumerate(report.stages, 1):
        yield (
            f"- stage {number}: {_counted(stage['contacts'], 'contact')}, {stage['refused']:,} refused, {stage['different']:,} read back "
            "otherwise than sent"
        )
    if report.stopped:
        yield f"- unsent because of: {report.stopped}"


def _refused(refused: Refused) -> Iterator[str]:
    if not refused:
        return
    yield ""
    yield "Refused, and what would help:"
    for kind in refused:
        yield f"- {_line(kind)}"
        for place, correlation_id in kind.examples:
            looked_up = f" (correlation id {correlation_id})" if correlation_id else ""
            yield f"  - {place or 'in no source any more'}{looked_up}"


def _line(kind: RefusedKind) -> str:
    what = f"{kind.property_name}: " if kind.property_name else ""
    how_many = _counted(kind.count, "value" if kind.property_name else "contact")
    remedy = remedy_for(kind.category)
    return f"{what}{kind.category}, {how_many}: HubSpot wants {remedy.wants}; to do: {remedy.do}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

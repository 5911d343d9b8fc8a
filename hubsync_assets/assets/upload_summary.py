"""An upload in words, for the people who decide what to do next: Markdown, and the yellow check of what is refused.

Put here: words. Keep out: counting (``steps.upload``, ``steps.refused_report``), and contacts' data.
"""

from collections.abc import Iterator

import dagster as dg

from hubsync_assets.model.tables import FAILED, NOTHING_REFUSED
from hubsync_assets.resources import Sync
from hubsync_assets.steps.refused_report import Refused, RefusedKind
from hubsync_assets.steps.upload import UploadReport

__all__ = ["refused_check", "refused_check_spec", "upload_summary"]

_MEANS = "HubSpot takes every contact and every value of the sources."

_REMEDIES = {
    "INVALID_EMAIL": "correct the address at its source",
    "INVALID_OPTION": "add the option in HubSpot, or name one of its options in hubsync.yaml",
    "not_an_option": "add the option in HubSpot, or name one of its options in hubsync.yaml",
    "too_long": "shorten the text at its source",
    "CONFLICT": "merge the two contacts in HubSpot, or correct the one that is wrong",
    "gone_in_hubspot": "take the contact out of the sources, or declare gone_in_hubspot: recreate",
    "same_hubspot_record": "join the two contacts in the sources, or split the record in HubSpot",
    "GDPR_BLACKLISTED_EMAIL": "take the contact out of its source: the person was erased in HubSpot",
}
_OTHERWISE = "failed_contacts says what HubSpot wants"


def refused_check_spec(sync: Sync) -> dg.AssetCheckSpec:
    """Yellow, and blocks nothing: one bad record never costs another."""
    return dg.AssetCheckSpec(NOTHING_REFUSED, asset=sync.key(FAILED), description=_MEANS)


def refused_check(sync: Sync, refused: Refused) -> dg.AssetCheckResult:
    """The result of that check."""
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
        metadata={"contacts": contacts, "values": values},
    )


def upload_summary(report: UploadReport, refused: Refused, heading: str = "") -> str:
    """Markdown; ``heading``: where the contacts went."""
    head = [heading, ""] if heading else []
    return "\n".join([*head, *_contacts(report), *_refused(refused)])


def _contacts(report: UploadReport) -> Iterator[str]:
    yield (
        f"**{report.created:,} contacts created, {report.updated:,} updated**, {report.refused:,} refused, {report.unsent:,} unsent, in "
        f"{report.calls:,} write calls."
    )
    if report.moved:
        yield f"- {report.moved:,} have changed in HubSpot since the plan was made, and wait for the next one"
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
    return f"{what}{kind.category}, {how_many}: {_REMEDIES.get(kind.category, _OTHERWISE)}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

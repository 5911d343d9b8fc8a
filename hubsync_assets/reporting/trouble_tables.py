"""The tables of what is refused and of what could not be read: what, why, what would help, and where it stands.

Keep out: finding them (``troubles``), and what would help (``refused_words``, ``plain_words``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from hubsync_assets.reporting.contents import Listed, Trouble
from hubsync_assets.reporting.disguise import NOTHING, Disguise
from hubsync_assets.reporting.markup import Markup, element, link, table
from hubsync_assets.reporting.plain_words import REASON_WORDS
from hubsync_assets.reporting.record_links import RecordPages
from hubsync_assets.reporting.refused_words import remedy_for

__all__ = ["refused_part", "rejected_part", "rest_of"]

NO_ID = "HubSpot gave none"
"""It gives a call that it refuses an id, and not a single contact of a call that it takes in part."""


def refused_part(refused: Listed, pages: RecordPages, disguise: Disguise) -> Iterator[Markup]:
    """What HubSpot refuses: first in kinds, each with what would help, then contact by contact."""
    if not refused.total:
        return
    yield element("h3", f"Refused by HubSpot: {refused.total:,}")
    kinds = Counter((trouble.name, trouble.why) for trouble in refused.rows)
    yield table(
        ("how many", "what", "HubSpot wants", "what to do", "HubSpot's word"),
        [
            (f"{count:,}", f"the property {name}" if name else "the whole contact", *remedy_for(why), why)
            for (name, why), count in kinds.most_common()
        ],
        numbers=(0,),
    )
    yield table(
        ("contact, by source", "record", "property", "value", "why", "correlation id"),
        [_refused(trouble, pages, disguise) for trouble in refused.rows],
        filtered=True,
    )
    yield from rest_of(refused)


def rejected_part(rejected: Listed, by_reason: Mapping[str, int], disguise: Disguise) -> Iterator[Markup]:
    """What could not be read."""
    if not rejected.total:
        return
    yield element("h3", f"Could not be read: {rejected.total:,}")
    yield table(
        ("how many", "why", "what to do"),
        [
            (f"{count:,}", *REASON_WORDS.get(reason, (reason.replace("_", " "), "")))
            for reason, count in by_reason.items()
        ],
        numbers=(0,),
    )
    yield table(
        ("where", "field", "why", "what stands there"),
        [_rejected(trouble, disguise) for trouble in rejected.rows],
        filtered=True,
    )
    yield from rest_of(rejected)


def _refused(trouble: Trouble, pages: RecordPages, disguise: Disguise) -> tuple[str, ...]:
    who = f"{trouble.email} ({trouble.contact})" if disguise.is_full else trouble.contact
    wants = f"HubSpot wants {remedy_for(trouble.why).wants}"
    return (
        who,
        link(trouble.hubspot_id or NOTHING, pages.of(trouble.hubspot_id)),
        trouble.name or "the whole contact",
        disguise.value(trouble.field_name, trouble.value),
        disguise.words(trouble.message) or wants,
        trouble.correlation_id or NO_ID,
    )


def _rejected(trouble: Trouble, disguise: Disguise) -> tuple[str, ...]:
    # What could not be read as anything may be anything, whatever its field is.
    seen = disguise.value(None, trouble.value)
    why = REASON_WORDS.get(trouble.why, (trouble.why, ""))[0]
    return (trouble.contact, trouble.name or "the whole record", disguise.words(trouble.message) or why, seen)


def rest_of(listed: Listed) -> Iterator[Markup]:
    """Where the other rows are, if there are more than are shown."""
    if listed.total > len(listed.rows):
        words = f"The first {len(listed.rows):,} of {listed.total:,}. All of them: "
        yield element("p", words, element("code", f"{listed.table}/*.parquet"), class_="soft")

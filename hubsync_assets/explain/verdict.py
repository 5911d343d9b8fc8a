"""Why a contact is as it is in HubSpot, and what would free what is held back: a sentence, and the reasons.

Put here: which of the states that a contact can be in this is. Keep out: looking anything up (``knowledge``, ``records``, ``portal_look``).
"""

from collections.abc import Iterator, Sequence

from hubsync_assets.explain.knowledge import Knowledge
from hubsync_assets.explain.story import FieldStory, HubSpotNow, Reading, Reason, Record, Rejected
from hubsync_assets.reporting.plain_words import REASON_WORDS, SETTLED_WORDS
from hubsync_assets.reporting.refused_words import remedy_for

__all__ = ["reasons_of", "verdict_of"]

_OURS = {"not_in_portal", "already_in_portal", "gone_in_hubspot", "same_hubspot_record"}
"""Contacts that are left out, though HubSpot was not asked to take them."""


def verdict_of(
    known: Knowledge, records: Sequence[Record], rejected: Sequence[Rejected], now: HubSpotNow, *, is_written: bool
) -> str:
    """In one sentence.

    Args:
        known: what the tables say.
        records: the contact's.
        rejected: what of it could not be read.
        now: what HubSpot holds.
        is_written: whether the log says that it was in HubSpot.
    """
    if not any(record.standing in {"counts", "older"} for record in records):
        return _without_records(records, rejected, is_written=is_written)
    return _unwritten(known) or _written(known, now)


def _unwritten(known: Knowledge) -> str | None:
    """Why nothing of it is in HubSpot, or not what it is now; None: it is written."""
    if known.golden is None:
        return "It is read and not merged yet: the next sync goes on with it."
    if known.planned is not None and not known.planned.is_answered:
        return "It is planned and not written yet."
    for row in known.refused:
        if row["property"] is None:
            what = "held back" if row["category"] in _OURS else "refused by HubSpot"
            return f"It is {what}: nothing of it is written until that is resolved."
    return "It is merged, and HubSpot has acknowledged nothing of it yet." if known.state is None else None


def _written(known: Knowledge, now: HubSpotNow) -> str:
    if not now.problem and now.hubspot_id is None:
        return "It was written, and HubSpot has no contact with this email any more: it was deleted, merged or erased there."
    kept = len(known.settled)
    if kept:
        return f"It is in HubSpot, but for {kept} value{'' if kept == 1 else 's'} that {'is' if kept == 1 else 'are'} not sent."
    if now.problem:
        return "It was written as the sources say; HubSpot could not be asked what it holds now."
    if not all(each.is_same for each in now.properties):
        return "It is in HubSpot, and what HubSpot holds now is not what the sources say."
    return "It is in HubSpot as the sources say."


def _without_records(records: Sequence[Record], rejected: Sequence[Rejected], *, is_written: bool) -> str:
    if any(record.standing == "left out" for record in records):
        return "Its source's where leaves it out, so it is not synced."
    if records or any(each.field_name is None for each in rejected):
        return "What the sources have of it is rejected, so it is not synced."
    if is_written:
        return "No source has this email any more. What was written stays in HubSpot: nobody is ever deleted there."
    return "No source has this email, and nothing was ever written for it."


def reasons_of(
    known: Knowledge,
    readings: Sequence[Reading],
    records: Sequence[Record],
    rejected: Sequence[Rejected],
    fields: Sequence[FieldStory],
    now: HubSpotNow,
) -> tuple[Reason, ...]:
    """Why, each with what would free it.

    Args:
        known: what the tables say.
        readings: of the sources.
        records: the contact's.
        rejected: what of it could not be read.
        fields: how each field got its value.
        now: what HubSpot holds.
    """
    return (
        *_of_records(records, rejected),
        *_of_refusals(known),
        *_of_plan(known),
        *_of_settled(known),
        *_of_fields(fields),
        *_of_readings(readings),
        *_of_now(known, now),
    )


def _of_records(records: Sequence[Record], rejected: Sequence[Rejected]) -> Iterator[Reason]:
    for each in rejected:
        why, free = REASON_WORDS.get(each.reason, (each.reason, ""))
        what = "the record" if each.field_name is None else each.field_name
        yield Reason(f"{each.place}, {what}: {each.message or why}", free)
    for record in records:
        if record.standing == "left out":
            yield Reason(f"{record.place}: where leaves it out", "change the record, or where in hubsync.yaml")


def _of_refusals(known: Knowledge) -> Iterator[Reason]:
    for row in known.refused:
        what = f"{row['property']}: " if row["property"] else ""
        looked_up = f" (correlation id {row['correlation_id']})" if row["correlation_id"] else ""
        times = f"; refused {row['attempts']} time{'' if row['attempts'] == 1 else 's'}, last on {row['last_at']:%Y-%m-%d %H:%M} UTC"
        yield Reason(f"{what}{row['message'] or row['category']}{times}{looked_up}", remedy_for(row["category"]).do)


def _of_plan(known: Knowledge) -> Iterator[Reason]:
    planned = known.planned
    if planned is not None and not planned.is_answered:
        yield Reason(
            f"The plan {planned.digest} of {planned.made_at:%Y-%m-%d %H:%M} UTC has it, and HubSpot has not answered to that",
            f"run sync_contacts; if the plan waits for a person, with approve: {planned.digest} in the config of contact_changes",
        )


def _of_settled(known: Knowledge) -> Iterator[Reason]:
    refused = {row["property"] for row in known.refused}
    for row in known.settled:
        if row["property"] in refused and row["property"] is not None:
            continue  # said already, and better
        why, free = SETTLED_WORDS.get(row["decision"], (row["decision"], ""))
        yield Reason(f"{row['field']} is not sent: {row['message'] or why}", free)


def _of_fields(fields: Sequence[FieldStory]) -> Iterator[Reason]:
    for each in fields:
        if each.unreadable:
            places = ", ".join(each.unreadable)
            keeps = (
                "HubSpot keeps what it has there" if each.value is None else "it may be another value than it should be"
            )
            yield Reason(f"{each.name} is not readable in {places}: {keeps}", REASON_WORDS["invalid_value"][1])


def _of_readings(readings: Sequence[Reading]) -> Iterator[Reason]:
    for reading in readings:
        if reading.doubt:
            why, _, free = reading.doubt.partition("; if it is meant so, ")
            yield Reason(why, f"export the source again, or, if it is meant so, {free}")


def _of_now(known: Knowledge, now: HubSpotNow) -> Iterator[Reason]:
    if now.problem:
        yield Reason(f"HubSpot could not be asked what it holds now: {now.problem}")
        return
    if known.state is not None and now.hubspot_id is None:
        yield Reason(
            f"It was record {known.state['hubspot_id']}, and HubSpot has no contact with this email",
            "nothing, if that is meant; else restore it in HubSpot, or declare gone_in_hubspot: recreate in hubsync.yaml",
        )
    if now.primary_email is not None:
        yield Reason(f"Its email is a secondary address in HubSpot; the record's first one is {now.primary_email}")
    others = [each.name for each in now.properties if not each.is_same]
    settled = {row["property"] for row in known.settled} | {row["property"] for row in known.refused}
    left = [name for name in others if name not in settled]
    if left and known.state is not None and not known.settled and (known.planned is None or known.planned.is_answered):
        yield Reason(
            f"HubSpot holds something else than the sources say in {', '.join(left)}: somebody has changed it there since the last sync",
            "nothing is noticed until the contact changes in a source; a sync with distrust: true in the config of contact_changes looks at all",
        )

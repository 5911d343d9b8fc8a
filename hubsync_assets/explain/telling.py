"""What both the text and the page say of a story: its parts as titles, columns and rows.

Put here: words and columns. Keep out: how a row looks on a terminal (``text``) or on a page (``story_page``).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hubsync_assets.explain.story import Story
from hubsync_assets.reporting.plain_words import ACTION_WORDS

__all__ = ["Part", "parts_of"]

_KINDS = {
    "created": "created",
    "updated": "updated",
    "unchanged": "seen to be as it should be",
    "refused": "refused, or left out",
    "confirmed": "found written, after a call without an answer",
    "in_doubt": "sent, without an answer",
}
_NOTHING = "(nothing)"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a story.

    Attributes:
        title: what it is about.
        head: the columns' names.
        rows: as many cells each.
        empty: said in place of a table without rows.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


def parts_of(story: Story) -> Iterator[Part]:
    """The parts in their order, beside verdict and reasons."""
    yield Part(
        "What the sources say",
        ("where", "standing", "values", "not readable"),
        tuple(
            (record.place, record.standing, _pairs(record.values), ", ".join(record.unreadable))
            for record in story.records
        ),
        "No source has a record with this email.",
    )
    yield Part(
        "What of it could not be read",
        ("where", "field", "why", "what stands there"),
        tuple(
            (each.place, each.field_name or "the whole record", each.message or each.reason, each.raw)
            for each in story.rejected
        ),
        "Nothing.",
    )
    yield Part(
        "How each field got its value",
        ("field", "value", "from", "by the rule", "not kept"),
        tuple(
            (
                each.name,
                each.value if each.value is not None else _NOTHING,
                each.source,
                each.rule,
                "; ".join(f"{loser.value} ({loser.place}: {loser.why})" for loser in each.losers),
            )
            for each in story.fields
        ),
        "No field has one.",
    )
    yield _planned(story)
    yield Part(
        "What was written, and what HubSpot answered (the newest first)",
        ("when (UTC)", "run", "answer", "record", "sent", "HubSpot's words"),
        tuple(_answer(row) for row in story.history),
        story.log_problem or "Nothing was ever written for this contact.",
    )
    yield _now(story)
    yield Part(
        "When the sources were last read",
        ("source", "when", "in doubt"),
        tuple((each.source, each.read_at, "yes, see above" if each.doubt else "no") for each in story.readings),
        "",
    )


def _planned(story: Story) -> Part:
    planned = story.planned
    if planned is None:
        return Part("The stored plan", (), (), "The contact is not in it: by what is known there is nothing to write.")
    done = "HubSpot has answered to it" if planned.is_answered else "not written yet"
    title = f"The stored plan {planned.digest} of {planned.made_at:%Y-%m-%d %H:%M} UTC: {planned.action}, {done}"
    rows = tuple(
        (
            change["property"],
            change["old"] or _NOTHING,
            change["new"] or _NOTHING,
            ACTION_WORDS.get(change["action"], change["action"]),
        )
        for change in planned.changes
    )
    return Part(title, ("property", "old", "new", "what that is"), rows, "")


def _now(story: Story) -> Part:
    now = story.now
    title = "What HubSpot holds now"
    if now.problem:
        return Part(title, (), (), f"HubSpot could not be asked: {now.problem}")
    if now.hubspot_id is None:
        return Part(title, (), (), f"No contact with this email in {now.portal}.")
    rows = tuple(
        (
            each.name,
            each.held or _NOTHING,
            each.ours or _NOTHING,
            "yes" if each.is_same else "no",
        )
        for each in now.properties
    )
    return Part(
        f"{title}: record {now.hubspot_id} of {now.portal}",
        ("property", "HubSpot has", "we would write", "means the same"),
        rows,
        "Nothing is written from here.",
    )


def _answer(row: Mapping[str, Any]) -> tuple[str, ...]:
    words = [
        row["category"],
        row["message"],
        f"correlation id {row['correlation_id']}" if row["correlation_id"] else "",
    ]
    return (
        f"{row['at']:%Y-%m-%d %H:%M:%S}",
        row["run_id"],
        _KINDS.get(row["kind"], row["kind"]),
        row["hubspot_id"] or "",
        _sent(row),
        ": ".join(filter(None, words)),
    )


def _sent(row: Mapping[str, Any]) -> str:
    if row["properties"]:
        return _pairs({name: value or _NOTHING for name, value in json.loads(row["properties"]).items()})
    return _pairs(json.loads(row["sent"])) if row["kind"] in {"created", "updated"} else ""


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in values.items())

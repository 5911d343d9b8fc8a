"""What an answer proves about each input: written, refused, both, or nothing.

Put here: matching an answer to its inputs by identity, and the outcomes without an acknowledgement. Keep out: what happens to an input
then, and when an outcome is due (``settling``). HubSpot returns results in any order and lower-cases emails; it need not echo trace
ids; a 2xx by itself proves nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.response import Response, ValueFault, texts, value_faults
from hubsync_assets.hubspot.values import Outcome
from hubsync_assets.model.refusal_categories import CONFLICTS

__all__ = [
    "MAPPING_FAULTS",
    "Matched",
    "Refusal",
    "Written",
    "read_upsert",
    "refusal_of",
    "refused",
    "unsent",
    "unsent_because",
]

MAPPING_FAULTS = frozenset({"PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"})
"""Codes that are about a property, not a contact: every contact would get them."""


@dataclass(frozen=True, slots=True)
class Written:
    """HubSpot acknowledged an input: the record's id, and whether the record is new."""

    id: str
    new: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why HubSpot refused: one word, HubSpot's message, and the value faults that it names."""

    category: str
    message: str = field(repr=False)
    faults: tuple[ValueFault, ...] = ()
    correlation_id: str | None = None

    @property
    def may_pass(self) -> bool:
        """Whether the same contact may be taken later: a conflict with another record can be resolved meanwhile."""
        return self.category in CONFLICTS

    @property
    def mapping_faults(self) -> list[str]:
        """Property and code of each fault that is about the property."""
        return [f"{fault.name} ({fault.code})" for fault in self.faults if fault.code in MAPPING_FAULTS]


@dataclass(slots=True)
class Matched:
    """What one answer says of its inputs; each input is in exactly one of the first four.

    Attributes:
        written: In results.
        refused: In errors.
        doubtful: In both.
        silent: In neither.
        loose: Errors that do not name any of the inputs.
        strangers: Ids of the results that do not belong to any of the inputs.
    """

    written: dict[Item, Written] = field(default_factory=dict)
    refused: dict[Item, Refusal] = field(default_factory=dict)
    doubtful: dict[Item, Refusal] = field(default_factory=dict)
    silent: list[Item] = field(default_factory=list)
    loose: list[Refusal] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


def read_upsert(items: Sequence[Item], answer: Response) -> Matched:
    """Match a 2xx answer to a batch upsert (200, 207, or 200 with errors: the status does not matter) with its inputs."""
    matched = Matched()
    by_email = {item.upsert.email.lower(): item for item in items}
    by_trace = {item.trace: item for item in items}
    for result in answer.items("results"):
        item = next((by_email[email] for email in _addresses(result) if email in by_email), None)
        item = item or by_trace.get(str(result.get("objectWriteTraceId", "")))
        identity = result.get("id")
        if item is None or not isinstance(identity, str) or not identity:
            matched.strangers.append(str(identity))
        elif matched.written.setdefault(item, Written(identity, result.get("new") is True)).id != identity:
            # The same record twice proves nothing new, as two of the inputs can be one contact. A different record is a stranger.
            matched.strangers.append(identity)
    for error in answer.items("errors"):
        refusal = refusal_of(error, answer)
        named = set(_named(error, by_trace, by_email))
        if not named:
            matched.loose.append(refusal)
        matched.refused.update(dict.fromkeys(named, refusal))
    for item in matched.written.keys() & matched.refused.keys():
        del matched.written[item]
        matched.doubtful[item] = matched.refused.pop(item)
    spoken = matched.written.keys() | matched.refused.keys() | matched.doubtful.keys()
    matched.silent = [item for item in items if item not in spoken]
    return matched


def refusal_of(error: Mapping[str, Any], answer: Response) -> Refusal:
    """A whole error body, or one item of ``errors``, as a reason for refusal."""
    faults = tuple(value_faults(error))
    words = error.get("category") or error.get("subCategory") or error.get("errorType")
    # A code says more than a category, except for a conflict, which is settled differently from other refusals.
    category = (
        faults[0].code
        if faults and faults[0].code and words not in CONFLICTS
        else str(words or f"HTTP_{answer.status}")
    )
    return Refusal(category, str(error.get("message", "")), faults, answer.correlation_id)


def refused(item: Item, refusal: Refusal) -> Outcome:
    """HubSpot does not accept this content."""
    return Outcome(
        item.upsert.email,
        "refused",
        None,
        refusal.category,
        refusal.message,
        refusal.correlation_id,
        attempts=item.sends,
    )


def unsent(items: Iterable[Item], category: str, why: object) -> list[Outcome]:
    """Not the contacts' fault: to be sent again."""
    return [Outcome(item.upsert.email, "unsent", None, category, str(why), attempts=item.sends) for item in items]


def unsent_because(items: Iterable[Item], stop: HubsyncError) -> list[Outcome]:
    """Unsent because the run was stopped; ``DailyLimitError`` gives the category ``daily_limit``."""
    name = type(stop).__name__.removesuffix("Error")
    category = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
    return unsent(items, category, stop)


def _addresses(result: Mapping[str, Any]) -> Iterator[str]:
    """A result's emails, lower-case, the primary one first."""
    properties = result.get("properties")
    if isinstance(properties, dict):
        yield str(properties.get("email") or "").strip().lower()
        for other in str(properties.get("hs_additional_emails") or "").lower().split(";"):
            yield other.strip()


def _named(error: Mapping[str, Any], by_trace: Mapping[str, Item], by_email: Mapping[str, Item]) -> Iterator[Item]:
    """The inputs that an error is about: those of its trace ids; else those whose emails stand in its context.

    Other things in a context may look like a trace id (the id of the record in conflict) or be another input's email.
    """
    context = error.get("context")
    names = list(context) if isinstance(context, dict) else []
    traced = [by_trace[trace] for trace in texts(error, "objectWriteTraceId") if trace in by_trace]
    emails = (text.lower() for name in names for text in texts(error, name))
    yield from traced or (by_email[email] for email in emails if email in by_email)

"""What an answer proves about each input: written, refused, both, or nothing.

Put here: sorting an answer's inputs, and the outcomes of inputs. Keep out: whose a result is (``identities``), what happens to an input
then, and when an outcome is due (``settling``). A 2xx by itself proves nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.identities import Identities
from hubsync_assets.hubspot.refusal_words import words_of_refusal
from hubsync_assets.hubspot.response import Response, ValueFault, value_faults
from hubsync_assets.hubspot.values import Outcome
from hubsync_assets.model.refusal_categories import CONFLICTS

__all__ = [
    "MAPPING_FAULTS",
    "Matched",
    "Refusal",
    "Written",
    "acknowledged",
    "read_write",
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
    def says_absent(self) -> bool:
        """Whether HubSpot says that it has no such record."""
        return self.category == "OBJECT_NOT_FOUND"

    @property
    def mapping_faults(self) -> list[str]:
        """Property and code of each fault that is about the property."""
        return [f"{fault.name} ({fault.code})" for fault in self.faults if fault.code in MAPPING_FAULTS]


@dataclass(slots=True)
class Matched:
    """What one answer says of its inputs; each input is in exactly one of the first five.

    Attributes:
        written: In results.
        refused: In errors.
        absent: Updates in errors that say that there is no such record.
        doubtful: In results and in errors.
        silent: In none of them.
        loose: Errors that do not name any of the inputs.
        strangers: Ids of the results that do not belong to any of the inputs.
    """

    written: dict[Item, Written] = field(default_factory=dict)
    refused: dict[Item, Refusal] = field(default_factory=dict)
    absent: list[Item] = field(default_factory=list)
    doubtful: dict[Item, Refusal] = field(default_factory=dict)
    silent: list[Item] = field(default_factory=list)
    loose: list[Refusal] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    @property
    def speaks(self) -> bool:
        """Whether the answer mentions any of the inputs, without contradicting itself."""
        return bool(self.written or self.refused or self.absent)


def read_write(items: Sequence[Item], answer: Response) -> Matched:
    """Match a 2xx answer to a batch write (200, 207, or 200 with errors: the status does not matter) with its inputs."""
    matched = Matched()
    identities = Identities(items)
    for result in answer.items("results"):
        item, identity = identities.of_result(result), result.get("id")
        if item is None or not isinstance(identity, str) or not identity:
            matched.strangers.append(str(identity))
        elif matched.written.setdefault(item, Written(identity, result.get("new") is True)).id != identity:
            # The same record twice proves nothing new, as two of the inputs can be one contact. A different record is a stranger.
            matched.strangers.append(identity)
    for error in answer.items("errors"):
        refusal = refusal_of(error, answer)
        named = identities.of_error(error)
        if not named:
            matched.loose.append(refusal)
        matched.refused.update(dict.fromkeys(named, refusal))
    for item in matched.written.keys() & matched.refused.keys():
        del matched.written[item]
        matched.doubtful[item] = matched.refused.pop(item)
    matched.absent = [item for item, refusal in matched.refused.items() if item.updates and refusal.says_absent]
    for item in matched.absent:
        del matched.refused[item]
    spoken = {*matched.written, *matched.refused, *matched.absent, *matched.doubtful}
    matched.silent = [item for item in items if item not in spoken]
    if len(matched.silent) == 1 and matched.silent[0].updates and any(each.says_absent for each in matched.loose):
        # Whom else could it be about?
        matched.absent.append(matched.silent.pop())
        matched.loose = [each for each in matched.loose if not each.says_absent]
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


def acknowledged(item: Item, done: Written, correlation_id: str | None = None) -> Outcome:
    """HubSpot holds what was sent."""
    return Outcome(
        item.upsert.email,
        # An update makes no record, whatever an answer says.
        "created" if done.new and not item.updates else "updated",
        done.id,
        correlation_id=correlation_id,
        attempts=item.sends,
        left_out=item.dropped,
    )


def refused(item: Item, refusal: Refusal) -> Outcome:
    """HubSpot does not accept this content; the message is for the person who has to correct it."""
    return Outcome(
        item.upsert.email,
        "refused",
        None,
        refusal.category,
        words_of_refusal(refusal.category, refusal.message, refusal.faults, item.sent()),
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

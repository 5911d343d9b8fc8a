"""What is to become of one field of a contact, in plain Python: the rules of ``docs/trust.md``, one after the other.

Keep out: contacts and runs (``portal_model``), and what a value is in HubSpot (``portal_fields``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hubsync_assets_tests.histories.portal_fields import means, said_by, texts_of
from hubsync_assets_tests.histories.portal_world import PortalStep

__all__ = ["WRITTEN", "Change", "Known", "Record", "changes_of", "decide", "shortens"]

Record = Mapping[str, str]
"""A contact of HubSpot: its properties that have a value, with ``id``."""
Change = tuple[str, str, str | None, str | None]
"""Property, action, old, new."""
WRITTEN = ("fill", "overwrite", "overwrite_theirs", "clear")


@dataclass
class Known:
    """What our log knows of a contact.

    Attributes:
        id: its record.
        values: the last value of each field that we wrote or saw, and whether we wrote it.
        settled: by field, the value (empty: none), the decision, and the options under which it was made.
    """

    id: str = ""
    values: dict[str, tuple[str, bool]] = field(default_factory=dict)
    settled: dict[str, tuple[str, str, tuple[str, bool]]] = field(default_factory=dict)


def decide(policy: tuple[str, str], known: Known, name: str, value: str, record: Record, step: PortalStep) -> str:
    """What becomes of one field of a contact that HubSpot has, in the words of the plan; empty: nothing.

    Args:
        policy: ``how`` and ``edited``.
        known: what the log knows of the contact.
        name: the field.
        value: the golden record's; empty: none.
        record: HubSpot's.
        step: how the run is told to write.
    """
    wrote, ours = known.values.get(name, ("", False))
    is_ours = ours and means(name, wrote, record, whole=True)
    held = bool(said_by(name, record))
    if not value:
        return _of_nothing(policy, known, name, step, is_ours=is_ours) if held else ""
    if name == "name" and shortens(policy, known, value, record, step):
        return "overwrite"
    if means(name, value, record):
        return "same"
    keeps, is_kept = _keeps_theirs(policy, known, name, value)
    rules = (
        ("set_once", policy[0] == "set_once"),
        ("fill", not held and not is_kept),
        ("only_fill", held and policy[0] == "fill"),
        ("overwrite", is_ours),
        ("theirs", keeps),
    )
    return next((decision for decision, holds in rules if holds), "overwrite_theirs")


def _of_nothing(policy: tuple[str, str], known: Known, name: str, step: PortalStep, *, is_ours: bool) -> str:
    """The sources say that there is no value, and HubSpot has one."""
    may_clear = step.mode == "replace" and policy[0] == "overwrite"
    if is_ours:
        return "clear" if may_clear else "never_clear"
    if may_clear and step.clear_unknown:
        return "clear"
    return "theirs" if known.values.get(name, ("", False))[1] or name in known.settled else ""


def _keeps_theirs(policy: tuple[str, str], known: Known, name: str, value: str) -> tuple[bool, bool]:
    """Whether somebody else's value stays until the source changes; and whether that has been decided of this value before."""
    wrote, _ = known.values.get(name, ("", False))
    value_then, decision, _ = known.settled.get(name, ("", "", None))
    was_theirs = decision == "theirs"
    is_decided = was_theirs or bool(wrote)
    said = value_then if was_theirs else wrote
    keeps = policy[1] == "theirs" and not (is_decided and value != said)
    return keeps, keeps and is_decided


def shortens(policy: tuple[str, str], known: Known, value: str, record: Record, step: PortalStep) -> bool:
    """Whether a last name that we wrote, and that stands there still, goes because the name has none any more."""
    wrote, ours = known.values.get("name", ("", False))
    last = wrote.partition(" ")[2]
    may_clear = step.mode == "replace" and policy[0] == "overwrite"
    return may_clear and ours and bool(last) and record.get("lastname", "").strip() == last and " " not in value


def changes_of(name: str, value: str, record: Record, decision: str, *, shorter: bool) -> list[Change]:
    """What a written field changes, property by property; ``shorter``: the last name goes."""
    texts = texts_of(name, value)
    if name == "name" and value and not texts["lastname"] and not shorter:
        del texts["lastname"]
    code = texts.pop("hs_country_region_code", "")
    changes: list[Change] = []
    for each, text in texts.items():
        old = record.get(each) or None
        same = bool(text and old) and said_by(each, {each: text}) == said_by(each, {each: old or ""})
        if (text or None) != old and not same:
            changes.append((each, _action(decision, old, text), old, text or None))
    old = record.get("hs_country_region_code") or None
    if name == "country" and changes and old != (code or None):
        changes.append(("hs_country_region_code", _action(decision, old, code), old, code or None))
    return changes


def _action(decision: str, old: str | None, text: str) -> str:
    return "clear" if not text else "fill" if old is None else decision

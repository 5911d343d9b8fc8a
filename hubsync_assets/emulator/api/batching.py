"""What all batch endpoints share: the size, duplicate ids, trace ids, and what bad inputs cost.

Put here: rules about a list of inputs. Keep out: rules about one input (``writing``).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from hubsync_assets.emulator import emails
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.records import Contact
from hubsync_assets.emulator.responses import (
    bad_json,
    batch_problem,
    duplicate_ids,
    invalid_properties,
    not_unique,
    too_many_inputs,
)
from hubsync_assets.emulator.values import stored
from hubsync_assets.emulator.writing import Draft

__all__ = [
    "MOST",
    "check_ids",
    "check_size",
    "fields",
    "find",
    "ids_of",
    "lead_on",
    "record_id",
    "refuse_one_contact_twice",
    "settle",
    "trace_ids",
]

MOST = 100
ID_DIGITS = 18
NESTED = {dict, list}


def check_size(count: int) -> None:
    """400 for more than 100 inputs."""
    if count > MOST:
        raise too_many_inputs(MOST)


def ids_of(inputs: list[dict[str, Any]]) -> list[str]:
    """The inputs' ids as text; 400 if one has none."""
    if any(item.get("id") is None or isinstance(item["id"], (dict, list)) for item in inputs):
        raise bad_json("Some required fields were not set: [id]")
    return [stored(item["id"]) or "" for item in inputs]


def record_id(text: str) -> int:
    """A record id from text; 0: it can't be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= ID_DIGITS else 0


def fields(given: dict[str, Any]) -> dict[str, object]:
    """An input's ``properties``; 400 if there are none, or if a value is a list or an object."""
    properties = given.get("properties")
    if not isinstance(properties, dict):
        raise bad_json("Some required fields were not set: [properties]")
    if not NESTED.isdisjoint(map(type, properties.values())):
        raise bad_json("Cannot deserialize value of type `String` in `properties`")
    return properties


def check_ids(portal: Portal, ids: list[str]) -> None:
    """400 for more than 100 inputs or for an id that appears twice."""
    check_size(len(ids))
    keys = [key.strip().lower() if portal.switches.case_variants_are_duplicates else key for key in ids]
    repeated = [key for key, times in Counter(keys).items() if times > 1]
    if repeated:
        raise duplicate_ids(repeated)


def trace_ids(inputs: list[dict[str, Any]]) -> list[str] | None:
    """The inputs' trace ids if each has one of its own, else None."""
    traces = [stored(item.get("objectWriteTraceId")) or "" for item in inputs]
    return traces if all(traces) and len(set(traces)) == len(traces) else None


def find(portal: Portal, name: str, keys: Sequence[str], *, archived: bool = False) -> dict[str, Contact]:
    """The contacts with these values of a unique property, by the key as it was given; 400 if it isn't unique."""
    if name == "hs_object_id":
        owners = {key: identity for key in keys if (identity := record_id(key))}
    elif name == "email":
        by_email = portal.contacts.owners(emails.normalise(key) for key in keys)
        owners = {key: by_email[emails.normalise(key)] for key in keys if emails.normalise(key) in by_email}
    elif name in portal.properties.unique_names:
        owners = portal.contacts.holders(name, keys)
    else:
        raise not_unique(name)
    contacts = portal.contacts.get(owners.values(), archived=archived)
    return {key: contacts[owner] for key, owner in owners.items() if owner in contacts}


def lead_on(
    portal: Portal, name: str, keys: Sequence[str], found: Mapping[str, Contact]
) -> tuple[dict[str, Contact], set[str]]:
    """What ``find`` found, with what becomes of record ids that were merged away (a switch): led on, or left out in silence."""
    what = portal.switches.merged_ids_in_batches
    missing = {key: record_id(key) for key in keys if name == "hs_object_id" and key not in found}
    heirs = portal.contacts.merged_into(missing.values()) if missing and what != "not_found" else {}
    led = {key: heirs[identity] for key, identity in missing.items() if identity in heirs}
    contacts = portal.contacts.get(led.values()) if what == "lead_on" else {}
    onward = {key: contacts[heir] for key, heir in led.items() if heir in contacts}
    return {**found, **onward}, set(led) if what == "left_out" else set()


def refuse_one_contact_twice(found: Mapping[Any, Contact]) -> None:
    """400: two inputs name one contact, by two addresses or by an old id (assumed: HubSpot's answer isn't known)."""
    repeated = [identity for identity, times in Counter(contact.id for contact in found.values()).items() if times > 1]
    if repeated:
        raise duplicate_ids([str(identity) for identity in repeated])


def settle(portal: Portal, drafts: list[Draft], traces: list[str] | None) -> tuple[list[Draft], list[dict[str, Any]]]:
    """The drafts that can be saved, and an error item for each other one; 400 for all of them without trace ids."""
    bad = [made for made in drafts if made.problems]
    if bad and traces is None:
        raise invalid_properties([problem for made in bad for problem in made.problems], portal.id)
    good = [made for made in drafts if not made.problems]
    return good, [batch_problem(made.problems, made.trace, portal.id) for made in bad]

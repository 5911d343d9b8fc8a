"""Batch upsert: ``POST .../contacts/batch/upsert``.

The order of checks is: shape, size, duplicate ids, uniqueness of ``idProperty``, then each input's values. Bad inputs cost
only themselves where every input has a trace id of its own; otherwise the whole batch is refused. Keep out: the rules for
values (``writing``).
"""

from collections import Counter
from typing import Any

from hubsync_assets.emulator import emails
from hubsync_assets.emulator.answers import (
    Answer,
    Problem,
    bad_json,
    batch_problem,
    conflict,
    duplicate_ids,
    invalid_properties,
    missing_objects,
    not_unique,
    too_many_inputs,
)
from hubsync_assets.emulator.contacts import Contact
from hubsync_assets.emulator.portal import Ask, Portal
from hubsync_assets.emulator.shapes import batch_answer, upserted
from hubsync_assets.emulator.values import stored
from hubsync_assets.emulator.writing import Draft, draft, save

__all__ = ["batch_upsert", "check_size_and_duplicates", "trace_ids"]

MOST = 100


def trace_ids(inputs: list[dict[str, Any]]) -> list[str] | None:
    """The inputs' trace ids if each has one of its own, else None."""
    traces = [stored(it.get("objectWriteTraceId")) or "" for it in inputs]
    return traces if all(traces) and len(set(traces)) == len(traces) else None


def check_size_and_duplicates(portal: Portal, ids: list[str]) -> None:
    """400 for more than 100 inputs or for an id that stands twice."""
    if len(ids) > MOST:
        raise too_many_inputs(MOST)
    keys = [key.strip().lower() if portal.switches.case_variants_are_duplicates else key for key in ids]
    repeated = [key for key, times in Counter(keys).items() if times > 1]
    if repeated:
        raise duplicate_ids(repeated)


def batch_upsert(portal: Portal, ask: Ask) -> Answer:
    """Create or update up to 100 contacts."""
    inputs = ask.inputs()
    for it in inputs:
        missing = [name for name in ("id", "properties") if it.get(name) is None]
        if missing:
            raise bad_json(f"Some required fields were not set: [{', '.join(missing)}]")
    ids = [stored(it["id"]) or "" for it in inputs]
    check_size_and_duplicates(portal, ids)
    traces = trace_ids(inputs)
    found = _find(portal, inputs, ids)
    drafts = []
    for place, it in enumerate(inputs):
        contact, implied = found[place]
        given = it["properties"]
        if isinstance(given, dict) and contact is None:
            given = {**implied, **given}
        drafts.append(draft(portal, contact, given, traces[place] if traces else ""))
    _check_emails(portal, drafts)
    bad = [it for it in drafts if it.problems]
    if bad and traces is None:
        raise invalid_properties([problem for it in bad for problem in it.problems], portal.id)
    good = [it for it in drafts if not it.problems]
    save(portal, good, call=ask.call, source="API")
    results = [upserted(portal, it.contact, it.written, new=it.new) for it in good]
    if portal.switches.echo_trace_ids and traces:
        for result, it in zip(results, good, strict=True):
            result["objectWriteTraceId"] = it.trace
    return batch_answer(portal, ask, results, [batch_problem(it.problems, it.trace, portal.id) for it in bad])


def _find(portal: Portal, inputs: list[dict[str, Any]], ids: list[str]) -> list[tuple[Contact | None, dict[str, str]]]:
    """For each input the contact it names (None: there is none) and the value that the id implies for a new one."""
    by_property: dict[str, list[str]] = {}
    names = [stored(it.get("idProperty")) or "hs_object_id" for it in inputs]
    for name, key in zip(names, ids, strict=True):
        if name not in ("email", "hs_object_id") and name not in portal.properties.unique_names():
            raise not_unique(name)
        by_property.setdefault(name, []).append(emails.normalise(key) if name == "email" else key)
    owners: dict[tuple[str, str], int] = {}
    for name, keys in by_property.items():
        if name == "hs_object_id":
            found = {key: int(key) for key in keys if key.isascii() and key.isdecimal()}
        elif name == "email":
            found = portal.contacts.owners(keys)
        else:
            found = portal.contacts.holders(name, keys)
        owners.update({(name, key): owner for key, owner in found.items()})
    contacts = portal.contacts.get(owners.values())
    answer: list[tuple[Contact | None, dict[str, str]]] = []
    for name, key in zip(names, ids, strict=True):
        wanted = emails.normalise(key) if name == "email" else key
        contact = contacts.get(owners.get((name, wanted), 0))
        answer.append((contact, {} if name == "hs_object_id" else {name: key}))
    missing = [
        key for name, key, (it, _) in zip(names, ids, answer, strict=True) if it is None and name == "hs_object_id"
    ]
    if missing:
        raise invalid_ids(missing)
    return answer


def invalid_ids(ids: list[str]) -> Exception:
    """400: an upsert by record id of a contact that doesn't exist (assumed: HubSpot's words are not known)."""
    item = missing_objects(ids)
    return bad_json(f"{item['message']} {ids}")


def _check_emails(portal: Portal, drafts: list[Draft]) -> None:
    """An address that another contact has, in the portal or earlier in the batch, is a conflict."""
    claims = [
        (it, email)
        for it in drafts
        if not it.problems
        for email in it.contact.emails()
        if email not in it.emails_before
    ]
    owners = portal.contacts.owners(email for _, email in claims)
    taken: dict[str, int] = {}
    for it, email in claims:
        other = owners.get(email, taken.get(email))
        if other is None:
            taken[email] = it.contact.id
            continue
        if portal.switches.conflict_fails_batch:
            raise conflict(other)
        it.problems.append(
            Problem("email", "CONFLICTING_UNIQUE_VALUE", f"Contact already exists. Existing ID: {other}")
        )

"""Reads HubSpot's answers to reading calls: contacts matched by identity, accounts, properties.

Put here: from a JSON body to the dataclasses of ``values``, strictly. Keep out: sending. Errors contain no values.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hubsync_assets.hubspot.errors import unknown_answer
from hubsync_assets.hubspot.response import objects, texts
from hubsync_assets.hubspot.values import Account, DailyQuota, Page, PortalContact, PropertySchema, ReadAnswer

__all__ = [
    "account_of",
    "contact_of",
    "found_by_id",
    "page_of",
    "quota_of",
    "read_request",
    "read_request_by_id",
    "schema_of",
    "sort_read",
]


def read_request(emails: Iterable[str], properties: Iterable[str]) -> dict[str, object]:
    """The body of a batch read by email; each contact's addresses are always requested, to match it."""
    names = dict.fromkeys([*properties, "email", "hs_additional_emails"])
    return {"idProperty": "email", "inputs": [{"id": email} for email in emails], "properties": list(names)}


def read_request_by_id(ids: Iterable[str], properties: Iterable[str]) -> dict[str, object]:
    """The body of a batch read by record id; each contact's addresses are always requested."""
    names = dict.fromkeys([*properties, "email", "hs_additional_emails"])
    return {"inputs": [{"id": identity} for identity in ids], "properties": list(names)}


def found_by_id(ids: Sequence[str], body: Mapping[str, Any]) -> dict[str, PortalContact]:
    """The contacts of an answer to a batch read by record id, by the id that was asked for.

    An id that leads on to another record (a merge) is not among them: nothing in the answer says which of the asked ones it was.

    Raises:
        UnknownAnswerError: A contact could not be read for another reason than that it is not there: it must not be taken for gone.
    """
    asked = set(ids)
    if any(error.get("category") != "OBJECT_NOT_FOUND" for error in objects(body.get("errors"))):
        raise unknown_answer("a batch read", "it has errors that are not about contacts that are not found")
    contacts = map(contact_of, _results(body, "a batch read"))
    return {contact.id: contact for contact in contacts if contact.id in asked}


def contact_of(item: Mapping[str, Any]) -> PortalContact:
    """One record; ``email`` is its primary address."""
    identity, properties = item.get("id"), item.get("properties")
    if not isinstance(identity, str) or not isinstance(properties, dict):
        raise unknown_answer("a read of contacts", "a record has no id or no properties")
    primary = str(properties.get("email") or "").strip().lower() or None
    others = str(properties.get("hs_additional_emails") or "").lower().split(";")
    return PortalContact(identity, primary, properties, tuple(other.strip() for other in others if other.strip()))


def sort_read(emails: Sequence[str], body: Mapping[str, Any]) -> tuple[ReadAnswer, list[str]]:
    """Sort the answer to a batch read; also returns the emails that it does not mention.

    Raises:
        UnknownAnswerError: The answer has a contact that was not asked for.
    """
    wanted = {email.lower(): email for email in emails}
    found: dict[str, PortalContact] = {}
    for item in _results(body, "a batch read"):
        contact = contact_of(item)
        # All of them: two asked addresses can belong to one contact.
        mine = [key for key in (contact.email, *contact.additional_emails) if key is not None and key in wanted]
        if not mine:
            raise unknown_answer("a batch read", "it has a contact that was not asked for")
        for key in mine:
            found[key] = PortalContact(contact.id, key, contact.properties, contact.additional_emails)
    missing = set()
    for error in objects(body.get("errors")):
        named = {asked.lower() for asked in texts(error, "ids")} & wanted.keys()
        if error.get("category") == "OBJECT_NOT_FOUND":
            missing |= named - found.keys()
    silent = [email for key, email in wanted.items() if key not in found and key not in missing]
    return ReadAnswer(list(found.values()), [email for key, email in wanted.items() if key in missing]), silent


def page_of(body: Mapping[str, Any]) -> Page:
    """One page of a list."""
    following: Any = body
    for name in ("paging", "next", "after"):
        following = following.get(name) if isinstance(following, dict) else None
    return Page(
        [contact_of(item) for item in _results(body, "a list of contacts")], str(following) if following else None
    )


def account_of(body: Mapping[str, Any]) -> Account:
    """Account details."""
    portal = body.get("portalId")
    if not isinstance(portal, int) or isinstance(portal, bool):
        raise unknown_answer("account details", "it has no portalId")
    return Account(portal, *(str(body.get(name) or "") for name in ("timeZone", "accountType", "uiDomain")))


def quota_of(body: Mapping[str, Any]) -> DailyQuota | None:
    """The day's usage of private apps; None: the answer does not say it."""
    for item in objects(body.get("results")):
        limit, used = item.get("usageLimit"), item.get("currentUsage")
        if item.get("name") == "private-apps-api-calls-daily" and isinstance(limit, int) and isinstance(used, int):
            return DailyQuota(limit, max(limit - used, 0)) if limit > 0 else None
    return None


def schema_of(body: Mapping[str, Any]) -> list[PropertySchema]:
    """All properties."""
    return [_property(item) for item in _results(body, "the list of properties")]


def _property(item: Mapping[str, Any]) -> PropertySchema:
    rights = item.get("modificationMetadata")
    return PropertySchema(
        name=str(item.get("name", "")),
        type=str(item.get("type", "")),
        field_type=str(item.get("fieldType", "")),
        read_only=bool(item.get("calculated")) or (isinstance(rights, dict) and bool(rights.get("readOnlyValue"))),
        options={str(option.get("value", "")): str(option.get("label", "")) for option in objects(item.get("options"))},
        calculated=bool(item.get("calculated")),
    )


def _results(body: Mapping[str, Any], what: str) -> list[Mapping[str, Any]]:
    results = body.get("results")
    if not isinstance(results, list) or not all(isinstance(item, dict) for item in results):
        raise unknown_answer(what, "it has no list of results")
    return results

"""What HubSpot wants where it refuses, and what would help, in words that quote nobody.

Put here: the words for each code that is known. Keep out: sentences with the values in them (``hubspot.refusal_words``), which stand in
``failed_contacts``.
"""

from typing import NamedTuple

from hubsync_assets.contacts.held_back import ALREADY_IN_PORTAL, GONE_IN_PORTAL, NOT_IN_PORTAL, SAME_RECORD

__all__ = ["Remedy", "remedy_for"]

AT_SOURCE = "correct it at its source; the next sync sends it by itself"
ADD_OPTION = "add the option to the property in HubSpot, or correct the value at its source"
AFTER_HUBSPOT = "; afterwards start retry_failed_contacts, or wait: it is tried again after seven days"


class Remedy(NamedTuple):
    """What HubSpot wants, and what a person can do."""

    wants: str
    do: str


_MERGE = Remedy(
    "no two contacts with the same email, or with the same value in a property that must be unique",
    f"merge the two contacts in HubSpot, or correct the one that is wrong{AFTER_HUBSPOT}",
)
_KNOWN = {
    "INVALID_EMAIL": Remedy("an address with an ending that exists, such as name@example.com", AT_SOURCE),
    "INVALID_INTEGER": Remedy("digits, and at most one point", AT_SOURCE),
    "INVALID_NUMBER": Remedy("digits, and at most one point", AT_SOURCE),
    "INVALID_DATE": Remedy("a day as YYYY-MM-DD", AT_SOURCE),
    "INVALID_LONG": Remedy("a day as YYYY-MM-DD or a whole number, as the property's type says", AT_SOURCE),
    "INVALID_OPTION": Remedy("one of the property's options", f"{ADD_OPTION}{AFTER_HUBSPOT}"),
    "not_an_option": Remedy("one of the property's options", f"{ADD_OPTION}{AFTER_HUBSPOT}"),
    "PROPERTY_VALUE_TOO_LONG": Remedy("a shorter text", "shorten it at its source"),
    "too_long": Remedy("a shorter text", "shorten it at its source"),
    "CONFLICT": _MERGE,
    "OBJECT_ALREADY_EXISTS": _MERGE,
    "CONFLICTING_UNIQUE_VALUE": _MERGE,
    "GDPR_BLACKLISTED_EMAIL": Remedy(
        "nothing: the person was erased there for good", "take the contact out of its source"
    ),
    "READ_ONLY_VALUE": Remedy("nothing: nobody can write this property", "take it out of the fields of hubsync.yaml"),
    "PROPERTY_DOESNT_EXIST": Remedy(
        "a property that exists", "create it in HubSpot, or take it out of the fields of hubsync.yaml"
    ),
    "MISSING_REQUIRED_PROPERTY": Remedy(
        "a value: the portal requires one of every contact", "fill it at its source, or change the rule in HubSpot"
    ),
    "MISSING_CONDITIONAL_REQUIRED_PROPERTY": Remedy(
        "a value: a rule of the portal requires one", "fill it at its source, or change the rule in HubSpot"
    ),
    GONE_IN_PORTAL: Remedy(
        "nothing: somebody deleted, merged or erased the contact there",
        "take it out of its source, or declare gone_in_hubspot: recreate in hubsync.yaml",
    ),
    SAME_RECORD: Remedy(
        "one contact of the sources for each of its records",
        f"give both the same email in the sources, or split the record in HubSpot{AFTER_HUBSPOT}",
    ),
    NOT_IN_PORTAL: Remedy(
        "nothing: the contact is new, and hubsync.yaml says create: false",
        "declare create: true, if it is to be created",
    ),
    ALREADY_IN_PORTAL: Remedy(
        "nothing: the contact is there, and hubsync.yaml says update: false",
        "declare update: true, if it is to be updated",
    ),
}
_UNKNOWN = Remedy(
    "something that it does not name", "look at failed_contacts, or ask HubSpot's support with the correlation id"
)


def remedy_for(category: str | None) -> Remedy:
    """What would help against a refusal of this category, HubSpot's word or ours."""
    return _KNOWN.get(category or "", _UNKNOWN)

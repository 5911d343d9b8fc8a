"""A refusal of HubSpot's in one sentence for the person who has to do something about it.

Put here: what was not taken, what HubSpot wants, and what would help, for each code that is known. Keep out: what the writer does about
a refusal (``settling``). The sentences quote values, so they are for tables, never for logs. HubSpot's own words are JSON, or in the
language of the portal, and are used only where nothing better is known.
"""

import re
from collections.abc import Mapping, Sequence

from hubsync_assets.hubspot.response import MARK, ValueFault

__all__ = ["words_of_refusal", "words_of_value"]

LONGEST_VALUE, LONGEST_MESSAGE, MOST_OPTIONS, MOST_FAULTS = 100, 300, 12, 5
CLASHES = ("CONFLICT", "OBJECT_ALREADY_EXISTS")

WANTED = {
    "INVALID_EMAIL": "it wants an address with an ending that exists, such as name@example.com; correct it at its source",
    "INVALID_INTEGER": "it wants a number of digits and at most one point; correct it at its source",
    "INVALID_NUMBER": "it wants a number of digits and at most one point; correct it at its source",
    "INVALID_DATE": "it wants a day as YYYY-MM-DD; correct it at its source",
    "INVALID_LONG": "it wants a day as YYYY-MM-DD or a whole number, as the property's type says; correct it at its source",
    "PROPERTY_VALUE_TOO_LONG": "it wants a shorter text; shorten it at its source",
    "CONFLICTING_UNIQUE_VALUE": "another contact has it, and no two may; correct it at its source, or the other contact in HubSpot",
    "GDPR_BLACKLISTED_EMAIL": "who has this address was erased there for good; take the contact out of its source",
    "READ_ONLY_VALUE": "nobody can write this property; take it out of the declared fields",
    "PROPERTY_DOESNT_EXIST": "there is no such property; create it in HubSpot, or take it out of the declared fields",
}
"""After "HubSpot does not take this value for this property": what it wants; what would help."""
REQUIRED = {
    "MISSING_REQUIRED_PROPERTY": "the portal requires one of every contact",
    "MISSING_CONDITIONAL_REQUIRED_PROPERTY": "a rule of the portal requires one because of another property's value",
}


def words_of_refusal(category: str, message: str, faults: Sequence[ValueFault], sent: Mapping[str, str]) -> str:
    """Why a contact was refused.

    Args:
        category: HubSpot's category or code, or one of ours, in lower case, whose message is plain already.
        message: HubSpot's.
        faults: The values that HubSpot names.
        sent: What was sent, by property.
    """
    if category.islower():
        return message
    if category in CLASHES:
        other = re.search(r"Existing ID: (\d+)", message)
        which = f" (record {other[1]})" if other else ""
        return (
            f"HubSpot does not take this contact: another one{which} has its email, or a value that no two may have; "
            "merge the two in HubSpot, or correct the one that is wrong"
        )
    distinct = list({(fault.name, fault.code): fault for fault in reversed(faults)}.values())[::-1]
    # The same fault can come twice, with its property and without.
    distinct = [fault for fault in distinct if fault.name] or distinct
    if distinct:
        more = f"; and {len(distinct) - MOST_FAULTS} more values" if len(distinct) > MOST_FAULTS else ""
        return "; ".join(words_of_value(fault, sent.get(fault.name)) for fault in distinct[:MOST_FAULTS]) + more
    why = _plain(message) or "it does not say why"
    return f"HubSpot does not take this contact ({category}): {why}; its support can look this up by the correlation id"


def words_of_value(fault: ValueFault, value: str | None) -> str:
    """Why one value was refused.

    Args:
        fault: What HubSpot says; the options that it takes are in its message.
        value: What was sent; None: nothing was.
    """
    name = fault.name or "a property that it does not name"
    if fault.code in REQUIRED:
        fill = "fill it at its source, or change the rule in HubSpot"
        return f"HubSpot wants a value for {name}: {REQUIRED[fault.code]}; {fill}"
    what = "what was sent" if value is None else repr(_shortened(" ".join(value.split()), LONGEST_VALUE))
    if fault.code == "INVALID_OPTION":
        known = _options(fault.message)
        some = f" ({_listed(known)})" if known else ""
        wanted = f"it takes this property's options only{some}; add the option in HubSpot, or correct it at its source"
    else:
        why = _plain(fault.message) or "it does not say why"
        code = f" ({fault.code})" if fault.code else ""
        wanted = WANTED.get(fault.code) or f"{why}{code}; correct it at its source, or the property in HubSpot"
    return f"HubSpot does not take {what} for {name}: {wanted}"


def _options(message: str) -> list[str]:
    """The options that HubSpot lists, in either of the two forms that were seen."""
    if labelled := re.findall(r'\bvalue: "([^"\n]*)"', message):
        return labelled
    listed = re.search(r"allowed options: \[(.*)\]", message, re.DOTALL)
    return [option.strip() for option in listed[1].split(",") if option.strip()] if listed else []


def _listed(options: Sequence[str]) -> str:
    more = f" and {len(options) - MOST_OPTIONS} more" if len(options) > MOST_OPTIONS else ""
    return ", ".join(_shortened(" ".join(option.split()), LONGEST_VALUE) for option in options[:MOST_OPTIONS]) + more


def _plain(message: str) -> str:
    """HubSpot's message if it is words, without the full stop; empty if it is JSON."""
    if message.startswith(MARK) or re.search(r'[\[{]\s*["{]', message):
        return ""
    return _shortened(" ".join(message.split()).rstrip("."), LONGEST_MESSAGE)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"

"""HubSpot's texts of a few values, written down by hand, and what each means.

Put here: tables, and plain lookups in them. Keep out: how the project finds out what a text means.
"""

from collections.abc import Mapping
from typing import Any

from hubsync_assets.hubspot.values import PropertySchema
from hubsync_assets_tests.contacts.tables import PORTAL

Texts = Mapping[str, str | None]

OPTIONS = {"country": PropertySchema("country", "enumeration", "select", options={"sp": "Spain", "x": "Elsewhere"})}
PORTALS = {"text": PORTAL, "dropdown": {**PORTAL, **OPTIONS}}
"""Two portals; the dropdown has no option for Italy."""

MANY = 2**53
WRITTEN: dict[str, dict[Any, str]] = {
    "country": {"ES": "Spain", "IT": "Italy"},
    "phone": {"+34 612 34 56 78": "+34612345678", "+34 600 12 31 23": "+34600123123"},
    "company_name": {"a": "a", "b c": "b c"},
    "company_size": {MANY: str(MANY), MANY + 1: str(MANY + 1)},
    "mrr": {0.5: "0.5", 148.0: "148"},
}
"""By field and canonical value, what is sent."""
NAMES = ["Ana", "Ana García", "Eva"]
VALUES: dict[str, list[Any]] = {"name": NAMES, **{name: list(texts) for name, texts in WRITTEN.items()}}
ALSO: dict[str, dict[str, Any]] = {
    "country": {"ES": "ES", "España": "ES", "it": "IT", "sp": "ES"},
    "phone": {"612345678": "+34 612 34 56 78", "0034600123123": "+34 600 12 31 23"},
    "company_name": {" a ": "a"},
    "company_size": {f"{MANY}.0": MANY},
    "mrr": {"5E-1": 0.5, "148.00": 148.0},
}
"""Other texts that mean one of them."""
OTHERS = {"country": "Atlantis", "phone": "9", "company_name": "A", "company_size": "7", "mrr": "1"}
PROPERTY = {"company_name": "company"}
FIRST_AND_LAST = [
    ("Ana", None), ("Ana", "García"), ("Ana García", None), ("Eva", None), ("Eva", "García"), (None, "García"), (None, None),
]  # fmt: skip


def property_of(field: str) -> str:
    """The one property of a field that has one."""
    return PROPERTY.get(field, field)


def held_texts(field: str, dropdown: bool) -> list[str | None]:
    """What HubSpot may hold in a field of one property."""
    if field == "country" and dropdown:
        return ["sp", "x", None]
    return [*WRITTEN[field].values(), *(text for text in ALSO[field] if text != "sp"), OTHERS[field], None]


def to_texts(field: str, value: Any, *, dropdown: bool) -> dict[str, str]:
    """What is written for a value, property by property; nothing where the portal does not take it."""
    if field == "name":
        first, _, rest = value.partition(" ")
        return {"firstname": first, **({"lastname": rest} if rest else {})}
    if field == "country" and dropdown:
        return {"country": "sp"} if value == "ES" else {}
    return {property_of(field): WRITTEN[field][value]}


def old_text(field: str, live: Texts) -> str | None:
    """What HubSpot holds in a field, as one text."""
    if field == "name":
        return " ".join(filter(None, (live.get("firstname"), live.get("lastname")))) or None
    return live.get(property_of(field)) or None


def holds(field: str, value: Any, live: Texts, *, whole: bool = False) -> bool:
    """Whether HubSpot holds a value in some form; ``whole``: and no last name that is not in it."""
    if value is None:
        return False
    if field == "name":
        exactly = old_text(field, live) == value
        # A name of one word says nothing of the last name.
        return exactly or (not whole and " " not in value and live.get("firstname") == value)
    text = live.get(property_of(field))
    return text is not None and {**{it: each for each, it in WRITTEN[field].items()}, **ALSO[field]}.get(text) == value


def text_means(field: str, text: str, live: str) -> bool:
    """Whether one property holds a text in some form."""
    if field == "name":
        return text == live
    meant = {**{it: each for each, it in WRITTEN[field].items()}, **ALSO[field]}
    return text == live or (text in meant and meant.get(live) == meant[text])

"""A contact in HubSpot's form, and HubSpot's form compared with a contact. Driven by the field table only.

Put here: how each form of the field table (``Form``) is written and compared. Keep out: HTTP, batches, and which contacts are sent.
Increase ``MAPPING_VERSION`` when ``to_properties`` gives other text for the same contact: the next run then sends all again.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.phones import e164
from hubsync_assets.model.fields import CONTACT_FIELDS, FIELDS, KEY, Field, Form, Property

__all__ = ["MAPPING_VERSION", "FieldState", "compare", "holds", "read_properties", "to_properties"]

MAPPING_VERSION: int = 1

EMAIL = KEY.properties[0].name
ADDITIONAL_EMAILS = "hs_additional_emails"
# Bound once: in Python 3.11, looking up an enumeration's member costs as much as writing a field.
NUMBER, FIRST_WORD_AND_REST, E164 = Form.NUMBER, Form.FIRST_WORD_AND_REST, Form.E164
PROPERTIES: dict[str, Property] = {property_.name: property_ for field in FIELDS for property_ in field.properties}


@dataclass(frozen=True, slots=True)
class FieldState:
    """What HubSpot holds for one field.

    Attributes:
        old: As one text; None: nothing.
        same: Every property that would be sent holds just what would be sent.
        whole: And the field's other properties hold nothing.
    """

    old: str | None
    same: bool
    whole: bool


def to_properties(
    contact: Mapping[str, object],
    cleared: Collection[str] = (),
    shortened: Collection[str] = (),
    region: str | None = None,
) -> dict[str, str]:
    """The contact's present values in HubSpot's form.

    Args:
        contact: Canonical values by field name; None or no key: missing. ``email`` is required.
        cleared: Names of missing fields whose value in HubSpot is to be removed: sent as ``""``, which clears any property.
        shortened: Names of fields of two properties of which the second is to be removed too, where there is nothing for it. It is left as it is
            otherwise: what HubSpot has there may be somebody else's.
        region: ISO code of the country that a phone number belongs to; None: the contact's.

    Raises:
        PermanentError: There is no email, a value has the wrong type for its field, or a cleared field has a value.
    """
    email = contact.get(KEY.name)
    if not isinstance(email, str) or not email:
        raise PermanentError("a contact without an email cannot be sent: the merge should have rejected it")
    properties = {EMAIL: email}
    for field in CONTACT_FIELDS:
        value = contact.get(field.name)
        if value is not None:
            if field.name in cleared:
                raise PermanentError(f"the field {field.name} is to be cleared but has a value: it can't be both")
            _write(properties, field, value, contact, region)
        elif field.name in cleared:
            properties[field.properties[0].name] = ""
        if field.name in shortened:
            for rest in field.properties[1:]:
                properties.setdefault(rest.name, "")
    return properties


def read_properties() -> list[str]:
    """The names of the properties to request when reading contacts."""
    return [*PROPERTIES, ADDITIONAL_EMAILS]


def compare(contact: Mapping[str, object], properties: Mapping[str, str | None]) -> dict[str, FieldState]:
    """For every field except the email: what HubSpot holds, and whether that is what we would send (missing equals empty)."""
    states = {}
    for field in CONTACT_FIELDS:
        value = contact.get(field.name)
        ours: dict[str, str] = {}
        if value is not None:
            _write(ours, field, value, contact, None)
        theirs = {property_.name: properties.get(property_.name) or "" for property_ in field.properties}
        equal = {
            property_.name: _equal(property_, ours.get(property_.name, ""), theirs[property_.name])
            for property_ in field.properties
        }
        states[field.name] = FieldState(
            old=" ".join(filter(None, theirs.values())) or None,
            same=all(equal[name] for name in ours or equal),
            whole=all(equal.values()),
        )
    return states


def holds(sent: Mapping[str, str], properties: Mapping[str, str | None], emails: Collection[str]) -> bool:
    """Whether HubSpot's properties are what was sent; ``emails``: every address of the record, primary or not."""
    if sent[EMAIL] not in emails:
        return False
    rest = ((name, value) for name, value in sent.items() if name != EMAIL)
    return all(
        _equal(PROPERTIES.get(name, Property(name, name)), value, properties.get(name) or "") for name, value in rest
    )


def _write(
    properties: dict[str, str], field: Field, value: object, contact: Mapping[str, object], region: str | None
) -> None:
    """Put one present value into ``properties`` in HubSpot's form."""
    name = field.properties[0].name
    if field.form is NUMBER:
        properties[name] = _number(field, value)
    elif not isinstance(value, str):
        raise PermanentError(f"the field {field.name} holds a {type(value).__name__} where a text belongs")
    elif field.form is FIRST_WORD_AND_REST:
        properties[name], _, rest = value.partition(" ")
        if rest:
            properties[field.properties[1].name] = rest
    elif field.form is E164:
        country = region or contact.get("country")
        properties[name] = e164(value, country if isinstance(country, str) else None)
    else:
        properties[name] = value


def _number(field: Field, value: object) -> str:
    """The shortest decimal text of a number, never with an exponent, whole numbers without a point."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, float):
        raise PermanentError(f"the field {field.name} holds a {type(value).__name__} where a number belongs")
    if not math.isfinite(value):
        raise PermanentError(f"the field {field.name} holds a number that is not finite")
    # repr is the shortest text that gives the same number; it has an exponent only where that is shorter.
    text = repr(value)
    text = format(Decimal(text), "f") if "e" in text else text.removesuffix(".0")
    return "0" if text == "-0" else text


def _equal(property_: Property, ours: str, theirs: str) -> bool:
    """Whether two texts are one value of this property: in a number property "1000" and "1000.0" are."""
    if ours == theirs:
        return True
    if property_.type != "number" or not ours or not theirs:
        return False
    try:
        return Decimal(ours) == Decimal(theirs)
    except InvalidOperation:
        return False

"""The field table: the one place that says what a contact is.

Adding a field is one line in ``FIELDS`` and nothing else: readers, normalising, merging, the plan, the HubSpot mapping and the
creation of the property all read this table. Keep out: polars and HubSpot's client, so that every room can import it.
Which polars dtype a kind has is in ``model.schema``; how a kind is cleaned is in ``contacts.normalise``.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["CONTACT_FIELDS", "COUNTRIES", "FIELDS", "KEY", "SOURCES", "Field", "Form", "Kind", "Property", "Rule"]

SOURCES = ("db1", "db2")
"""The two sources; where they disagree, the first one wins."""

COUNTRIES = ("ES", "IT", "FR", "DE")


class Kind(StrEnum):
    """What a value is, and so how it is cleaned and which dtype it has."""

    EMAIL = "email"
    TEXT = "text"
    PHONE = "phone"
    COUNTRY = "country"
    WHOLE = "whole"
    NUMBER = "number"


class Rule(StrEnum):
    """Survivorship: which of a contact's values the golden record keeps."""

    KEY = "key"
    FIRST = "first"
    MAX = "max"


class Form(StrEnum):
    """How a value is written into HubSpot's text properties."""

    AS_IS = "as_is"
    FIRST_WORD_AND_REST = "first_word_and_rest"
    E164 = "e164"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Property:
    """A HubSpot contact property, with what is needed to create it where the portal has none.

    ``type`` and ``field_type`` are HubSpot's own words (``string``/``text``, ``number``/``number``), ``label`` is what people
    read in HubSpot.
    """

    name: str
    label: str
    type: str = "string"
    field_type: str = "text"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a contact. ``aliases`` are other names that a source may give it; case and punctuation don't count."""

    name: str
    kind: Kind
    rule: Rule
    form: Form
    properties: tuple[Property, ...]
    aliases: tuple[str, ...] = ()


FIELDS = (
    Field("email", Kind.EMAIL, Rule.KEY, Form.AS_IS, (Property("email", "Email"),), ("e-mail", "mail", "email address")),
    Field("name", Kind.TEXT, Rule.FIRST, Form.FIRST_WORD_AND_REST,
          (Property("firstname", "First name"), Property("lastname", "Last name")), ("full name", "contact name")),
    Field("country", Kind.COUNTRY, Rule.FIRST, Form.AS_IS, (Property("country", "Country/Region"),), ("country code",)),
    Field("phone", Kind.PHONE, Rule.FIRST, Form.E164, (Property("phone", "Phone number", field_type="phonenumber"),),
          ("phone number", "telephone", "tel")),
    Field("company_name", Kind.TEXT, Rule.FIRST, Form.AS_IS, (Property("company", "Company name"),), ("company",)),
    Field("company_size", Kind.WHOLE, Rule.MAX, Form.NUMBER, (Property("company_size", "Company size"),), ("employees",)),
    Field("mrr", Kind.NUMBER, Rule.MAX, Form.NUMBER, (Property("mrr", "MRR", type="number", field_type="number"),),
          ("monthly recurring revenue",)),
)  # fmt: skip

KEY = FIELDS[0]
CONTACT_FIELDS = FIELDS[1:]

"""Other names that sources give to fields that nearly every contact has.

Put here: one table, by the name of the field; case, blanks and punctuation do not count. HubSpot's own export is among them. Keep out: what
one source calls its columns, which is declared.
"""

__all__ = ["ALIASES", "FIRST_NAMES", "LAST_NAMES", "folded"]

ALIASES: dict[str, tuple[str, ...]] = {
    "email": ("e-mail", "mail", "email address"),
    "name": ("full name", "contact name"),
    "country": ("country code", "country/region"),
    "phone": ("phone number", "telephone", "tel"),
    "company_name": ("company",),
    "company_size": ("employees", "number of employees"),
    "mrr": ("monthly recurring revenue",),
}

FIRST_NAMES = ("first name", "given name")
LAST_NAMES = ("last name", "family name", "surname")
"""Together they are the value of a field whose first word is one property and whose rest is another."""


def folded(name: str) -> str:
    """A name without what does not count."""
    return "".join(char for char in name.casefold() if char.isalnum())

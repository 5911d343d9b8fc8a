"""Other names that sources give to fields that nearly every contact has: those of the exports that people have.

The table is ``column_aliases.tsv``: by field, the names in the order in which they count, since which release they are known, and whose export
has them. Put here: reading it; case, blanks and punctuation do not count. Keep out: what one source calls its columns, which is declared.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["FIRST_NAME", "LAST_NAME", "RELEASE", "aliases_of", "folded"]

RELEASE = 2
"""Of the table. Storage that was filled with an earlier one goes on with that until a person confirms the new names: they change values in
HubSpot."""

FIRST_NAME, LAST_NAME = "first name", "last name"
"""Together they are the value of a field whose first word is one property and whose rest is another."""

_SAME = {
    "company": "company_name", "organization": "company_name", "organisation": "company_name", "employees": "company_size", "jobtitle": "job_title",
    "zip": "zip_code", "postal_code": "zip_code", "postcode": "zip_code", "url": "website", "telephone": "phone", "mobile": "phone",
    "full_name": "name",
}  # fmt: skip
"""Other names of fields themselves, since release 2."""


def aliases_of(field: str, release: int = RELEASE) -> tuple[str, ...]:
    """Other names of a field's column, the one that counts most first.

    Args:
        field: Its name; ``FIRST_NAME`` and ``LAST_NAME`` are no fields, but have some, too.
        release: Up to which they are known.

    Example:
        >>> aliases_of("phone", 1)
        ('phone number', 'telephone', 'tel')
        >>> "E-mail 1 - Value" in aliases_of("email")
        True
    """
    known = _SAME.get(field, field) if release > 1 else field
    return tuple(alias for alias, since in _table().get(known, ()) if since <= release)


@cache
def _table() -> Mapping[str, tuple[tuple[str, int], ...]]:
    text = files("hubsync_assets.model").joinpath("column_aliases.tsv").read_text(encoding="utf-8")
    found: dict[str, list[tuple[str, int]]] = {}
    for line in text.splitlines()[1:]:
        field, alias, since, _ = line.split("\t")
        found.setdefault(field, []).append((alias, int(since)))
    return {field: tuple(aliases) for field, aliases in found.items()}


def folded(name: str) -> str:
    """A name without what does not count."""
    return "".join(char for char in name.casefold() if char.isalnum())

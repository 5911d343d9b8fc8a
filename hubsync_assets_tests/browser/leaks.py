"""Whether somebody of the sources stands where nobody may: in what Dagster keeps, in a log, in a URL.

Put here: who is looked for, and how texts are read. Keep out: which texts (``dev_project``).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

__all__ = ["people_of", "someone_in"]

LEAST_DIGITS = 7
LAST_DIGITS = 9
"""Of a phone number: whatever stands before them is written in many ways."""


def people_of(records: Iterable[Mapping[str, Any]]) -> set[str]:
    """Emails, names of two words or more and the ends of phone numbers, in small letters.

    Args:
        records: as a source has them.
    """
    found: set[str] = set()
    for record in records:
        email, name, phone = (_plain(str(record.get(field) or "")) for field in ("email", "name", "phone"))
        digits = re.sub(r"\D", "", phone)[-LAST_DIGITS:]
        found.update(text for text in (email,) if "@" in text.strip("@"))
        found.update(text for text in (name,) if " " in text)
        found.update(text for text in (digits,) if len(text) >= LEAST_DIGITS)
    return found


def someone_in(texts: Mapping[str, str], people: Iterable[str]) -> list[str]:
    """Where somebody stands (by name of the text, never who); phones however they are grouped, letters however JSON or a URL writes them.

    Args:
        texts: by where they are from.
        people: as ``people_of`` gives them.
    """
    everybody = set(people)
    found = []
    for where, text in texts.items():
        plain = _plain(text)
        together = re.sub(r"(?<=\d)[ ./()-]+(?=\d)", "", plain)
        if any(person in (together if person.isdigit() else plain) for person in everybody):
            found.append(where)
    return found


def _plain(text: str) -> str:
    # JSON within JSON has more than one \ before the u of a letter that is not ASCII.
    text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda it: chr(int(it[1], 16)), text)
    text = unquote(text)
    return re.sub("[\u200b\ufeff]", "", text).strip().lower()

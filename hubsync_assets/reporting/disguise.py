"""What of a contact's values may be seen: everything, or only what does not say who somebody is.

Put here: the mask. Keep out: where values stand (``run_page``, ``run_table``). Masked are all texts, emails, phones and addresses; numbers,
flags, days, countries and declared options are shown, where they are that: what people typed into such a property may be anything.
"""

import polars as pl

from hubsync_assets.kinds.reading import USUAL
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["NOTHING", "Disguise", "shape_of"]

SHOWN_KINDS = frozenset({"country", "boolean", "whole", "number", "date", "datetime", "enum"})
LONGEST = 200
NOTHING = "\u2013"
"""Stands where nothing is: a dash."""


class Disguise:
    """How values are shown.

    Args:
        model: what a contact is.
        is_full: whether everything is.
    """

    def __init__(self, model: ContactModel, *, is_full: bool) -> None:
        self.is_full = is_full
        self._fields = {field.name: field for field in model.fields if field.kind in SHOWN_KINDS}

    def value(self, field: str | None, text: str | None) -> str:
        """A value as it may be seen; nothing, and a value that is made empty, are a dash.

        Args:
            field: whose value it is; None: nobody knows, so that it is masked.
            text: the value.
        """
        if text is None or text == "":
            return NOTHING
        if self.is_full or self._is_harmless(field, text):
            return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        return shape_of(text)

    def words(self, text: str | None) -> str:
        """A sentence that may quote a contact: shown whole, or not at all."""
        return (text or "") if self.is_full else ""

    def _is_harmless(self, field: str | None, text: str) -> bool:
        kind = self._fields.get(field or "")
        if kind is None:
            return False
        return kind.read(pl.Series([text], dtype=pl.String), USUAL).values[0] is not None


def shape_of(text: str) -> str:
    """What sort of value it is, without the value: ``12 characters: letters, spaces``."""
    sorts = {
        "letters": any(char.isalpha() for char in text),
        "digits": any(char.isdigit() for char in text),
        "spaces": any(char.isspace() for char in text),
        "signs": any(not char.isalnum() and not char.isspace() for char in text),
    }
    there = ", ".join(name for name, is_there in sorts.items() if is_there)
    return f"••• ({len(text)} character{'' if len(text) == 1 else 's'}: {there})"

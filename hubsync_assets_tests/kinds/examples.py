"""Declarations and texts of every kind: a new kind adds a text that fits it, one that does not, and declarations of its own keys."""

from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from hypothesis import strategies as st

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.registry import KINDS

__all__ = ["FITS", "TYPES", "UNFIT", "column", "every_kind", "every_variant", "plain_field", "texts"]

# Beside each kind with nothing but its name.
DECLARED: dict[str, list[dict[str, Any]]] = {
    "number": [{"decimal": ",", "thousands": ".", "negative": True, "places": 2}, {"thousands": "'"}],
    "whole": [{"thousands": " ", "negative": True}],
    "boolean": [{"true_words": ["x", 1], "false_words": ["o"]}],
    "date": [{"formats": ["iso", "%d/%m/%Y", "epoch_ms"], "zone": "Europe/Madrid"}, {"formats": ["%Y%m%d", "iso"]}],
    "datetime": [{"formats": ["iso", "%d.%m.%Y %H:%M", "epoch_s"], "zone": "America/New_York"}],
    "enum": [
        {"values": {"free": "Free", "p r o": "Pro", 3: "Three"}, "other": other} for other in ("reject", "drop", "keep")
    ] + [{"values": ["A", "b c"]}],
    "multi": [{"separator": ",", "values": {"a": "A", "b": "B"}, "other": other} for other in ("reject", "drop", "keep")],
    "country": [{"only": ["ES", "GB"]}, {"only": ["ES"], "names": False}],
}  # fmt: skip

FITS = {
    "email": "Ann@Example.com", "text": "Ann  Lee", "id": "A-1", "whole": "42", "number": "0.5", "boolean": "yes", "date": "2026-01-31",
    "datetime": "2026-01-31T10:20:30.5+02:00", "enum": "Free", "multi": "b; a", "country": "Spain", "phone": "600 123 123",
    "url": "Example.com/A",
}  # fmt: skip
UNFIT = {
    "email": "ann", "whole": "1.5", "number": "many", "boolean": "perhaps", "date": "31/01/2026", "datetime": "soon", "multi": "[a]",
    "country": "Atlantis", "phone": "none at all", "url": "ann@example.com",
}  # fmt: skip

TYPES = {
    ("string", "text"), ("string", "textarea"), ("string", "phonenumber"), ("number", "number"), ("date", "date"), ("datetime", "date"),
    ("enumeration", "booleancheckbox"), ("enumeration", "checkbox"), ("enumeration", "select"), ("enumeration", "radio"),
}  # fmt: skip
"""The pairs that HubSpot creates a property with."""


def variants() -> Iterator[Field]:
    for kind, cls in KINDS.items():
        for keys in [{}, *DECLARED.get(kind, [])]:
            yield cls(name="it", kind=kind, **keys)


def name_of(field: Field) -> str:
    keys = field.model_dump(exclude_unset=True, exclude={"name", "kind"})
    return "-".join([field.kind, *(str(value) for value in keys.values())]).replace(" ", "")[:60]


every_variant = pytest.mark.parametrize("field", list(variants()), ids=name_of)
every_kind = pytest.mark.parametrize("kind", KINDS)

texts = st.lists(
    st.none()
    | st.sampled_from(
        [*FITS.values(), *UNFIT.values(), "free", "1", "a,b", "1767225600", "31/12/2025", "1.234,5", "n/a", "-", " "]
    )
    | st.text(max_size=20)
    | st.text("0123456789-+/:.,;TZeE '\"[]{}\\abAB\u00a0\u200b\t\n", max_size=24),
    max_size=12,
)


def column(given: list[str | None]) -> pl.Series:
    return pl.Series(given, dtype=pl.String)


def plain_field(kind: str, **keys: Any) -> Field:
    return KINDS[kind](name="it", kind=kind, **keys)

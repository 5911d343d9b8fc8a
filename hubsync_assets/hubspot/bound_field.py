"""A field that is sent, with what is needed of it for each of a million contacts, looked up once.

Put here: a field's own part of the mapping. Keep out: whole contacts (``mapping``), and what a value is in HubSpot (``kinds``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.text import Text

__all__ = ["BoundField", "Regions", "bound", "region_of", "way_of"]

Regions = Mapping[str, str | None]

_TARGET_BY_TARGET = (Field.write_into, Text.write_into)
"""These write a value without a rest into each property in its form. So do other kinds, but who knows what is still to come."""


@dataclass(frozen=True, slots=True)
class BoundField:
    """A field that is sent, with what is needed of it for each contact, looked up once.

    Attributes:
        name: Of the field.
        only: The one property that it is written to, in ``form`` and with ``written``; None: it takes ``write``.
        targets: Name and type of each property.
        rest: The property of what is behind the first word, if there is one.
        needs_region: Whether ``write`` does.
        region_from: The field whose value is the country that the value is formed with.
        region: That country where nothing says one.
    """

    name: str
    only: str | None
    form: str
    written: Callable[[Any, str], str]
    write: Callable[[dict[str, str], Any, str | None], None]
    clear: Callable[[dict[str, str]], None]
    same: Callable[[str, str, str], bool]
    targets: tuple[tuple[str, str], ...]
    rest: str | None
    needs_region: bool
    region_from: str | None
    region: str | None


def way_of(field: Field) -> str:
    """How a field is written, in words that are equal only where HubSpot gets the same text for the same value."""
    how = (
        ["first_word_and_rest"]
        if field.has_rest
        else [target.form for target in field.targets if not target.goes_along]
    )
    # A text that is read as a number or a day may not be what would be written for it.
    how += [] if type(field).written is Field.written else [field.kind]
    # What only goes along is in nobody's way: it is where it should be, or it is not asked for.
    return f"{' '.join(target.property.name for target in field.targets if not target.goes_along)}: {' '.join(how)}"


def bound(field: Field) -> BoundField:
    """Look all of it up."""
    targets = tuple((target.property.name, target.property.type) for target in field.targets if not target.goes_along)
    one_by_one = len(field.targets) == 1 and type(field).write_into in _TARGET_BY_TARGET and not field.has_rest
    return BoundField(
        name=field.name,
        only=targets[0][0] if one_by_one else None,
        form=field.targets[0].form,
        written=field.written,
        write=field.write_into,
        clear=field.clear,
        same=field.same,
        targets=targets,
        rest=targets[1][0] if field.has_rest else None,
        needs_region=field.needs_region,
        # Only kinds that need a region have these.
        region_from=getattr(field, "region_from", None),
        region=getattr(field, "region", None),
    )


def region_of(field: BoundField, contact: Mapping[str, object], regions: Regions | None) -> str | None:
    """The country that a value is formed with."""
    named = regions.get(field.name) if regions else None
    if named:
        return named
    theirs = contact.get(field.region_from) if field.region_from else None
    return theirs if theirs and isinstance(theirs, str) else field.region

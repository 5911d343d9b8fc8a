"""Kind phone: kept as it was written, sent in E.164 where it is a valid number.

Keep out: which text can be a phone at all (``phone_text``), and E.164 (``e164``).
"""

from typing import Annotated, Any, ClassVar, Literal

import polars as pl
from pydantic import Field as Key

from hubsync_assets.kinds.e164 import e164, region_of_e164
from hubsync_assets.kinds.field import KIND_KEY, Field
from hubsync_assets.kinds.phone_text import read_phones
from hubsync_assets.kinds.reading import Conventions, nowhere

__all__ = ["Phone"]


class Phone(Field):
    """A phone number of a country that another field, or the declaration, names."""

    made: ClassVar[tuple[str, str]] = ("string", "phonenumber")
    forms: ClassVar[tuple[str, ...]] = ("e164",)
    plain: ClassVar[bool] = True
    needs_region: ClassVar[bool] = True

    kind: Annotated[Literal["phone"], KIND_KEY] = "phone"
    region_from: Annotated[
        str | None, Key(description="The country field that says whose number one without + is.")
    ] = None
    region: Annotated[
        str | None,
        Key(
            pattern="^[A-Z]{2}$",
            description="ISO code of the country where neither region_from nor the source says one.",
        ),
    ] = None

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return "no digit in it, or a number in scientific notation"

    def write_into(self, properties: dict[str, str], value: Any, region: str | None) -> None:  # noqa: ANN401 - of the kind's dtype
        """In E.164 where it is a valid number, else as it was written."""
        text = e164(self.written(value, ""), region)
        for target in self.targets:
            properties[target.property.name] = text

    def means(self, ours: str, theirs: str, type_: str) -> bool:
        """The same number; one without + is of the country of ours. Where ours is no valid number: the same digits."""
        if super().means(ours, theirs, type_):
            return True
        region = region_of_e164(ours)
        return e164(theirs.strip(), region) == ours if region else _digits(ours) == _digits(theirs)

    def _read(self, given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series | None]:
        del how
        phone, wrong = read_phones(given)
        return phone, nowhere(given.len()).scatter(wrong, values=True)


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))

"""Kind country: an ISO 3166 alpha-2 code, read from codes.

Keep out: values that need another field.
"""

from typing import Annotated, ClassVar, Literal

import polars as pl
from pydantic import Field as Key

from hubsync_assets.kinds.cleaning import clean_text
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.reading import Conventions, nowhere

__all__ = ["Country"]

Code = Annotated[str, Key(pattern="^[A-Z]{2}$")]


class Country(Field):
    """A country."""

    forms: ClassVar[tuple[str, ...]] = ("alpha2",)

    kind: Literal["country"] = "country"
    only: Annotated[
        tuple[Code, ...], Key(min_length=1, description="The codes of the countries that are taken; left out: all.")
    ] = ("ES", "IT", "FR", "DE")

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return f"not one of {', '.join(self.only)}"

    def sendable(self, form: str) -> frozenset[str] | None:
        """All texts that the field can send in this form."""
        del form
        return frozenset(self.only)

    def _read(self, given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series | None]:
        del how
        odd = (~given.is_in(self.only)).arg_true()
        code = clean_text(given.gather(odd))
        country = code.str.to_uppercase()
        # Upper-casing makes two ASCII letters of the dotless i and the long s: the length in bytes tells them apart.
        known = (code.str.len_bytes() == 2) & country.is_in(self.only)
        found = pl.DataFrame({"country": country, "known": known}).select(pl.when("known").then("country")).to_series()
        return given.clone().scatter(odd, found), nowhere(given.len()).scatter(odd, (~known).fill_null(value=False))

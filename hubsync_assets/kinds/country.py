"""Kind country: an ISO 3166 alpha-2 code, read from codes and from names in many languages.

Keep out: the codes and the names (``country_table``), and values that need another field.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import polars as pl
from pydantic import Field as Key

from hubsync_assets.kinds.cleaning import clean_text
from hubsync_assets.kinds.country_table import all_countries, country_of
from hubsync_assets.kinds.field import KIND_KEY, Field
from hubsync_assets.kinds.reading import Conventions, nowhere

__all__ = ["Country"]

Code = Annotated[str, Key(pattern="^[A-Z]{2}$")]

_ALPHA2, _ALPHA3, _ENGLISH = "alpha2", "alpha3", "english"
_MOST_NAMED = 12


class Country(Field):
    """A country."""

    forms: ClassVar[tuple[str, ...]] = (_ALPHA2, _ALPHA3, _ENGLISH)

    kind: Annotated[Literal["country"], KIND_KEY] = "country"
    only: Annotated[
        tuple[Code, ...] | None,
        Key(
            min_length=1, description="The codes (alpha-2) of the countries that are taken; left out: all of ISO 3166."
        ),
    ] = None
    names: Annotated[
        bool,
        Key(
            description="Whether names, in many languages, and the codes of three letters or digits are read, too; false: only codes of two "
            "letters."
        ),
    ] = True

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        if self.only is not None and len(self.only) <= _MOST_NAMED:
            return f"not one of {', '.join(self.only)}"
        return "no country of ISO 3166" if self.only is None else f"none of the {len(self.only)} countries"

    def sendable(self, form: str) -> frozenset[str] | None:
        """All texts that the field can send in this form."""
        return frozenset(self._in_form(code, form) for code in self._taken)

    def means(self, ours: str, theirs: str, type_: str) -> bool:
        """The same country, by its code or by a name in any language."""
        if super().means(ours, theirs, type_):
            return True
        country = country_of(ours)
        return country is not None and country == country_of(theirs)

    def written(self, value: Any, form: str) -> str:  # noqa: ANN401 - of the kind's dtype
        """The country's code, or its English name."""
        if form == _ALPHA2 and isinstance(value, str):
            return value
        return self._in_form(super().written(value, form), form)

    def _in_form(self, code: str, form: str) -> str:
        if form == _ALPHA2:
            return code
        # What was a country when it was read may be none in a newer table.
        return (all_countries().english if form == _ENGLISH else all_countries().alpha3).get(code, code)

    def _faults(self) -> Iterable[tuple[str, str]]:
        for code in self.only or ():
            if code not in all_countries().alpha3:
                also = all_countries().named(pl.Series([code]))[0]
                yield "only", f"'{code}' is no code of ISO 3166" + (f"; did you mean '{also}'?" if also else "")

    @cached_property
    def _taken(self) -> tuple[str, ...]:
        return self.only if self.only is not None else tuple(all_countries().alpha3)

    def _read(self, given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series | None]:
        del how
        odd = (~given.is_in(self._taken)).arg_true()
        text = clean_text(given.gather(odd))
        country = text.str.to_uppercase()
        # Upper-casing makes two ASCII letters of the dotless i and the long s: the length in bytes tells them apart.
        known = (text.str.len_bytes() == 2) & country.is_in(self._taken)
        found = pl.DataFrame({"country": country, "known": known}).select(pl.when("known").then("country")).to_series()
        rest = (found.is_null() & text.is_not_null()).arg_true()
        if self.names and not rest.is_empty():
            named = all_countries().named(text.gather(rest))
            found.scatter(rest, named.set(~named.is_in(self._taken).fill_null(value=False), None))
        return given.clone().scatter(odd, found), nowhere(given.len()).scatter(
            odd, found.is_null() & text.is_not_null()
        )

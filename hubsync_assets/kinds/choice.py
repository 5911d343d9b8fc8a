"""What kinds enum and multi share: the values there are in HubSpot, and the source's words for them.

Put here: the keys ``values`` and ``other``, and what follows from them. Keep out: reading a column (``enumeration``, ``multi``).
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import polars as pl
from pydantic import Field as Key

from hubsync_assets.kinds.cleaning import null_words
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.property import Option
from hubsync_assets.kinds.reading import Conventions, Read, nowhere
from hubsync_assets.kinds.words import Word, Words, folded

__all__ = ["Choice"]

_MOST_NAMED = 12


class Choice(Field):
    """One or some of the values of a HubSpot enumeration."""

    taken: ClassVar[frozenset[str]] = frozenset({"enumeration", "string"})
    options_seen: ClassVar[bool] = True

    values: Annotated[
        dict[Word, Word] | tuple[Word, ...] | None,
        Key(
            description="The source's words and HubSpot's internal value for each (which is read as itself, too); or just the internal "
            "values. Left out: every text is a value."
        ),
    ] = None
    other: Annotated[
        Literal["reject", "drop", "keep"],
        Key(
            description="A text that values does not have: reject: it is unreadable, and listed. drop: the same, and not listed. keep: it is "
            "the value as it stands."
        ),
    ] = "reject"

    @property
    def keeps_others(self) -> bool:
        """Whether any text is a value."""
        return self.values is None or self.other == "keep"

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        if len(self._internal) > _MOST_NAMED:
            return f"none of the {len(self._internal)} values"
        return f"not one of {', '.join(self._internal)}"

    def sendable(self, form: str) -> frozenset[str] | None:
        """The internal values."""
        del form
        return None if self.keeps_others else frozenset(self._internal)

    def means(self, ours: str, theirs: str, type_: str) -> bool:
        """Case means nothing: HubSpot has no two options that differ in it alone."""
        return super().means(ours.casefold(), theirs.casefold(), type_)

    def options(self) -> tuple[Option, ...]:
        """One for each internal value, in the order of the declaration."""
        return tuple(Option(value, value) for value in self._internal)

    def _faults(self) -> Iterable[tuple[str, str]]:
        if self.values is None:
            if self.other != "keep" and "other" in self.model_fields_set:
                yield "other", f"{self.other} needs values: without them every text is a value"
            return
        if not self._pairs:
            yield "values", "it is empty: leave it out where every text is a value"
        meant: dict[str, str] = {}
        for (word, value), compared in zip(self._pairs, folded([word for word, _ in self._pairs]), strict=True):
            if compared is None:
                yield "values", "an empty word has no value: what is empty stays empty"
            elif not value.strip():
                yield "values", f"'{word}' has an empty value: no value clears a field"
            elif meant.setdefault(compared, value) != value:
                yield "values", f"'{word}' is there twice, but for case and blanks, with two values"

    @cached_property
    def _pairs(self) -> tuple[tuple[str, str], ...]:
        """Word and internal value."""
        if isinstance(self.values, dict):
            return tuple(self.values.items())
        return tuple((value, value) for value in self.values or ())

    @cached_property
    def _internal(self) -> tuple[str, ...]:
        """The internal values, each once."""
        return tuple(dict.fromkeys(value for _, value in self._pairs))

    @cached_property
    def _words(self) -> Words:
        return Words(self._pairs, self._internal)

    def _chosen(self, given: pl.Series, how: Conventions) -> Read:
        """The value that each text is, a declared word before a null word."""
        values, odd, rest = self._words.read(given)
        empty, unknown = null_words(rest, how)
        for none in (empty, unknown):
            rest = rest.scatter(none, None) if none.len() else rest
        unknown = odd.gather(unknown)
        if self.keeps_others:
            return Read(values.scatter(odd, rest), unknown=unknown)
        others = odd.filter(rest.is_not_null())
        if self.other == "drop":
            return Read(values, unknown=pl.concat([unknown, others]).sort())
        return Read(values, nowhere(given.len()).scatter(others, values=True), unknown)

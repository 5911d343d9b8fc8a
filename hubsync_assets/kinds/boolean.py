"""Kind boolean: yes or no, read from two lists of words.

Keep out: how words are found (``words``).
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import polars as pl
from pydantic import Field as Key

from hubsync_assets.kinds.field import KIND_KEY, Dtype, Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.kinds.property import Option
from hubsync_assets.kinds.reading import Conventions, nowhere
from hubsync_assets.kinds.words import Word, Words, folded

__all__ = ["Boolean"]

TRUE_WORDS = (
    "true", "t", "yes", "y", "1", "1.0", "on", "s\u00ed", "si", "s\u00ec", "s", "verdadero", "vero", "vrai", "oui", "ja", "j", "wahr",
    "waar", "sim", "verdadeiro", "tak", "prawda", "ano", "kyll\u00e4", "igen", "da", "evet", "\u03bd\u03b1\u03b9", "\u0434\u0430", "\u662f",
)  # fmt: skip
FALSE_WORDS = (
    "false", "f", "no", "n", "0", "0.0", "off", "falso", "faux", "non", "nein", "falsch", "nee", "onwaar", "nej", "nei", "n\u00e3o", "nao",
    "nie", "fa\u0142sz", "ne", "ei", "nem", "nu", "hay\u0131r", "\u03cc\u03c7\u03b9", "\u043d\u0435\u0442", "\u5426",
)  # fmt: skip


class Boolean(Field):
    """Yes or no."""

    dtype: ClassVar[Dtype] = pl.Boolean
    rules: ClassVar[frozenset[Rule]] = frozenset({Rule.FIRST, Rule.NEWEST, Rule.ANY, Rule.ALL})
    taken: ClassVar[frozenset[str]] = frozenset({"bool", "enumeration", "string"})
    made: ClassVar[tuple[str, str]] = ("enumeration", "booleancheckbox")

    kind: Annotated[Literal["boolean"], KIND_KEY] = "boolean"
    true_words: Annotated[
        tuple[Word, ...],
        Key(
            min_length=1,
            description="The words that mean yes, in any case; left out: true, yes, 1 and such, in many languages.",
        ),
    ] = TRUE_WORDS
    false_words: Annotated[
        tuple[Word, ...],
        Key(
            min_length=1,
            description="The words that mean no, in any case; left out: false, no, 0 and such, in many languages.",
        ),
    ] = FALSE_WORDS

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return "no word for true or false"

    @property
    def default_value(self) -> Any:  # noqa: ANN401 - of the kind's dtype
        """In the declaration itself true and false are words anyway."""
        return {"true": True, "false": False}.get(str(self.default).lower(), super().default_value)

    def written(self, value: Any, form: str) -> str:  # noqa: ANN401 - of the kind's dtype
        """``true`` or ``false``."""
        del form
        if not isinstance(value, bool):
            raise self.wrong_type(value, "boolean")
        return "true" if value else "false"

    def same(self, ours: str, theirs: str, type_: str) -> bool:
        """Case means nothing."""
        del type_
        return ours == theirs.strip().lower()

    def sendable(self, form: str) -> frozenset[str] | None:
        """Both."""
        del form
        return frozenset({"true", "false"})

    def options(self) -> tuple[Option, ...]:
        """HubSpot's own values, with its own labels."""
        return (Option("true", "Yes"), Option("false", "No"))

    def _faults(self) -> Iterable[tuple[str, str]]:
        said_true = set(folded(self.true_words))
        for word in self.true_words:
            if folded([word]) == [None]:
                yield "true_words", "an empty word cannot mean true: what is empty has no value"
        for word, compared in zip(self.false_words, folded(self.false_words), strict=True):
            if compared is None:
                yield "false_words", "an empty word cannot mean false: what is empty has no value"
            elif compared in said_true:
                yield "false_words", f"'{word}' cannot mean both true and false"

    @cached_property
    def _words(self) -> Words:
        declared = [*((word, True) for word in self.true_words), *((word, False) for word in self.false_words)]
        return Words(declared, dtype=pl.Boolean)

    def _read(self, given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series | None]:
        del how
        values, odd, rest = self._words.read(given)
        return values, nowhere(given.len()).scatter(odd, rest.is_not_null())

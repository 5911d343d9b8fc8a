"""Kind text: what people write, cleaned. Kind id: text that names something, cleaned the same way.

Keep out: cleaning itself (``cleaning``).
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import polars as pl
from pydantic import Field as Key

from hubsync_assets.kinds.cleaning import clean_text, digits_without_apostrophe, null_words, unknown_as_written
from hubsync_assets.kinds.field import KIND_KEY, Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.kinds.reading import Conventions, Read

__all__ = ["Id", "Text"]


class Text(Field):
    """Text of any length."""

    rules: ClassVar[frozenset[Rule]] = frozenset({Rule.FIRST, Rule.NEWEST, Rule.MAX, Rule.MIN, Rule.LONGEST})

    kind: Annotated[Literal["text"], KIND_KEY] = "text"
    form: Annotated[
        Literal["as_is", "first_word_and_rest"],
        Key(
            description="first_word_and_rest: the first of two properties takes the first word, the second one the rest."
        ),
    ] = "as_is"

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return "a list or an object is not text"

    @cached_property
    def has_rest(self) -> bool:
        """Whether the first property takes the first word of the value, and the second one the rest."""
        return self.form == "first_word_and_rest" and len(self.targets) > 1

    def read(self, given: pl.Series, how: Conventions) -> Read:
        """Every text fits but a null word."""
        values = digits_without_apostrophe(clean_text(given))
        empty, unknown = null_words(values, how)
        more = unknown_as_written(values, how)
        unknown = pl.concat([unknown, more]).unique() if more.len() else unknown
        for words in (empty, unknown):
            values = values.clone().scatter(words, None) if words.len() else values
        return Read(values, unknown=unknown)

    def write_into(self, properties: dict[str, str], value: Any, region: str | None) -> None:  # noqa: ANN401 - of the kind's dtype
        """What is there of the second property stays where the value has one word: it may be somebody else's."""
        if not self.has_rest:
            super().write_into(properties, value, region)
            return
        first, _, rest = self.written(value, "").partition(" ")
        for_first, for_rest = self._names
        properties[for_first] = first
        if rest:
            properties[for_rest] = rest

    def clear(self, properties: dict[str, str]) -> None:
        """The second property is made empty only where it is known to be ours, which the plan says."""
        if not self.has_rest:
            super().clear(properties)
            return
        properties[self.targets[0].property.name] = ""

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The properties' names, looked up once: a name is written for every contact."""
        return tuple(target.property.name for target in self.targets)

    def _faults(self) -> Iterable[tuple[str, str]]:
        if self.form == "first_word_and_rest" and len(self.targets) != 2:
            yield "form", "first_word_and_rest needs two properties, such as property: [firstname, lastname]"


class Id(Text):
    """An identifier: text as it is; a JSON number is its digits."""

    plain: ClassVar[bool] = True

    kind: Annotated[Literal["id"], KIND_KEY] = "id"  # type: ignore[assignment]  # a kind of text
    form: Annotated[Literal["as_is"], Key(description="As it is: an identifier has no parts.")] = "as_is"

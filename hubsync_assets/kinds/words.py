"""Words that stand for a value, as a declaration lists them.

Put here: what a word is in a declaration, and finding them in a column. Keep out: which words a kind has, and the words for nothing
(``null_words``).
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import polars as pl
from pydantic import BeforeValidator, WithJsonSchema

from hubsync_assets.kinds.cleaning import clean_text

__all__ = ["Word", "Words", "folded"]


def _as_text(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    if isinstance(value, bool):
        msg = "put it in quotes: without them yes, no, on, off, true and false are no words"
        raise ValueError(msg)  # noqa: TRY004 - pydantic makes a fault of this one
    return str(value) if isinstance(value, int) else value


Word = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": ["string", "integer"]})]
"""A word in a declaration; a whole number without quotes is its digits."""


def folded(words: Sequence[str]) -> list[str | None]:
    """The words as they are compared: clean and in lower case; null for one that is nothing but blanks."""
    return clean_text(pl.Series(words, dtype=pl.String)).str.to_lowercase().to_list()


class Words:
    """Words, and the value that each stands for, in any case and with any blanks around them.

    A declared word comes before the name of a value. What could be two values is none.

    Args:
        declared: Word and value.
        names: Values that stand for themselves, too.
        dtype: Of the values.
    """

    def __init__(
        self,
        declared: Sequence[tuple[str, str | bool]],
        names: Iterable[str] = (),
        dtype: type[pl.DataType] = pl.String,
    ) -> None:
        self._dtype = dtype
        words = _without_case(declared)
        own = [(name, name) for name in names if folded([name])[0] not in words]
        self._as_written: dict[str, str | bool] = {**dict(own), **dict(declared)}
        meant = words | _without_case(own)
        self._without_case = {word: next(iter(values)) for word, values in meant.items() if len(values) == 1}

    def read(self, given: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
        """Find the words of a column.

        Args:
            given: String.

        Returns:
            The values, null where there is no word; the numbers of the rows, from 0, where a text is no word; and those texts, cleaned:
            null where nothing is left of one.
        """
        values = self._found(given, self._as_written)
        odd = (values.is_null() & given.is_not_null()).arg_true()
        if odd.is_empty():
            return values, odd, given.clear()
        cleaned = clean_text(given.gather(odd))
        found = self._found(cleaned.str.to_lowercase(), self._without_case)
        rest = found.is_null()
        return values.scatter(odd, found), odd.filter(rest), cleaned.filter(rest)

    def _found(self, texts: pl.Series, words: dict[str, str | bool]) -> pl.Series:
        if not words:
            return pl.Series(texts.name, [None], dtype=self._dtype).new_from_index(0, texts.len())
        return texts.replace_strict(list(words), list(words.values()), default=None, return_dtype=self._dtype)


def _without_case(pairs: Iterable[tuple[str, str | bool]]) -> dict[str, set[str | bool]]:
    """What each word could stand for, by the word as it is compared."""
    pairs = list(pairs)
    found: dict[str, set[str | bool]] = {}
    for word, (_, value) in zip(folded([word for word, _ in pairs]), pairs, strict=True):
        if word is not None:
            found.setdefault(word, set()).add(value)
    return found

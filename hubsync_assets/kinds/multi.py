"""Kind multi: some of the values of a HubSpot multiple-checkbox property.

The canonical value is one text: the elements, each once and sorted, with ``;`` between them, as HubSpot has it. Keep out: what stands in
one text of a source (``multi_text``).
"""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

import polars as pl
from pydantic import Field as Key

from hubsync_assets.kinds.choice import Choice
from hubsync_assets.kinds.cleaning import null_words
from hubsync_assets.kinds.field import KIND_KEY
from hubsync_assets.kinds.multi_text import elements_of
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.kinds.reading import Conventions, Read

__all__ = ["BETWEEN", "Multi"]

BETWEEN = ";"
"""Stands between the elements of a canonical value. HubSpot would append to what it has if one stood in front."""

_UNKNOWN, _BAD = 1, 2
"""An element, or the whole text, says that nobody knows; or does not fit."""


class Multi(Choice):
    """Some of several values."""

    rules: ClassVar[frozenset[Rule]] = frozenset({Rule.UNION, Rule.FIRST, Rule.NEWEST, Rule.LONGEST})
    made: ClassVar[tuple[str, str]] = ("enumeration", "checkbox")
    takes_lists: ClassVar[bool] = True

    kind: Annotated[Literal["multi"], KIND_KEY] = "multi"
    separator: Annotated[
        str,
        Key(min_length=1, description="What stands between two elements of a text; a JSON list is read as one anyway."),
    ] = BETWEEN

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        if self.keeps_others:
            return "an element with ; in it, or brackets that are no JSON list of plain values"
        return f"an element is {super().unfit}"

    @property
    def default_value(self) -> Any:  # noqa: ANN401 - of the kind's dtype
        """The default's elements are internal values before they are a source's words."""
        elements = {element.strip() for element in str(self.default).split(self.separator)}
        return BETWEEN.join(sorted(elements)) if elements <= set(self._internal) else super().default_value

    def read(self, given: pl.Series, how: Conventions) -> Read:
        """Each different text is read once; an element that is unreadable makes the whole value so."""
        texts = given.unique().drop_nulls()
        rows = given.to_frame("text").join(self._table(texts, how), on="text", how="left", maintain_order="left")
        bad = rows["state"] == _BAD
        unknown = (rows["state"] == _UNKNOWN).arg_true()
        return Read(rows["value"], bad.fill_null(value=False), unknown)

    def same(self, ours: str, theirs: str, type_: str) -> bool:
        """The order of the elements means nothing."""
        del type_
        return _set_of(ours) == _set_of(theirs)

    def _faults(self) -> Iterable[tuple[str, str]]:
        yield from super()._faults()
        for value in self._internal:
            if BETWEEN in value:
                yield "values", f"'{value}' has {BETWEEN} in it, which stands between two values in HubSpot"

    def _table(self, texts: pl.Series, how: Conventions) -> pl.DataFrame:
        """What different texts say.

        Returns:
            ``text``; ``value``; and ``state``: ``_BAD``, ``_UNKNOWN``, or 0.
        """
        values, odd, rest = self._words.read(texts)
        empty, unknown = null_words(rest, how)
        state = pl.zeros(texts.len(), pl.UInt8, eager=True).scatter(odd.gather(unknown), _UNKNOWN)
        left = odd.filter(rest.is_not_null().scatter(pl.concat([empty, unknown]), values=False))
        parts = elements_of(texts.gather(left), self.separator)
        read = self._chosen(parts.each["element"], how)
        bad = read.values.str.contains(BETWEEN, literal=True).fill_null(value=False)
        if read.bad is not None:
            bad |= read.bad
        states = bad.cast(pl.UInt8).replace_strict({1: _BAD}, default=0, return_dtype=pl.UInt8)
        each = parts.each.with_columns(
            read.values.alias("value"), states.scatter(read.unknown, _UNKNOWN).alias("state")
        )
        worst = each.group_by("number").agg(pl.col("state").max())
        state.scatter(left.gather(worst["number"]), worst["state"]).scatter(left.gather(parts.broken), _BAD)
        joined = _joined(each.select("number", "value").drop_nulls())
        values.scatter(left.gather(joined["number"]), joined["value"])
        table = pl.DataFrame({"text": texts, "value": values, "state": state})
        return table.with_columns(pl.when(pl.col("state") == 0).then("value").alias("value"))


def _joined(each: pl.DataFrame) -> pl.DataFrame:
    """The canonical value of each ``number``."""
    # Sorting all elements at once is much cheaper than each list, and so is telling the same from the one before than unique().
    elements = each.sort("number", "value")
    again = (pl.col("number") == pl.col("number").shift()) & (pl.col("value") == pl.col("value").shift())
    lists = elements.filter(~again.fill_null(value=False)).group_by("number", maintain_order=True).agg("value")
    return lists.with_columns(pl.col("value").list.join(BETWEEN))


def _set_of(text: str) -> set[str]:
    return {element for element in text.split(BETWEEN) if element}

"""How a source writes values, and what reading a column of them gives.

Put here: the two values that pass between a kind and whoever reads with it. Keep out: how any kind reads.
"""

from dataclasses import dataclass, field

import polars as pl

from hubsync_assets.kinds.null_words import EMPTY_WORDS, UNREADABLE_WORDS

__all__ = ["NO_ROWS", "USUAL", "Conventions", "Read", "nowhere"]

NO_ROWS = pl.Series([], dtype=pl.UInt32)


@dataclass(frozen=True, slots=True)
class Conventions:
    """How one source writes values.

    Attributes:
        empty_words: words, in lower case, that say that there is nothing.
        unreadable_words: words, in lower case, that say that nobody knows.
        decimal: what stands before the fraction of a number; None: as the field says.
    """

    empty_words: frozenset[str] = EMPTY_WORDS
    unreadable_words: frozenset[str] = UNREADABLE_WORDS
    decimal: str | None = None

    @property
    def longest_word(self) -> int:
        """Bytes of the longest word; no longer value can be one."""
        return max((len(word.encode()) for word in self.empty_words | self.unreadable_words), default=0)


USUAL = Conventions()
"""What holds where a source declares nothing else."""


@dataclass(frozen=True, slots=True)
class Read:
    """A column that was read.

    Attributes:
        values: in the kind's dtype; null where there is nothing, or nothing that fits.
        bad: Boolean, never null: a text is there and does not fit. None: nowhere.
        unknown: UInt32, the numbers of the rows where a word says that nobody knows; the value is null there.
    """

    values: pl.Series
    bad: pl.Series | None = None
    unknown: pl.Series = field(default_factory=lambda: NO_ROWS)


def nowhere(height: int) -> pl.Series:
    """Boolean, false everywhere."""
    return pl.repeat(value=False, n=height, dtype=pl.Boolean, eager=True)

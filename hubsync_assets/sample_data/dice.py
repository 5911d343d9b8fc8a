"""Chance that gives the same on every machine and in every Python version.

Put here: the few questions that the generator asks chance. Keep out: what the answers are used for.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

__all__ = ["Dice"]

T = TypeVar("T")


class Dice:
    """Chance from a seed. Only ``random()`` is used, because it is the one stream that Python promises not to change."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random  # noqa: S311  # sample data, no secret

    def below(self, limit: int) -> int:
        """One of 0 to ``limit - 1``."""
        return int(self._random() * limit)

    def chance(self, share: float) -> bool:
        """True in this share of cases (0 to 1)."""
        return self._random() < share

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, all equally likely."""
        return choices[int(self._random() * len(choices))]

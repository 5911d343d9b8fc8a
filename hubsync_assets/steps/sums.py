"""The sums that must close, each between numbers that were counted in different places.

Put here: what a sum is. Keep out: the counting itself, which each step does; and showing it, which ``assets`` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Sum", "Total", "Written"]


@dataclass(frozen=True, slots=True)
class Sum:
    """What must add up, whatever the numbers are.

    Attributes:
        name: what is counted; the name of the asset check that shows it.
        description: what it means that it closes, in a sentence.
    """

    name: str
    description: str

    def of(self, whole: int, parts: Mapping[str, int]) -> "Total":
        """The sum with its numbers.

        Args:
            whole: the number on the left.
            parts: the numbers that must add up to it, by name.
        """
        return Total(self, whole, dict(parts))


@dataclass(frozen=True, slots=True)
class Total:
    """A sum with the numbers of one run: see ``Sum.of``."""

    what: Sum
    whole: int
    parts: dict[str, int]

    @property
    def name(self) -> str:
        """What is counted."""
        return self.what.name

    @property
    def closes(self) -> bool:
        """Whether nothing was lost and nothing counted twice."""
        return self.whole == sum(self.parts.values())

    def __str__(self) -> str:
        relation = "=" if self.closes else "is not"
        parts = " + ".join(f"{number} {name}" for name, number in self.parts.items())
        return f"{self.name}: {self.whole} {relation} {parts}"


@dataclass(frozen=True, slots=True)
class Written:
    """How many contacts were created and updated."""

    created: int = 0
    updated: int = 0

    def __add__(self, other: "Written") -> "Written":
        return Written(self.created + other.created, self.updated + other.updated)

    def to_json(self) -> dict[str, int]:
        """As JSON values."""
        return {"created": self.created, "updated": self.updated}

    @classmethod
    def from_json(cls, values: Mapping[str, int]) -> "Written":
        """The other way."""
        return cls(values.get("created", 0), values.get("updated", 0))

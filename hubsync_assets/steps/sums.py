"""The sums that must close, each between numbers that were counted in different places.

Put here: what a sum is. Keep out: the counting itself, which each step does; and showing it, which ``checks`` does.
"""

from dataclasses import dataclass

__all__ = ["Sum"]


@dataclass(frozen=True, slots=True)
class Sum:
    """A whole and its parts.

    Attributes:
        name: what is counted, fit for an asset check's name.
        whole: the number on the left.
        parts: the numbers that must add up to it, by name.
    """

    name: str
    whole: int
    parts: dict[str, int]

    @property
    def closes(self) -> bool:
        """Whether nothing was lost and nothing counted twice."""
        return self.whole == sum(self.parts.values())

    def __str__(self) -> str:
        relation = "=" if self.closes else "is not"
        return f"{self.name}: {self.whole} {relation} " + " + ".join(f"{n} {name}" for name, n in self.parts.items())

"""What the doctor finds: lines in parts, and how bad each is.

Keep out: finding (the modules named after their part), and showing (``screen``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

__all__ = ["Finding", "Level", "Part", "worst"]


class Level(IntEnum):
    """How bad something is; the value is the exit code."""

    WELL = 0
    ATTENTION = 1
    """A person should look, and syncs go on."""
    BROKEN = 2
    """No sync can do its work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line.

    Attributes:
        text: What is so, without personal data and secrets.
        level: How bad it is.
        do: What to do about it, a command where there is one; empty: nothing.
    """

    text: str
    level: Level = Level.WELL
    do: str = ""


@dataclass(slots=True)
class Part:
    """All that was found of one thing.

    Attributes:
        name: What is looked at.
        findings: In the order in which they were found.
    """

    name: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def level(self) -> Level:
        """Of the worst."""
        return max((finding.level for finding in self.findings), default=Level.WELL)


def worst(parts: Iterable[Part]) -> Level:
    """Of all parts."""
    return max((part.level for part in parts), default=Level.WELL)

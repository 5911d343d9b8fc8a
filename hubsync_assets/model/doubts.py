"""What is not believed of a source's last reading, in a form that a table's manifest can hold.

Put here: the shape that passes from reading to merging to planning. Keep out: when there is a doubt (``steps.health``), and what follows
from one for a contact (``contacts.changes``).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

__all__ = ["MISSING", "SourceDoubts"]

MISSING = -1
"""The rank of a file that is not there any more, and was newer than all that are."""


@dataclass(frozen=True, slots=True)
class SourceDoubts:
    """The doubts about one source.

    Attributes:
        absence: What the source does not say any more is no proof that it is gone: a file broke off or was refused, the source was
            not read, it has much fewer records than it had, or more of them are broken.
        newest_broken: Rank of its newest file that broke off or was refused, or ``MISSING``: what older files say may be superseded by what
            was lost.
        fields: Fields that the source says much less of than it did (all that it gives, where too many of its records were rejected):
            uncertain for every contact that it knows.
        reasons: One line for each doubt that a person has to look at (the run fails at its end), without contact data.
        warnings: The same for what only keeps something back.
        digest: Names the reading, so that a person can accept it.
    """

    absence: bool = False
    newest_broken: int | None = None
    fields: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    digest: str = ""

    def __bool__(self) -> bool:
        """Whether there is any doubt."""
        return self.absence or bool(self.fields)

    def message(self, source: str) -> str:
        """What is doubted, what that leads to, and how a person accepts the reading; without contact data."""
        what = "; ".join((*self.reasons, *self.warnings))
        return (
            f"{source} is in doubt ({what}): what it adds and changes is written, what it does not say any more is kept in HubSpot; "
            f"if it is meant so, run again with accept: {{{source}: {self.digest}}} in the config of raw_records"
        )

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The other way; lists become tuples."""
        lists = {name: tuple(values.get(name, ())) for name in ("fields", "reasons", "warnings")}
        return cls(**{**values, **lists})

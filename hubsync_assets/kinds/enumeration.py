"""Kind enum: one of the values of a HubSpot dropdown.

Keep out: the keys that it has in common with multi (``choice``), and how words are found (``words``).
"""

from typing import Annotated, Any, ClassVar, Literal

import polars as pl

from hubsync_assets.kinds.choice import Choice
from hubsync_assets.kinds.field import KIND_KEY
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.kinds.reading import Conventions, Read

__all__ = ["Enum"]


class Enum(Choice):
    """One of several values."""

    rules: ClassVar[frozenset[Rule]] = frozenset({Rule.FIRST, Rule.NEWEST})
    made: ClassVar[tuple[str, str]] = ("enumeration", "select")

    kind: Annotated[Literal["enum"], KIND_KEY] = "enum"

    @property
    def default_value(self) -> Any:  # noqa: ANN401 - of the kind's dtype
        """The default is an internal value before it is a source's word."""
        return str(self.default) if str(self.default) in self._internal else super().default_value

    def read(self, given: pl.Series, how: Conventions) -> Read:
        """Each text is a word, or some other text."""
        return self._chosen(given, how)

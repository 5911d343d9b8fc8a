"""Fields that were written to another property than now. The state knows the value, and not what HubSpot holds where it belongs now.

Put here: which fields of a contact that is. Keep out: how a field is written (``hubspot.mapping``), and where that is kept for each version
(``sync_log``). A value that was written in another form, where it still is, is no concern: it means the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from hubsync_assets.kinds.field import Field
from hubsync_assets.model.ways import as_named_now, is_elsewhere

__all__ = ["Written"]


@dataclass(frozen=True, slots=True)
class Written:
    """How contacts are written now, and what was written elsewhere.

    Attributes:
        version: The number of the mapping that is used now.
        elsewhere: By field, the numbers of the mappings that wrote it to other properties, or not at all: what is where it belongs now is
            not ours. A field that none did is not in it.
    """

    version: int
    elsewhere: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def now(cls, version: int, mappings: Mapping[int, Mapping[str, str]]) -> "Written":
        """From all mappings that there were.

        Args:
            version: The number of the one that is used now.
            mappings: By number, how each field is written.
        """
        current = mappings[version]
        ways = {number: as_named_now(current, mapping) for number, mapping in mappings.items()}
        elsewhere = {
            name: frozenset(number for number, then in ways.items() if is_elsewhere(then.get(name), how))
            for name, how in current.items()
        }
        return cls(version, {name: found for name, found in elsewhere.items() if found})

    def is_possible(self, of: Field) -> bool:
        """Whether the field may be elsewhere for some contact."""
        return of.name in self.elsewhere

    def is_elsewhere(self, of: Field) -> pl.Expr:
        """Whether the state's contact was written when this field was not written where it is now (Boolean, never null)."""
        numbers = self.elsewhere.get(of.name)
        if not numbers:
            return pl.lit(value=False)
        is_known = pl.col("state") & pl.col("state:mapping_version").is_in(sorted(numbers))
        return is_known.fill_null(value=False)

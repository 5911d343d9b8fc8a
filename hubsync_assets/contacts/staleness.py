"""Fields that were written another way than now: to another property, or in another form. The state knows the value, and not what HubSpot holds where it belongs now.

Put here: which fields of a contact that is. Keep out: how a field is written (``hubspot.mapping``), and where that is kept for each version
(``sync_log``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from hubsync_assets.kinds.field import Field

__all__ = ["Written"]


@dataclass(frozen=True, slots=True)
class Written:
    """How contacts are written now, and what was written otherwise.

    Attributes:
        version: The number of the mapping that is used now.
        stale: By field, the numbers of the mappings that wrote it another way, or not at all. A field that none did is not in it.
    """

    version: int
    stale: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def now(cls, version: int, mappings: Mapping[int, Mapping[str, str]]) -> "Written":
        """From all mappings that there were.

        Args:
            version: The number of the one that is used now.
            mappings: By number, how each field is written.
        """
        current = mappings[version]
        stale = {
            name: frozenset(number for number, mapping in mappings.items() if mapping.get(name) != how)
            for name, how in current.items()
        }
        return cls(version, {name: numbers for name, numbers in stale.items() if numbers})

    def is_possible(self, of: Field) -> bool:
        """Whether the field may be stale for some contact."""
        return of.name in self.stale

    def is_stale(self, of: Field) -> pl.Expr:
        """Whether the state's contact was written when this field was not written as now (Boolean, never null)."""
        numbers = self.stale.get(of.name)
        if not numbers:
            return pl.lit(value=False)
        is_known = pl.col("state") & pl.col("state:mapping_version").is_in(sorted(numbers))
        return is_known.fill_null(value=False)

"""Fields that were written another way than now: to another property, or in another form.

The state knows the value, and not what HubSpot holds where it belongs now, so that it is looked at. Put here: which fields of a contact that is. Keep out: how a field is written (``hubspot.mapping``), and where that is kept for each version
(``sync_log``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from hubsync_assets.kinds.field import Field
from hubsync_assets.model.ways import as_named_now, is_elsewhere

__all__ = ["Written"]


@dataclass(frozen=True, slots=True)
class Written:
    """How contacts are written now, and what was written otherwise.

    Attributes:
        version: The number of the mapping that is used now.
        stale: By field, the numbers of the mappings that wrote it another way, or not at all. A field that none did is not in it.
        elsewhere: Of those, the ones that wrote it to other properties, or not at all: what is where it belongs now is not ours.
    """

    version: int
    stale: Mapping[str, frozenset[int]] = field(default_factory=dict)
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
        stale, elsewhere = {}, {}
        for name, how in current.items():
            stale[name] = frozenset(number for number, then in ways.items() if then.get(name) != how)
            elsewhere[name] = frozenset(number for number, then in ways.items() if is_elsewhere(then.get(name), how))
        return cls(version, _some(stale), _some(elsewhere))

    def is_possible(self, of: Field) -> bool:
        """Whether the field may be stale for some contact."""
        return of.name in self.stale

    def is_stale(self, of: Field) -> pl.Expr:
        """Whether the state's contact was written when this field was not written as now (Boolean, never null)."""
        return _is_written_by(self.stale.get(of.name))

    def is_elsewhere(self, of: Field) -> pl.Expr:
        """Whether the state's contact was written when this field was not written where it is now (Boolean, never null)."""
        return _is_written_by(self.elsewhere.get(of.name))


def _some(numbers: Mapping[str, frozenset[int]]) -> dict[str, frozenset[int]]:
    return {name: found for name, found in numbers.items() if found}


def _is_written_by(numbers: frozenset[int] | None) -> pl.Expr:
    if not numbers:
        return pl.lit(value=False)
    is_known = pl.col("state") & pl.col("state:mapping_version").is_in(sorted(numbers))
    return is_known.fill_null(value=False)

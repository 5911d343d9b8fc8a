"""When a value that is gone is cleared in HubSpot.

Put here: what is to be gone before a field is cleared, and by what right. Keep out: what is uncertain (``uncertainty``), and what follows for
a contact (``changes``). The frames are those of ``comparison``, with ``known_from`` and, for each field of which it matters,
``<field>:unsure``.
"""

from dataclasses import dataclass

import polars as pl

from hubsync_assets.contacts.absence import is_removed
from hubsync_assets.contacts.staleness import Written
from hubsync_assets.contacts.uncertainty import Uncertainty
from hubsync_assets.kinds.field import Field
from hubsync_assets.model.schema import SEEN

__all__ = ["Clearing", "Rules", "has_rest", "state_value"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be done, and how contacts are written.

    Attributes:
        may_clear: A missing value clears what we wrote.
        may_clear_theirs: With it, an empty one also clears what only HubSpot has.
        written: How contacts are written now, and what was written otherwise.
    """

    may_clear: bool
    may_clear_theirs: bool
    written: Written


@dataclass(frozen=True, slots=True)
class Clearing:
    """The expressions for one bucket.

    Attributes:
        rules: What may be done.
        uncertainty: What may be uncertain.
        in_doubt: Whether some contacts are in doubt; the frames have ``doubt`` and ``doubt:sent`` then.
    """

    rules: Rules
    uncertainty: Uncertainty
    in_doubt: bool

    def clears(self, field: Field, unsure: pl.Expr) -> pl.Expr:
        """Whether a field is to be made empty (Boolean, never null)."""
        removed = is_removed(field, self.uncertainty.model.sources)
        if self.uncertainty.doubts:
            removed = removed & ~is_removed(field, self.uncertainty.doubts)
        right = self._is_ours(field) & (self.uncertainty.is_empty(field) | removed)
        if self.rules.may_clear_theirs:
            theirs = self.uncertainty.is_empty(field)
            # What the state does not know, it does not know which source had: any may have lost it.
            right = right | (theirs & (pl.col("known_from") != "portal") if self.uncertainty.absence else theirs)
        return self._is_gone(field) & right & ~unsure

    def may_have_to_clear(self, field: Field) -> pl.Expr:
        """The same if all that is uncertain turned out so that the field is to be made empty."""
        says_so = self.uncertainty.is_empty(field) | self.uncertainty.is_unreadable(field)
        right = self._is_ours(field) & (says_so | is_removed(field, self.uncertainty.model.sources))
        return self._is_gone(field) & (right | says_so if self.rules.may_clear_theirs else right)

    def waits(self, field: Field) -> pl.Expr:
        """Whether what only HubSpot has would be made empty if all were certain: once we write the contact, we don't know of it any more."""
        theirs = (pl.col("known_from") == "portal") & ~self._is_ours(field)
        return self._is_gone(field) & theirs & self.uncertainty.is_empty(field)

    def loses_rest(self, field: Field, unsure: pl.Expr) -> pl.Expr:
        """Whether the second property of a field, which we wrote, has nothing to hold any more."""
        ours, value = state_value(field), pl.col(field.name)
        went = has_rest(ours) & pl.col("state:written") & ~has_rest(value) & ~self.rules.written.is_elsewhere(field)
        if self.in_doubt:
            went = went & ((pl.col("known_from") == "log") | (pl.col(f"portal:{field.name}_old") != value))
        return (went & ~unsure).fill_null(value=False)

    def clears_rest(self, field: Field) -> pl.Expr:
        """Whether a field that is cleared loses its second property too: only what we wrote goes, or what may go though it is not ours."""
        ours = has_rest(state_value(field)) & (pl.col("state:written") | self.rules.may_clear_theirs)
        ours = ours & ~self.rules.written.is_elsewhere(field)
        theirs = (pl.col("known_from") == "portal") & self.rules.may_clear_theirs
        return (ours.fill_null(value=False) | theirs).fill_null(value=False)

    def _is_gone(self, field: Field) -> pl.Expr:
        held = (pl.col("known_from") == "log") & state_value(field).is_not_null()
        if self.in_doubt or self.rules.may_clear_theirs:
            held = held | ((pl.col("known_from") == "portal") & pl.col(f"portal:{field.name}_old").is_not_null())
        return pl.col(field.name).is_null() & held & self.rules.may_clear

    def _is_ours(self, field: Field) -> pl.Expr:
        seen = pl.col(f"state:{field.name}:source").eq_missing(SEEN)
        ours = (state_value(field).is_not_null() & pl.col("state:written") & ~seen).fill_null(value=False)
        ours = ours & ~self.rules.written.is_elsewhere(field)
        if not self.in_doubt:
            return ours
        return ours | pl.col("doubt:sent").list.contains(pl.lit(field.name)).fill_null(value=False)


def state_value(field: Field) -> pl.Expr:
    """What the state holds of a field."""
    return pl.col(f"state:{field.name}")


def has_rest(value: pl.Expr) -> pl.Expr:
    """Whether the value of a field with two properties has something for the second."""
    return value.str.contains(" ", literal=True)

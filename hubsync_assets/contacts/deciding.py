"""What becomes of each field of the contacts that a plan looks at: golden record, what we last wrote, and what HubSpot holds now.

Put here: the decisions, in the order in which they are made; ``docs/trust.md`` has them as a table. Keep out: which contacts are looked at
(``unlike``), what is uncertain (``uncertainty``), what a value means in HubSpot (``hubspot.live``), and what follows for a contact (``changes``).

The frames here are golden records with ``state:<column>``, ``settled:<field>...``, ``portal:<column>`` and ``state``, ``doubt``, ``portal``
(Boolean: whether those have the contact), and ``<field>:unfit`` (the portal does not take the value).
"""

import polars as pl

from hubsync_assets.contacts.absence import is_removed
from hubsync_assets.contacts.decision_columns import (
    decided,
    is_action,
    is_one_of,
    loses_rest,
    ours,
    state_value,
    unread,
    unsure,
)
from hubsync_assets.contacts.rules import Rules
from hubsync_assets.contacts.uncertainty import Uncertainty
from hubsync_assets.kinds.field import Field
from hubsync_assets.model.actions import (
    CLEAR,
    CREATE,
    DECISION,
    FILL,
    HELD,
    NEVER_CLEAR,
    ONLY_FILL,
    OVERWRITE,
    OVERWRITE_THEIRS,
    REFUSED,
    SAME,
    SET_ONCE,
    THEIRS,
)
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["GONE", "LOG", "NOBODY", "PORTAL", "with_decisions"]

LOG, PORTAL, NOBODY, GONE = "log", "portal", "nobody", "gone"
"""Who knew of a contact that HubSpot has: our log, or only the portal; or that it has it no more, or never had."""

_NO = pl.lit(value=False)


def with_decisions(
    model: ContactModel, looked_at: pl.DataFrame, uncertainty: Uncertainty, rules: Rules
) -> pl.DataFrame:
    """What becomes of each field.

    Args:
        model: What a contact is.
        looked_at: See the module.
        uncertainty: What may be uncertain in these contacts.
        rules: What may be done.

    Returns:
        The same contacts with ``known_from`` (String); for each field ``<field>:decision``, ``<field>:is_ours`` and, for those of two
        properties, ``<field>:loses_rest``; and ``waits``: what only HubSpot has is to be made empty when all is certain, so that the
        contact is not to be written before (the log would know of it then, and nobody would look at it any more).
    """
    fields = [_Decision(field, uncertainty, rules) for field in model.contact_fields if field.targets]
    decisions = [it.decision().cast(DECISION).alias(decided(it.field)) for it in fields]
    unsent = [pl.lit(None, dtype=DECISION).alias(decided(field)) for field in model.contact_fields if not field.targets]
    return (
        looked_at.lazy()
        .with_columns(_known_from(rules))
        .with_columns(
            *[each for it in fields for each in it.uncertain()], *(it.is_ours().alias(ours(it.field)) for it in fields)
        )
        .with_columns(*decisions, *unsent)
        .with_columns(it.loses_rest().alias(loses_rest(it.field)) for it in fields if it.field.has_rest)
        .with_columns(_waits(fields))
        .collect()
    )


def _known_from(rules: Rules) -> pl.Expr:
    in_state = pl.col("state") & ~pl.col("doubt")
    was_there = pl.col("state") & pl.col("state:hubspot_id").is_not_null() & (not rules.recreate)
    return (
        pl.when(pl.col("portal") & in_state)
        .then(pl.lit(LOG))
        .when("portal")
        .then(pl.lit(PORTAL))
        .when(was_there)
        .then(pl.lit(GONE))
        .otherwise(pl.lit(NOBODY))
        .alias("known_from")
    )


def _waits(fields: list["_Decision"]) -> pl.Expr:
    return pl.any_horizontal(_NO, *(it.waits() for it in fields)).alias("waits")


class _Decision:
    """The expressions for one field."""

    def __init__(self, field: Field, uncertainty: Uncertainty, rules: Rules) -> None:
        self.field = field
        self._uncertainty = uncertainty
        self._rules = rules
        self._may_clear = rules.may_clear(field)
        self._is_possible = uncertainty.is_possible(field)
        self._value = pl.col(field.name)
        self._old = pl.col(f"portal:{field.name}_old")

    def uncertain(self) -> list[pl.Expr]:
        """None where nothing can be: most buckets have nothing uncertain."""
        if not self._is_possible:
            return []
        return [
            self._uncertainty.is_uncertain(self.field).alias(unsure(self.field)),
            self._uncertainty.by_absence(self.field).alias(unread(self.field)),
        ]

    def is_ours(self) -> pl.Expr:
        written = pl.col(f"state:{self.field.name}:ours").fill_null(value=False)
        return written & self._portal("ours") & ~self._rules.written.is_elsewhere(self.field)

    def loses_rest(self) -> pl.Expr:
        """Whether the second property is made empty: with the first one, or because the value has nothing for it any more."""
        is_cleared = self._value.is_null() & is_one_of(self.field, CLEAR)
        return is_cleared | (self._value.is_not_null() & is_action(self.field) & self._is_shorter() & self._may_clear)

    def decision(self) -> pl.Expr:
        return pl.when(self._value.is_not_null()).then(self._of_value()).otherwise(self._of_nothing())

    def waits(self) -> pl.Expr:
        if not self._rules.may_clear_theirs or not (self._is_possible or self._uncertainty.doubts):
            return _NO
        theirs = (pl.col("known_from") == PORTAL) & self._old.is_not_null() & ~pl.col(ours(self.field))
        empty = self._value.is_null() & self._uncertainty.is_empty(self.field)
        return (
            theirs & empty & self._may_clear & (pl.col(decided(self.field)) != CLEAR).fill_null(value=True)
        ).fill_null(value=False)

    def _of_value(self) -> pl.Expr:
        """The golden record has a value."""
        exists = pl.col("known_from").is_in([LOG, PORTAL])
        same = exists & self._portal("same")
        if self._rules.reformat:
            same &= ~(pl.col(ours(self.field)) & ~self._portal("exact"))
        nothing = self._old.is_null()
        shorter = same & self._is_shorter() if self.field.has_rest else _NO
        kept_theirs = self._theirs_until_changed()
        how = self.field.write.how
        return (
            pl.when(shorter & self._unsure)
            .then(pl.lit(HELD))
            .when(shorter)
            .then(pl.lit(OVERWRITE if self._may_clear else NEVER_CLEAR))
            .when(same)
            .then(pl.lit(SAME))
            .when(exists & (how == "set_once"))
            .then(pl.lit(SET_ONCE))
            .when(exists & ~nothing & (how == "fill"))
            .then(pl.lit(ONLY_FILL))
            .when(self._unsure & exists & ~nothing)
            .then(pl.lit(HELD))
            .when(f"{self.field.name}:unfit")
            .then(pl.lit(REFUSED))
            .when(~exists)
            .then(pl.lit(CREATE))
            .when(nothing & ~(kept_theirs & self._is_decided()))
            .then(pl.lit(FILL))
            .when(pl.col(ours(self.field)))
            .then(pl.lit(OVERWRITE))
            .when(kept_theirs)
            .then(pl.lit(THEIRS))
            .otherwise(pl.lit(OVERWRITE_THEIRS))
        )

    def _of_nothing(self) -> pl.Expr:
        """No source has a value: what HubSpot holds is made empty where we wrote it, or may do so all the same."""
        held = pl.col("known_from").is_in([LOG, PORTAL]) & self._old.is_not_null()
        is_ours = pl.col(ours(self.field))
        empty, gone = self._uncertainty.is_empty(self.field), self._is_gone()
        theirs = self._clears_theirs() if self._rules.may_clear_theirs and self._may_clear else _NO
        clear = pl.lit(CLEAR if self._may_clear else NEVER_CLEAR)
        # If all that is not known turned out so.
        may_be_gone = empty | self._uncertainty.is_unreadable(self.field)
        may_be_ours = is_ours & (may_be_gone | is_removed(self.field, self._uncertainty.model.sources))
        may_be_theirs = may_be_gone if self._rules.may_clear_theirs else _NO
        we_wrote = (
            pl.col(f"state:{self.field.name}:ours").fill_null(value=False) & state_value(self.field).is_not_null()
        )
        return (
            pl.when(held & is_ours & gone & ~self._unsure)
            .then(clear)
            .when(held & ~is_ours & theirs)
            .then(pl.lit(CLEAR))
            .when(held & (may_be_ours | may_be_theirs) & self._may_clear)
            .then(pl.lit(HELD))
            .when(held & (we_wrote | pl.col(f"settled:{self.field.name}")) & gone & ~self._unsure)
            .then(pl.lit(THEIRS))
            .otherwise(None)
        )

    def _is_gone(self) -> pl.Expr:
        """Whether the sources say that there is no value, or the one that gave it has no record of the contact any more."""
        removed = is_removed(self.field, self._uncertainty.model.sources)
        if self._uncertainty.doubts:
            removed = removed & ~is_removed(self.field, self._uncertainty.doubts)
        return self._uncertainty.is_empty(self.field) | removed

    def _clears_theirs(self) -> pl.Expr:
        empty = self._uncertainty.is_empty(self.field) & ~self._unsure
        # What the state does not know, it does not know which source had: any may have lost it.
        return empty & (pl.col("known_from") != PORTAL) if self._uncertainty.absence else empty

    def _is_shorter(self) -> pl.Expr:
        """Whether the value has nothing for the second property, which still holds what we wrote there."""
        went = _has_rest(state_value(self.field)) & self._portal("rest_ours") & ~_has_rest(self._value)
        is_ours = pl.col(f"state:{self.field.name}:ours") & ~self._rules.written.is_elsewhere(self.field)
        return (went & is_ours).fill_null(value=False)

    def _theirs_until_changed(self) -> pl.Expr:
        """Whether somebody else's value stays, because the sources say what they said when it was last decided."""
        if self.field.write.edited != "theirs":
            return _NO
        before = self.field.text(state_value(self.field))
        said = pl.when(self._is_settled_theirs).then(f"settled:{self.field.name}:value").otherwise(before)
        return ~(self._is_decided() & self.field.text(self._value).ne_missing(said))

    def _is_decided(self) -> pl.Expr:
        return self._is_settled_theirs | state_value(self.field).is_not_null()

    @property
    def _is_settled_theirs(self) -> pl.Expr:
        # What was settled for another reason was not decided against anybody's value.
        return (pl.col(f"settled:{self.field.name}:decision") == THEIRS).fill_null(value=False)

    @property
    def _unsure(self) -> pl.Expr:
        return pl.col(unsure(self.field)) if self._is_possible else _NO

    def _portal(self, what: str) -> pl.Expr:
        return pl.col(f"portal:{self.field.name}_{what}").fill_null(value=False)


def _has_rest(value: pl.Expr) -> pl.Expr:
    """Whether the value of a field with two properties has something for the second."""
    return value.str.contains(" ", literal=True)

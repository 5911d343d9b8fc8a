"""How a golden record compares with what HubSpot is known to hold, field by field.

Put here: which fields are sent, and which are kept as they are because they are uncertain. Keep out: what is uncertain (``uncertainty``),
what is cleared (``clearing``), joining the tables, and what follows for a contact (``changes``).

The frames here are golden records joined with what is known of them: the state's columns are named ``state:<column>``, the
portal's ``portal:<column>``, those of contacts in doubt ``doubt:<column>``, and ``state``, ``portal`` and ``doubt`` (Boolean; the last only
where some contact is) say whether they have the contact at all.
"""

import polars as pl

from hubsync_assets.contacts.clearing import Clearing, Rules, state_value
from hubsync_assets.contacts.uncertainty import Uncertainty
from hubsync_assets.kinds.field import Field
from hubsync_assets.model.contact_model import ContactModel

__all__ = [
    "any_change",
    "changes",
    "compared",
    "kept",
    "loses_rest",
    "new_text",
    "old_text",
    "unlike_state",
    "unsure",
]

_BY_LOG = pl.col("known_from") == "log"
_BY_PORTAL = pl.col("known_from") == "portal"
_NO = pl.lit(value=False)


def unlike_state(model: ContactModel, contacts: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The contacts that may not be what the state says, those that it does not have, and those in doubt.

    A quick look at all contacts, so that the rest need be looked into only where there may be something to do.

    Args:
        model: What a contact is.
        contacts: Golden records with ``state``, and with ``doubt`` where some contact is.
        rules: Contacts written another way are unlike, whatever their values.
    """
    doubt = [pl.col("doubt")] if "doubt" in contacts.columns else []
    other_mapping = pl.col("state:mapping_version").ne_missing(rules.mapping_version)
    return (
        contacts.lazy()
        .with_columns(*(_differs_from_state(field) for field in model.contact_fields))
        .with_columns(*(_may_clear_state(field, rules) for field in model.contact_fields))
        .filter(pl.any_horizontal(other_mapping, any_change(model), *doubt))
        .collect()
    )


def compared(unlike: pl.DataFrame, uncertainty: Uncertainty, rules: Rules) -> pl.DataFrame:
    """What becomes of each field.

    Args:
        unlike: What ``unlike_state`` gave, with ``portal``.
        uncertainty: What may be uncertain in these contacts.
        rules: What may be done.

    Returns:
        The same contacts with ``known_from``, and values null where they are not sent. For each field whether it ``changes``; whether it is
        ``kept``, which is when only what is not known keeps it as it is; and for those with a rest whether it ``loses_rest``.
        ``waits``: what only HubSpot has is to be cleared when all is certain, and the contact is not to be written before.
    """
    in_doubt = "doubt" in unlike.columns
    in_state = pl.col("state") & ~pl.col("doubt") if in_doubt else pl.col("state")
    known_from = pl.when(in_state).then(pl.lit("log")).when("portal").then(pl.lit("portal")).otherwise(pl.lit("nobody"))
    fields = _Fields(unlike, uncertainty, rules, in_doubt=in_doubt)
    return (
        unlike.lazy()
        .with_columns(known_from.alias("known_from"))
        .with_columns(*fields.differing(), *fields.uncertain())
        .with_columns(*fields.keeping(), *fields.clearing(), *fields.losing_rest())
        .with_columns(*fields.kept(), fields.waiting())
        .with_columns(*fields.changing(), *fields.sent())
        .collect()
    )


def any_change(model: ContactModel) -> pl.Expr:
    """Whether any field of a contact changes."""
    return pl.any_horizontal(map(changes, model.contact_fields))


def changes(field: Field) -> pl.Expr:
    """Whether a field changes."""
    return pl.col(_differs(field)) | pl.col(_clears(field))


def kept(field: Field) -> pl.Expr:
    """Whether a field would change, or might, if it were not for what is not known."""
    return pl.col(f"{field.name}:kept")


def loses_rest(field: Field) -> pl.Expr:
    """Whether the second property of a field is made empty."""
    return pl.col(f"{field.name}:loses_rest")


def unsure(field: Field) -> str:
    """The name of the column that says whether a field is uncertain; only there where some contact's may be."""
    return f"{field.name}:unsure"


def old_text(field: Field) -> pl.Expr:
    """What HubSpot holds in a field, as text."""
    return pl.when(_BY_LOG).then(field.text(state_value(field))).otherwise(f"portal:{field.name}_old")


def new_text(field: Field) -> pl.Expr:
    """What HubSpot is to hold in a field, as text; null: nothing."""
    return field.text(pl.col(field.name))


class _Fields:
    """The expressions for the fields of one bucket; none for what cannot be, for most buckets have nothing uncertain and nothing to clear."""

    def __init__(self, unlike: pl.DataFrame, uncertainty: Uncertainty, rules: Rules, *, in_doubt: bool) -> None:
        self._fields = uncertainty.model.contact_fields
        self._in_doubt = in_doubt
        self._uncertainty = uncertainty
        self._clearing = Clearing(rules, uncertainty, in_doubt)
        self._unsure = [field for field in self._fields if uncertainty.is_possible(field)]
        # What the quick look does not see: values that HubSpot holds and the state does not.
        more = in_doubt or (rules.may_clear_theirs and unlike["portal"].any())
        self._cleared = [field for field in self._fields if rules.may_clear and (more or unlike[_clears(field)].any())]
        self._with_rest = uncertainty.model.with_rest
        self._rests = [field for field in self._with_rest if rules.may_clear and (more or unlike["state"].any())]

    def differing(self) -> list[pl.Expr]:
        return [self._differs_now(field).alias(_differs(field)) for field in self._fields]

    def uncertain(self) -> list[pl.Expr]:
        return [self._uncertainty.is_uncertain(field).alias(unsure(field)) for field in self._unsure]

    def keeping(self) -> list[pl.Expr]:
        """Whether HubSpot keeps what it has: it gets an uncertain value only where it is known to have none."""
        return [(pl.col(unsure(field)) & ~_holds_nothing(field)).alias(_keeps(field)) for field in self._unsure]

    def clearing(self) -> list[pl.Expr]:
        return [
            (self._clearing.clears(field, self._is_unsure(field)) if field in self._cleared else _NO).alias(
                _clears(field)
            )
            for field in self._fields
        ]

    def losing_rest(self) -> list[pl.Expr]:
        return [
            (self._clearing.loses_rest(field, self._is_unsure(field)) if field in self._rests else _NO).alias(
                f"{field.name}:loses_rest"
            )
            for field in self._with_rest
        ]

    def kept(self) -> list[pl.Expr]:
        if not (self._unsure or self._uncertainty.doubts):
            return [_NO.alias(f"{field.name}:kept") for field in self._fields]
        return [self._is_kept(field).alias(f"{field.name}:kept") for field in self._fields]

    def waiting(self) -> pl.Expr:
        if not self._clearing.rules.may_clear_theirs or not (self._unsure or self._uncertainty.doubts):
            return _NO.alias("waits")
        waits = [self._clearing.waits(field) & ~pl.col(_clears(field)) for field in self._cleared]
        return pl.any_horizontal(_NO, *waits).alias("waits")

    def changing(self) -> list[pl.Expr]:
        """A field differs only if it is sent; and what loses its rest differs, though the first property is as it should be."""
        differs = {field.name: pl.col(_differs(field)) for field in self._fields}
        for field in self._unsure:
            differs[field.name] &= ~pl.col(_keeps(field))
        for field in self._rests:
            differs[field.name] |= loses_rest(field)
        rests = [
            (loses_rest(field) | (pl.col(_clears(field)) & self._clearing.clears_rest(field))).alias(
                f"{field.name}:loses_rest"
            )
            for field in self._rests
            if field in self._cleared
        ]
        return [*(it.alias(f"{name}:differs") for name, it in differs.items()), *rests]

    def sent(self) -> list[pl.Expr]:
        return [pl.when(~pl.col(_keeps(field))).then(field.name).alias(field.name) for field in self._unsure]

    def _differs_now(self, field: Field) -> pl.Expr:
        # A contact that the state does not have differs from it in every present value: HubSpot's equal ones are taken back here.
        unlike_portal = ~(_BY_PORTAL & _is_same_at_portal(field))
        if not self._in_doubt:
            return pl.col(_differs(field)) & unlike_portal
        unlike_known = pl.when(_BY_LOG).then(_differs(field)).otherwise(unlike_portal)
        return pl.col(field.name).is_not_null() & unlike_known

    def _is_kept(self, field: Field) -> pl.Expr:
        reasons = []
        if field in self._unsure:
            # Where the state holds nothing, HubSpot may already have the very value.
            reasons.append(pl.col(_differs(field)) & pl.col(_keeps(field)) & ~_is_same_at_portal(field))
        if field in self._cleared:
            reasons.append(self._clearing.may_have_to_clear(field) & ~pl.col(_clears(field)))
        return pl.any_horizontal(_NO, *reasons)

    def _is_unsure(self, field: Field) -> pl.Expr:
        return pl.col(unsure(field)) if field in self._unsure else _NO


def _differs(field: Field) -> str:
    return f"{field.name}:differs"


def _clears(field: Field) -> str:
    return f"{field.name}:clears"


def _keeps(field: Field) -> str:
    return f"{field.name}:keeps"


def _differs_from_state(field: Field) -> pl.Expr:
    value = pl.col(field.name)
    return (value.is_not_null() & value.ne_missing(state_value(field))).alias(_differs(field))


def _may_clear_state(field: Field, rules: Rules) -> pl.Expr:
    gone = pl.col(field.name).is_null() & state_value(field).is_not_null()
    return (gone & rules.may_clear & (pl.col("state:written") | rules.may_clear_theirs)).alias(_clears(field))


def _is_same_at_portal(field: Field) -> pl.Expr:
    return pl.col(f"portal:{field.name}_same").fill_null(value=False)


def _holds_nothing(field: Field) -> pl.Expr:
    """Whether HubSpot is known to hold nothing in a field: the contact is not there, or was looked at."""
    looked_at = pl.col("portal") & pl.col(f"portal:{field.name}_old").is_null()
    return (pl.col("known_from") == "nobody") | (looked_at & (_BY_PORTAL | state_value(field).is_null()))

"""The columns in which a comparison says what becomes of each field, and what can be asked of them.

Put here: their names, and questions about whole contacts. Keep out: how they are made (``deciding``).
"""

from collections.abc import Mapping

import polars as pl

from hubsync_assets.kinds.field import Field
from hubsync_assets.model.actions import ACTIONS, HELD, SAME, SETTLED
from hubsync_assets.model.contact_model import ContactModel

__all__ = [
    "any_action",
    "any_held",
    "decided",
    "flags_of",
    "is_action",
    "is_held",
    "is_one_of",
    "is_same",
    "is_settled",
    "loses_rest",
    "ours",
    "state_value",
    "unread",
    "unsure",
]

_NEVER = pl.lit(value=False)  # a contact may have nothing but its email


def decided(field: Field) -> str:
    """The name of the column that says what becomes of a field: one of ``model.actions``, or null: there is nothing to decide."""
    return f"{field.name}:decision"


def ours(field: Field) -> str:
    """The name of the column that says whether HubSpot still holds what we last wrote (Boolean, never null)."""
    return f"{field.name}:is_ours"


def loses_rest(field: Field) -> str:
    """The name of the column that says whether the second property of a field is made empty."""
    return f"{field.name}:loses_rest"


def unsure(field: Field) -> str:
    """The name of the column that says whether a field is uncertain; only there where some contact's may be."""
    return f"{field.name}:unsure"


def unread(field: Field) -> str:
    """The same for what a record decides that was not read: for a greatest value that depends on values that are null if not sent."""
    return f"{field.name}:unread"


def state_value(field: Field) -> pl.Expr:
    """What the state holds of a field."""
    return pl.col(f"state:{field.name}")


def is_action(field: Field) -> pl.Expr:
    """Whether a field is written or made empty (Boolean, never null)."""
    return is_one_of(field, *ACTIONS)


def is_settled(field: Field) -> pl.Expr:
    """Whether a field is not written until something changes."""
    return is_one_of(field, *SETTLED)


def is_same(field: Field) -> pl.Expr:
    """Whether HubSpot holds a value that means the same."""
    return is_one_of(field, SAME)


def is_held(field: Field) -> pl.Expr:
    """Whether a field would change, or might, if it were not for what is not known."""
    return is_one_of(field, HELD)


def is_one_of(field: Field, *decisions: str) -> pl.Expr:
    """Whether one of these was decided."""
    return pl.col(decided(field)).is_in(decisions).fill_null(value=False)


def any_action(model: ContactModel) -> pl.Expr:
    """Whether anything of a contact is written."""
    return pl.any_horizontal(_NEVER, *map(is_action, model.contact_fields))


def any_held(model: ContactModel) -> pl.Expr:
    """Whether something of a contact is kept as it is only because of what is not known."""
    return pl.any_horizontal(_NEVER, *map(is_held, model.contact_fields))


def flags_of(contacts: pl.DataFrame, conditions: Mapping[str, pl.Expr]) -> dict[str, pl.Series]:
    """Of which contacts each condition holds (Boolean, never null), all of them asked at once."""
    if not conditions:
        return {}
    named = {name: condition.fill_null(value=False) for name, condition in conditions.items()}
    return contacts.select(**named).to_dict()

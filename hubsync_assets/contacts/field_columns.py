"""The columns in which a comparison says what becomes of each field, and what can be asked of them.

Put here: their names, and questions about whole contacts. Keep out: how they are made (``comparison``).
"""

import polars as pl

from hubsync_assets.contacts.clearing import state_value
from hubsync_assets.contacts.staleness import Written
from hubsync_assets.kinds.field import Field
from hubsync_assets.model.contact_model import ContactModel

__all__ = [
    "any_change",
    "changes",
    "clears_column",
    "differs_column",
    "kept",
    "loses_rest",
    "new_text",
    "old_text",
    "stale_change",
    "unread",
    "unsure",
    "was_stale",
]

_BY_LOG = pl.col("known_from") == "log"
_NO = pl.lit(value=False)


def differs_column(field: Field) -> str:
    """The name of the column that says whether a field is sent with another value than HubSpot is known to hold."""
    return f"{field.name}:differs"


def clears_column(field: Field) -> str:
    """The name of the column that says whether a field is made empty."""
    return f"{field.name}:clears"


def any_change(model: ContactModel) -> pl.Expr:
    """Whether any field of a contact changes."""
    return pl.any_horizontal(map(changes, model.contact_fields))


def changes(field: Field) -> pl.Expr:
    """Whether a field changes."""
    return pl.col(differs_column(field)) | pl.col(clears_column(field))


def stale_change(model: ContactModel, written: Written) -> pl.Expr:
    """Whether a contact that the log knows has a value that was written another way, and is not there as now."""
    found = [
        written.is_stale(field) & pl.col(differs_column(field))
        for field in model.contact_fields
        if written.is_possible(field)
    ]
    return pl.any_horizontal(found) & _BY_LOG if found else _NO


def was_stale(model: ContactModel, written: Written) -> pl.Expr:
    """Whether a contact has a value that was written another way, whatever HubSpot was found to hold."""
    found = [
        written.is_stale(field) & pl.col(field.name).is_not_null()
        for field in model.contact_fields
        if written.is_possible(field)
    ]
    return pl.any_horizontal(found) if found else _NO


def kept(field: Field) -> pl.Expr:
    """Whether a field would change, or might, if it were not for what is not known."""
    return pl.col(f"{field.name}:kept")


def loses_rest(field: Field) -> pl.Expr:
    """Whether the second property of a field is made empty."""
    return pl.col(f"{field.name}:loses_rest")


def unsure(field: Field) -> str:
    """The name of the column that says whether a field is uncertain; only there where some contact's may be."""
    return f"{field.name}:unsure"


def unread(field: Field) -> str:
    """The same for what a record decides that was not read: for a greatest value that depends on values that are null if not sent."""
    return f"{field.name}:unread"


def old_text(written: Written, field: Field) -> pl.Expr:
    """What HubSpot holds in a field, as text."""
    by_log = _BY_LOG & ~written.is_stale(field)
    return pl.when(by_log).then(field.text(state_value(field))).otherwise(f"portal:{field.name}_old")


def new_text(field: Field) -> pl.Expr:
    """What HubSpot is to hold in a field, as text; null: nothing."""
    return field.text(pl.col(field.name))

"""All fields of a contact, decided: each by its own rule, and groups together.

Keep out: the rules (``winners``, ``groups``).
"""

import polars as pl

from hubsync_assets.contacts.groups import win_together
from hubsync_assets.contacts.winners import Won, win
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["decide"]


def decide(model: ContactModel, several: pl.DataFrame, contacts: int) -> dict[str, Won]:
    """What the candidates amount to, field by field.

    Args:
        model: what a contact is.
        several: candidates as of ``in_order``.
        contacts: how many contacts they are of.
    """
    won = {field.name: win(model, several, field, contacts) for field in model.alone}
    for group in model.groups:
        won.update(win_together(model, several, group, contacts))
    return won

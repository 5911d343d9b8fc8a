"""Golden records side by side with what is known of them.

Put here: joins that keep the order and the number of contacts. Keep out: what follows from what is known (``comparison``).
"""

import polars as pl

from hubsync_assets.contacts.errors import repeated_emails

__all__ = ["KEY", "joined", "without"]

KEY = "email"
"""What every table calls the key of a contact."""


def joined(contacts: pl.DataFrame, known: pl.DataFrame, what: str) -> pl.DataFrame:
    """Contacts with the columns of ``known`` as ``<what>:<column>``, and ``<what>`` (Boolean): whether it has the contact.

    Raises:
        ContactsError: ``known`` has two rows of a contact.
    """
    if known.is_empty():
        nothing = [
            pl.lit(None, dtype=dtype).alias(f"{what}:{name}") for name, dtype in known.schema.items() if name != KEY
        ]
        return contacts.with_columns(*nothing, pl.lit(value=False).alias(what))
    renamed = known.rename(lambda name: name if name == KEY else f"{what}:{name}").with_columns(
        pl.lit(value=True).alias(what)
    )
    both = contacts.join(renamed, on=KEY, how="left", maintain_order="left")
    if both.height != contacts.height:
        raise repeated_emails(what)
    return both.with_columns(pl.col(what).fill_null(value=False))


def without(contacts: pl.DataFrame, emails: pl.DataFrame) -> pl.DataFrame:
    """The contacts whose ``email`` is not in ``emails``."""
    # A join copies every column, and nearly always there is nothing to take away.
    return contacts if emails.is_empty() else contacts.join(emails, on=KEY, how="anti", maintain_order="left")

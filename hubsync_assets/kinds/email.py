"""Kind email: a mailbox, in lower case. The key of a contact is one.

Keep out: which text is one (``email_text``).
"""

from typing import Annotated, Literal

import polars as pl

from hubsync_assets.kinds.email_text import read_emails
from hubsync_assets.kinds.field import KIND_KEY, Field
from hubsync_assets.kinds.reading import Conventions

__all__ = ["Email"]


class Email(Field):
    """An email address that can be synced."""

    kind: Annotated[Literal["email"], KIND_KEY] = "email"

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return "not an email that can be synced"

    def _read(self, given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series | None]:
        email, fits = read_emails(given, how)
        bad = email.is_not_null() & ~fits
        if bad.any():
            email = email.scatter(bad.arg_true(), None)
        return email, bad

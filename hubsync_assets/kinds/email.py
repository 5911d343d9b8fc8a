"""Kind email: a mailbox, in lower case. The key of a contact is one.

Keep out: which text is one (``email_text``).
"""

from typing import Annotated, Literal

import polars as pl

from hubsync_assets.kinds.cleaning import clean_text, null_words
from hubsync_assets.kinds.email_text import read_emails
from hubsync_assets.kinds.field import KIND_KEY, Field
from hubsync_assets.kinds.reading import Conventions, Read

__all__ = ["Email"]


class Email(Field):
    """An email address that can be synced."""

    kind: Annotated[Literal["email"], KIND_KEY] = "email"

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return "not an email that can be synced"

    def read(self, given: pl.Series, how: Conventions) -> Read:
        """A word that says that nobody knows is no email, and no wrong one."""
        email, fits = read_emails(given, how)
        bad = email.is_not_null() & ~fits
        gone = (email.is_null() & given.is_not_null()).arg_true()
        if bad.any():
            email = email.scatter(bad.arg_true(), None)
        return Read(email, bad, gone.gather(null_words(clean_text(given.gather(gone), email=True), how)[1]))

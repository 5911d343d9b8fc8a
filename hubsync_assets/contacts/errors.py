"""The errors of this room. All of them are faults of the caller, so all of them are permanent.

Put here: one function for each fault. Keep out: what is wrong with a contact's data, which is a row in a table and no error.
"""

from collections.abc import Iterable

from hubsync_assets.errors import PermanentError

__all__ = ["ContactsError", "filter_fails", "repeated_emails", "several_contacts", "wrong_columns"]


class ContactsError(PermanentError):
    """A frame or a setting that the contacts room can't work with."""


def wrong_columns(what: str, missing: Iterable[str], mistyped: Iterable[str]) -> ContactsError:
    """A frame without the columns or dtypes that were agreed on. Column names only, never values."""
    parts = [
        f"{title}: {', '.join(names)}" for title, names in (("missing", missing), ("other dtype", mistyped)) if names
    ]
    return ContactsError(
        f"{what} does not have the agreed columns ({'; '.join(parts)}): see hubsync_assets/model/schema.py"
    )


def repeated_emails(what: str) -> ContactsError:
    """A table that should have one row per contact, and has more."""
    return ContactsError(f"{what} holds an email twice, so a contact's old values are not known: rebuild that table")


def filter_fails(where: str) -> ContactsError:
    """A source's filter that stops at some record."""
    return ContactsError(
        f"a record has a text of which this cannot be asked: where: {where}; write try_cast in place of cast"
    )


def several_contacts(what: str) -> ContactsError:
    """Records of more than one contact, where those of one are asked for."""
    return ContactsError(f"{what} are of more than one contact: pass those of one email")

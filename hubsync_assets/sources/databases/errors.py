"""The errors of the databases room that it finds itself: what is wrong with a URL or a declaration, and what to do about it.

Put here: their words, without anything of a URL. Keep out: what drivers raise (``driver_errors``).
"""

import re
from collections.abc import Iterable

from hubsync_assets.errors import PermanentError

__all__ = [
    "cannot_be_address", "column_twice", "missing_columns", "no_driver", "no_order", "not_encrypted", "too_slow", "unknown_dialect",
    "unusable_option",
]  # fmt: skip

_MOST_NAMES = 40


def cannot_be_address(source: str) -> PermanentError:
    """What is no URL of a database; it may hold a password, so nothing of it is told."""
    return PermanentError(
        f"what {source} reads is not the URL of a database: write dialect://user:password@host:port/database, with @ : / # ? of the "
        "password as %40 %3A %2F %23 %3F"
    )


def unknown_dialect(source: str, dialect: str) -> PermanentError:
    """Nobody here speaks it."""
    return PermanentError(
        f"{source}: {_word(dialect)} is no database that can be read here: it is postgresql, mysql, mariadb, sqlite, or one that an installed "
        "package adds to SQLAlchemy"
    )


def no_driver(source: str, dialect: str, extra: str | None) -> PermanentError:
    """Its driver is not installed."""
    what = (
        f"pip install 'hubsync_assets[{extra}]'" if extra else "install the package that its SQLAlchemy dialect needs"
    )
    return PermanentError(f"{source}: the driver for {_word(dialect)} is not installed: {what}")


def not_encrypted(source: str) -> PermanentError:
    """The URL asks for less than encryption, and the host is not this machine."""
    return PermanentError(
        f"{source}: its URL lets passwords and contacts cross the network in plain text: take that out, or declare allow_plain: true"
    )


def unusable_option(source: str) -> PermanentError:
    """What stands behind the ? of its URL is nothing that the driver takes."""
    return PermanentError(
        f"{source}: the driver does not take an option behind the ? of its URL: correct its name or value, or take it out"
    )


def missing_columns(name: str, missing: Iterable[str], there: Iterable[str]) -> PermanentError:
    """Columns that are declared are not there."""
    absent = sorted(set(missing))
    words = "is no column" if len(absent) == 1 else "are no columns"
    return PermanentError(f"{name}: {', '.join(absent)} {words} there: it has {_listed(there)}")


def column_twice(name: str, column: str) -> PermanentError:
    """A query that has two columns of one name."""
    return PermanentError(f"{name}: two columns are called {column}: give one of them another name, with AS")


def no_order(name: str, column: str) -> PermanentError:
    """The id is empty in some row, so nobody knows where it belongs."""
    return PermanentError(f"{name}: {column} is empty in some rows, so it names no row: declare a unique column as id")


def too_slow(seconds: float) -> str:
    """Words for a stream that was ended."""
    return f"it took longer than {seconds:.0f} s (time_limit)"


def _listed(names: Iterable[str]) -> str:
    all_names = list(names)
    more = f" and {len(all_names) - _MOST_NAMES} more" if len(all_names) > _MOST_NAMES else ""
    return ", ".join(all_names[:_MOST_NAMES]) + more


def _word(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9+_.-]{1,40}", text) else "this"

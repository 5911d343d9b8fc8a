"""What drivers raise, in our own words: what they say is never repeated, for it may quote a password, a query or a value.

Put here: which error means what, by SQLSTATE or number, and what to do about it. Keep out: catching.
"""

import sqlalchemy as sa

from hubsync_assets.errors import HubsyncError, PermanentError, TransientError

__all__ = ["explained", "in_short"]

_LOGIN = "the login was refused: check user and password"
_NO_DATABASE = "there is no such database: check its name in the URL"
_NO_TABLE = "there is no such table"
_NO_COLUMN = "the query names a column that is not there"
_NOT_ALLOWED = "the user may not read it: grant SELECT"
_NO_SQL = "this is not valid SQL for it: run the query there by hand"
_BUSY = "it takes no more connections now: try again later, or raise its limit"
_STARTING = "it is starting or stopping: try again later"
_OPTION = "an option of its URL is not taken: correct it, or take it out"
_OTHER = "the driver refuses it: check the URL and run the query there by hand"
_GONE = "the connection broke off"
_TOO_LONG = "a statement took longer than it may"

_STATES = {
    "28": (PermanentError, _LOGIN),
    "3D": (PermanentError, _NO_DATABASE),
    "42P01": (PermanentError, _NO_TABLE),
    "42703": (PermanentError, _NO_COLUMN),
    "42501": (PermanentError, _NOT_ALLOWED),
    "42": (PermanentError, _NO_SQL),
    "53": (TransientError, _BUSY),
    "57014": (TransientError, _TOO_LONG),
    "57": (TransientError, _STARTING),
    "08": (TransientError, _GONE),
    "25P03": (TransientError, _GONE),
    "22": (PermanentError, "the query meets a value that it cannot compute with: run the query there by hand"),
    "25006": (PermanentError, "the query would write, and a source is only read: use a SELECT"),
}
"""By SQLSTATE, or the class that it begins with. https://www.postgresql.org/docs/current/errcodes-appendix.html"""

_NUMBERS = {
    1040: (TransientError, _BUSY),
    1044: (
        PermanentError,
        "the user may not use this database, or there is none of that name: check it, or grant SELECT",
    ),
    1045: (PermanentError, _LOGIN),
    1698: (PermanentError, _LOGIN),
    1049: (PermanentError, _NO_DATABASE),
    1053: (TransientError, _STARTING),
    1054: (PermanentError, _NO_COLUMN),
    1060: (PermanentError, "the query has two columns of one name: give one of them another, with AS"),
    1064: (PermanentError, _NO_SQL),
    1142: (PermanentError, _NOT_ALLOWED),
    1143: (PermanentError, _NOT_ALLOWED),
    1146: (PermanentError, _NO_TABLE),
    1227: (PermanentError, _NOT_ALLOWED),
    1792: (PermanentError, "the query would write, and a source is only read: use a SELECT"),
    1969: (TransientError, _TOO_LONG),
    3024: (TransientError, _TOO_LONG),
    2002: (TransientError, "nothing answers at this address: check host and port, and that it is up"),
    2003: (TransientError, "nothing answers at this address: check host and port, and that it is up"),
    2006: (TransientError, _GONE),
    2013: (TransientError, _GONE),
    2026: (
        PermanentError,
        "it does not encrypt the connection as is asked for: set up TLS there, or declare allow_plain: true",
    ),
}
"""By MySQL's and MariaDB's error number. https://mariadb.com/kb/en/mariadb-error-codes/"""

_SQLITE = (
    ("no such table", PermanentError, _NO_TABLE),
    ("no such column", PermanentError, _NO_COLUMN),
    ("unable to open", PermanentError, "there is no such file, or it may not be read"),
    ("not a database", PermanentError, "this file is no SQLite database"),
    ("malformed", PermanentError, "the file is damaged: restore it from a backup"),
    ("readonly", PermanentError, "the query would write, and a source is only read: use a SELECT"),
    ("read-only", PermanentError, "the query would write, and a source is only read: use a SELECT"),
    ("locked", TransientError, "another program is writing it: try again later"),
    ("interrupted", TransientError, _TOO_LONG),
    ("syntax error", PermanentError, _NO_SQL),
    ("incomplete input", PermanentError, _NO_SQL),
    ("unrecognized token", PermanentError, _NO_SQL),
    ("no such function", PermanentError, _NO_SQL),
    ("disk i/o", PermanentError, "this is no file that can be read, or its disk fails"),
)
"""By words of SQLite's own messages."""

_LIBPQ = (
    ("server does not support ssl", *_NUMBERS[2026]),
    (
        "certificate",
        PermanentError,
        "its TLS certificate is not trusted here: check the address or install the authority",
    ),
    ("password authentication failed", PermanentError, _LOGIN),
    ("no password supplied", PermanentError, _LOGIN),
    ("no pg_hba.conf entry", PermanentError, _LOGIN),
    ("role ", PermanentError, _LOGIN),
    ("does not exist", PermanentError, _NO_DATABASE),
    ("too many clients", TransientError, _BUSY),
    ("connection slots", TransientError, _BUSY),
    ("starting up", TransientError, _STARTING),
    ("shutting down", TransientError, _STARTING),
    ("not yet accepting", TransientError, _STARTING),
    ("recovery mode", TransientError, _STARTING),
    ("invalid response", TransientError, "what answers there is no PostgreSQL: check the port"),
    ("invalid ", PermanentError, _OPTION),
    ("bad value", PermanentError, _OPTION),
)
"""By words of the client library of PostgreSQL."""

_UNREACHED = "nothing answers at this address, or not in time: check host and port, and that it is up"


def explained(name: str, error: Exception, *, late: str | None = None) -> HubsyncError:
    """A driver's error in our own words.

    Args:
        name: Of the database and what is read there, without secrets.
        error: From SQLAlchemy or a driver.
        late: That the time was up, if that is why.
    """
    family, words = (TransientError, late) if late else _meaning(error)
    return family(f"{name}: {words}{_code(error)}")


def in_short(error: Exception) -> str:
    """What broke a stream off, for a message about its rows."""
    return f"{_meaning(error)[1]}{_code(error)}"


def _meaning(error: Exception) -> tuple[type[HubsyncError], str]:
    """Which family, and in which words."""
    original = _original(error)
    text = str(original).lower()
    found = _by_code(original) or _by_words(original, text)
    if found is not None:
        return found
    if isinstance(original, OSError) or _is_operational(error):
        return TransientError, _UNREACHED if _is_connecting(text) else _GONE
    return PermanentError, _OTHER


def _by_code(original: BaseException) -> tuple[type[HubsyncError], str] | None:
    # A number says more than MySQL's states do, where no table and no column are one class with bad SQL.
    state = _state(original) or ""
    return _NUMBERS.get(_number(original) or 0) or _STATES.get(state) or _STATES.get(state[:2])


def _by_words(original: BaseException, text: str) -> tuple[type[HubsyncError], str] | None:
    """Where there is no code: SQLite has none before Python 3.11, and libpq none for a connection that did not come about."""
    words = _SQLITE if type(original).__module__.startswith("sqlite3") else () if _state(original) else _LIBPQ
    return next(((family, meaning) for word, family, meaning in words if word in text), None)


def _is_connecting(text: str) -> bool:
    return any(
        words in text
        for words in (
            "refused",
            "resolve",
            "timeout",
            "timed out",
            "connection failed",
            "could not connect",
            "no such file",
        )
    )


def _is_operational(error: Exception) -> bool:
    return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) or type(error).__name__ in {
        "OperationalError",
        "InterfaceError",
    }


def _original(error: Exception) -> BaseException:
    original = error.orig if isinstance(error, sa.exc.DBAPIError) else None
    return error if original is None else original


def _state(original: BaseException) -> str | None:
    state = getattr(original, "sqlstate", None)
    return state if isinstance(state, str) else None


def _number(original: BaseException) -> int | None:
    first = original.args[0] if original.args else None
    return first if isinstance(first, int) else None


def _code(error: Exception) -> str:
    """The class of the error, and its code where it has one: enough to look it up."""
    original = _original(error)
    code = _number(original) or _state(original)
    return f" ({type(original).__name__}{'' if code is None else f' {code}'})"

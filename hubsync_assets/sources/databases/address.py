"""The URL of a database: which dialect and driver, whether it leaves this machine, and how people may see it.

Put here: what the text of a URL says. Keep out: connecting (``session``), and what a dialect needs (``dialects``).
"""

import importlib.util
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import URL

from hubsync_assets.sources.databases import errors

__all__ = ["DatabaseAddress", "is_database_url"]

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+_.-]*):(?://|$)")
_NO_DATABASES = {"http", "https", "file", "s3", "gs", "az", "abfs", "ftp", "sftp", "env"}
_OLD_NAMES = {"postgres": "postgresql"}
_LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|::1|\[::1\]", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9_.-]+|[0-9A-Fa-f:.]*")
_DATABASE = re.compile(r"[^@:/?#]*")
_ELSEWHERE = {"service", "servicefile", "read_default_file", "read_default_group"}
"""Options that name a file which may name a host."""

_EXTRAS = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql"}


def is_database_url(setting: str) -> bool:
    """Whether a setting begins as the URL of a database does, and not as that of a file."""
    scheme = _SCHEME.match(setting.strip())
    return scheme is not None and scheme[1].lower() not in _NO_DATABASES


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where a database is.

    Attributes:
        source: Name of the source that reads it, for errors.
        url: With its password: never print it.
        dialect: ``postgresql``, ``mysql`` (MariaDB, too), ``sqlite``, or another name of SQLAlchemy's.
        driver: The module that connects.
        allow_plain: The connection may be unencrypted though it leaves this machine.
    """

    source: str
    url: URL = field(repr=False)
    dialect: str
    driver: str
    allow_plain: bool = False

    @classmethod
    def of(cls, source: str, setting: str, *, allow_plain: bool = False) -> "DatabaseAddress":
        """Take a URL apart.

        Args:
            source: Name of the source.
            setting: The URL.
            allow_plain: See the class.

        Raises:
            PermanentError: It is no URL, nobody here speaks its dialect, or the driver is not installed. Nothing of it is repeated.
        """
        try:
            url = sa.make_url(setting.strip())
        except (sa.exc.ArgumentError, ValueError):
            raise errors.cannot_be_address(source) from None
        if not _is_told_apart(url, setting):
            raise errors.cannot_be_address(source)
        name, _, driver = url.drivername.lower().partition("+")
        name = _OLD_NAMES.get(name, name)
        if name in {"mysql", "mariadb"}:
            driver, name = driver or _mysql_driver(), "mysql"
        elif name == "postgresql":
            driver = driver or "psycopg"
        url = url.set(drivername=f"{name}+{driver}" if driver else name)
        try:
            dialect = url.get_dialect()
        except (sa.exc.NoSuchModuleError, sa.exc.ArgumentError):
            raise errors.unknown_dialect(source, name) from None
        except ImportError:
            raise errors.no_driver(source, name, _EXTRAS.get(name)) from None
        try:
            dialect.import_dbapi()
        except ImportError:
            raise errors.no_driver(source, name, _EXTRAS.get(name)) from None
        return cls(source, url, name, driver or dialect.driver, allow_plain)

    @property
    def name(self) -> str:
        """As people may see it: dialect, host, port and database; no user, password or query."""
        host = self.url.host or ""
        host = f"[{host}]" if ":" in host else host
        port = f":{self.url.port}" if self.url.port else ""
        return f"{self.dialect}://{host}{port}/{self.url.database or ''}"

    @property
    def is_here(self) -> bool:
        """Whether nothing leaves this machine: a file, a socket, or a loopback address."""
        if _ELSEWHERE & self.url.query.keys() or (self.dialect == "postgresql" and os.environ.get("PGSERVICE")):
            return False
        return all(_is_this_machine(host) for host in self._hosts())

    def _hosts(self) -> Iterator[str]:
        """Every host that is named: an option wins over what stands before it, and where neither is there, libpq takes a variable."""
        named = [self.url.host or ""]
        for option in ("host", "hostaddr"):
            given = self.url.query.get(option, ())
            named += [given] if isinstance(given, str) else given
        if self.dialect == "postgresql":
            named += [os.environ.get("PGHOSTADDR", ""), "" if any(named) else os.environ.get("PGHOST", "")]
        return filter(None, named)


def _is_this_machine(host: str) -> bool:
    return (host.startswith("/") and "," not in host) or _LOOPBACK.fullmatch(host) is not None


def _is_told_apart(url: URL, setting: str) -> bool:
    """Whether host and database are such: with an @ or / in it that is not written as %40 or %2F, a part of the password is taken for them."""
    if url.drivername.partition("+")[0].lower() == "sqlite":
        return url.password is None and not url.host
    if setting.count("@") > 1:
        return False
    return _HOST.fullmatch(url.host or "") is not None and _DATABASE.fullmatch(url.database or "") is not None


def _mysql_driver() -> str:
    """mysqlclient, which is written in C, where it is installed; else PyMySQL."""
    return "mysqldb" if importlib.util.find_spec("MySQLdb") is not None else "pymysql"

"""What every database server of the tests is: a URL for who may only read, an engine to fill it, and a life that can be ended and begun again.

Keep out: servers that are processes (daemon.py), how a particular one is made (postgresql.py, mariadb.py, sqlite.py), who gets one (fixtures.py).
"""

import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

import sqlalchemy as sa

SECRET = "s3cr3t-PASSWORD-xyzzy"  # nothing that the project writes or says may have it; it looks the same in a URL, so one search finds both forms
PASSWORD = SECRET + "@/:%"  # with what has to be quoted in a URL
READER = "reader"
DATABASE = "contacts"


class Server(ABC):
    """A database of its own, in a temporary folder; `with` stops it and takes the folder away."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix=f"hubsync-{self.name}-", ignore_cleanup_errors=True)
        self.folder = Path(self._temporary.name)
        self.folder.chmod(0o755)  # a server that does not run as root is another user

    @property
    @abstractmethod
    def url(self) -> str:
        """For the reader: over TCP with a password, and with nothing allowed but SELECT."""

    @property
    def setting(self) -> str:
        """The URL as a person writes it into a variable: without a driver."""
        return self.url.replace("+pymysql", "").replace("+psycopg", "")

    @abstractmethod
    def engine(self) -> sa.Engine:
        """For who may do everything; it keeps no connection, so it needs no dispose and survives a kill."""

    @abstractmethod
    def kill(self) -> None:
        """As the kernel does when memory runs out: no goodbye to anybody."""

    @abstractmethod
    def restart(self) -> None:
        """Under the same URL, with what it held; one that runs is killed first."""

    @abstractmethod
    def stop(self) -> None:
        """Orderly."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._temporary.cleanup()

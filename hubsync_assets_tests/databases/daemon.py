"""A database server that is a process: started, waited for, killed with its children, and started again on the same port.

Keep out: how a particular server is made (postgresql.py, mariadb.py).
"""

import random
import socket
import subprocess
import time
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import psutil
import sqlalchemy as sa

from hubsync_assets_tests.databases.server import Server

STARTS = 4
READY_SECONDS = 45.0
END_SECONDS = 20.0

PORTS = (20_000, 32_000)
"""Below those that outgoing connections are given, so that a killed server finds its port still free."""


class ServerDidNotStartError(Exception):
    """It is there and was tried several times."""


class Daemon(Server):
    """One that is a process."""

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        self.system_user: str | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self.folder / "server.log"

    @abstractmethod
    def command(self) -> Sequence[str]:
        """What runs it in the foreground."""

    @abstractmethod
    def prepare(self) -> None:
        """Makes the data folder, once."""

    def begin(self) -> Self:
        """The first start, which may take another port: somebody may have been faster."""
        try:
            self.prepare()
            self._start(move=True)
        except BaseException as error:
            if isinstance(error, subprocess.SubprocessError):
                error.add_note(self._last_words())  # the folder with the log goes
            self.kill()
            self._temporary.cleanup()
            raise
        return self

    def kill(self) -> None:
        if self._process is None:
            return
        children = _children(self._process.pid)
        for victim in (self._process, *children):
            try:
                victim.kill()
            except psutil.NoSuchProcess:
                continue  # it went with its parent
        self._process.wait(END_SECONDS)
        _wait_for_the_end(children)
        self._process = None

    def restart(self) -> None:
        self.kill()
        self._start(move=False)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(self.stop_signal())
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    @property
    @abstractmethod
    def socket_path(self) -> Path:
        """Where it also listens, when it does."""

    @abstractmethod
    def stop_signal(self) -> int:
        """The one at which it does not wait for its clients."""

    def _start(self, *, move: bool) -> None:
        for _ in range(STARTS):
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    self.command(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.folder,
                    user=self.system_user,
                    start_new_session=True,  # Ctrl-C is for pytest, which then stops it
                )
            if self._gets_ready(self._process):
                return
            self.kill()
            if move:
                self.port = free_port()
        raise ServerDidNotStartError(f"{self.name} did not start in {STARTS} tries:\n{self._last_words()}")

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace")[-4000:] if self._log.exists() else "it wrote no log"

    def _gets_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether it answers in time; one that ended is not waited for."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and process.poll() is None:
            if self._listens() and self._answers():
                return True
            time.sleep(0.05)
        return False

    def _listens(self) -> bool:
        """Asked first, because PyMySQL forgets to close a socket that it could not connect."""
        with socket.socket(socket.AF_UNIX) as tried:
            return tried.connect_ex(str(self.socket_path)) == 0

    def _answers(self) -> bool:
        try:
            with self.engine().connect() as connection:
                connection.execute(sa.text("SELECT 1"))
        except sa.exc.OperationalError:
            return False
        return True


def free_port() -> int:
    """A TCP port of 127.0.0.1 on which nobody listens now."""
    for _ in range(100):
        port = random.SystemRandom().randrange(*PORTS)  # tests may have seeded the common generator, each process alike
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServerDidNotStartError("no free port found")


def _children(pid: int) -> list[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _wait_for_the_end(processes: list[psutil.Process]) -> None:
    """A zombie has ended: it only waits for process 1, which in a container may take seconds."""
    until = time.monotonic() + END_SECONDS
    while time.monotonic() < until and any(_runs(process) for process in processes):
        time.sleep(0.01)


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False

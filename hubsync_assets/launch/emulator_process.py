"""The emulator as a process of its own, started for a while.

One that already answers on the port (``make dev`` in another terminal) is used as it is. Keep out: what it does; the project knows
the emulator only by its command line and its port.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import requests

from hubsync_assets.errors import PermanentError

__all__ = ["emulator_port", "is_taken", "running_emulator"]

READY_SECONDS = 30.0
STOP_SECONDS = 10.0


@contextmanager
def running_emulator(port: int, database: Path) -> Iterator[str]:
    """A running emulator, until the ``with`` block ends.

    Args:
        port: The loopback port.
        database: Its SQLite file; created when missing.

    Yields:
        Its base URL.

    Raises:
        PermanentError: Another program has the port, or the emulator does not start.
    """
    url = f"http://127.0.0.1:{port}"
    if is_taken(port):
        if not _is_emulator(url):
            msg = f"port {port} is taken by another program: stop it, or set HUBSPOT_BASE_URL=http://127.0.0.1:<another port>"
            raise PermanentError(msg)
        yield url
        return
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [sys.executable, "-m", "hubsync_assets.emulator", "--port", str(port), "--db", str(database)]
    with (database.parent / "emulator.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - our own module
    try:
        _wait_until_ready(process, url, Path(log.name))
        yield url
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def emulator_port(base_url: str) -> int:
    """The port that HUBSPOT_BASE_URL names for the emulator.

    Raises:
        PermanentError: It names none.
    """
    try:
        port = urlsplit(base_url).port
    except ValueError:
        port = None
    if port is None:
        msg = "HUBSPOT_BASE_URL names no port: write http://127.0.0.1:<port>, or leave it out"
        raise PermanentError(msg)
    return port


def is_taken(port: int) -> bool:
    """Whether something listens on a loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_emulator(url: str) -> bool:
    try:
        return requests.get(f"{url}/_emulator/state", timeout=3).ok
    except requests.RequestException:
        return False


def _wait_until_ready(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if _is_emulator(url):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    msg = f"the emulator did not start; see the end of {log}"
    raise PermanentError(msg)

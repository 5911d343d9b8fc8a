"""The emulator as a server: on a socket, in a thread of a test or in a process of its own.

Put here: binding, starting, stopping, resetting connections. Keep out: HTTP paths (``routes``, ``control``, ``page``).
"""

import socket
import struct
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from hubsync_assets.emulator.api.routes import api_routes
from hubsync_assets.emulator.client import EmulatorControl
from hubsync_assets.emulator.control import Control
from hubsync_assets.emulator.door import Door, is_loopback
from hubsync_assets.emulator.gate import Gate
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.switches import Switches
from hubsync_assets.emulator.web.page import page_routes

__all__ = ["HubSpotEmulator", "ServerError", "bind", "build_server"]

BACKLOG = 2048
STOP_SECONDS = 10


class ServerError(Exception):
    """The emulator can't listen; one line says why and what to do."""


def bind(host: str, port: int, *, allowed_hosts: Sequence[str] = ()) -> socket.socket:
    """A bound socket.

    Args:
        host: the address to listen on; one that others can reach needs ``allowed_hosts``.
        port: 0 takes a free one.
        allowed_hosts: the names under which clients beyond this machine call it.

    Raises:
        ServerError: the port is taken, the host is not this machine's, or nobody may call it there.
    """
    if not allowed_hosts and not is_loopback(host):
        raise ServerError(
            f"The emulator has no passwords, so it listens on this machine only, not on {host}: use --host 127.0.0.1, or "
            "give the name that others call it by with --allow-host NAME."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only a socket that says it is TCP is sent without delay by asyncio; else every answer waits 40 ms for an ACK.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as failure:
        bound.close()
        raise ServerError(
            f"Port {port} of {host} can't be used ({failure.strerror}): stop what uses it, or choose another with --port."
        ) from failure
    return bound


def build_server(portal: Portal, allowed_hosts: Sequence[str] = ()) -> uvicorn.Server:
    """A server that isn't started yet; it answers under loopback names and under ``allowed_hosts``."""

    def cut(client: tuple[str, int]) -> None:
        """Reset a client's connection: SO_LINGER 0 makes closing send RST instead of FIN."""
        for connection in list(server.server_state.connections):
            if isinstance(connection, H11Protocol) and connection.client == client:
                raw = connection.transport.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.transport.abort()

    routes = [*page_routes(), *Control(portal).routes(), *api_routes(Gate(portal, cut))]
    app = Door(Starlette(routes=routes), allowed_hosts)
    # asyncio and h11: with them a connection can be let go of with RST. 75 s keep-alive: clients' pools stay usable.
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            loop="asyncio",
            http=H11Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
        )
    )
    return server


class HubSpotEmulator(EmulatorControl):
    """A HubSpot portal in this process: ready when entered, gone when left.

    ``with HubSpotEmulator() as hubspot:`` listens on a free port and keeps everything in memory; ``db`` names a SQLite file.
    ``base_url`` and ``token`` are what a client needs; the methods are those of ``EmulatorControl``.
    """

    token = "emulator-token"  # noqa: S105  (any token is accepted unless a switch names one)

    def __init__(
        self, *, port: int = 0, db: Path | str | None = None, tier: str = "free", switches: Switches | None = None
    ) -> None:
        self._port = port
        self._db = None if db is None else Path(db)
        self._tier = tier
        self._switches = switches or Switches()
        super().__init__("")

    def __enter__(self) -> Self:
        bound = bind("127.0.0.1", self._port)
        try:
            self._portal = Portal.open(self._db, switches=self._switches, tier=self._tier)
        except BaseException:
            bound.close()
            raise
        bound.listen(BACKLOG)
        self.base_url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        self._socket = bound
        self._server = build_server(self._portal)
        self._thread = threading.Thread(target=self._server.run, args=([bound],), name="hubspot-emulator", daemon=True)
        self._thread.start()
        self.state()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        self._socket.close()
        if self._thread.is_alive():
            raise ServerError(f"The emulator did not stop in {STOP_SECONDS} s: a call is still being answered.")
        self._portal.close()

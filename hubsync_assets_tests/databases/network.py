"""A network between a test and its server: it counts, it can be cut without either side being told, and it can be cut after so many bytes.

Keep out: what a reader has to make of it.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa

__all__ = ["Network", "network"]

PIECE = 4096


class Network:
    """Passes on what comes to its port."""

    def __init__(self, port: int, most: int | None) -> None:
        """Listen.

        Args:
            port: Of the server.
            most: Bytes of the server's that come through, of each connection; the rest is held back.
        """
        self.passed = 0
        self._port = port
        self._most = most
        self._is_whole = threading.Event()
        self._is_whole.set()
        self._ends = False
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, setting: str) -> str:
        """A server's URL through it."""
        return sa.make_url(setting).set(port=self.port).render_as_string(hide_password=False)

    def cut(self) -> None:
        """Nothing comes through any more, and nobody is told."""
        self._is_whole.clear()

    def close(self) -> None:
        self._ends = True
        self._is_whole.set()
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while not self._ends:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            self._open += [client, server]
            threading.Thread(target=self._pass_on, args=(client, server, None), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(server, client, self._most), daemon=True).start()

    def _pass_on(self, sender: socket.socket, receiver: socket.socket, left: int | None) -> None:
        with suppress(OSError):
            while data := sender.recv(PIECE):
                self._is_whole.wait()
                if left is not None:
                    data = data[:left]
                    left -= len(data)
                receiver.sendall(data)
                if receiver in self._open[::2]:
                    self.passed += len(data)
                if left == 0:
                    return  # both stay open
            receiver.shutdown(socket.SHUT_WR)


@contextmanager
def network(server_url: str, most: int | None = None) -> Iterator[Network]:
    """One to the server of this URL."""
    port = sa.make_url(server_url).port
    assert port is not None
    made = Network(port, most)
    try:
        yield made
    finally:
        made.close()

"""A proxy before the emulator that changes what HubSpot answers to writes, for answers that the emulator never gives.

Put here: passing calls on. Keep out: what is changed, which the tests say.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

__all__ = ["hostile_proxy"]

PASSED_ON = ("Authorization", "Content-Type")
OWN = {"content-length", "content-encoding", "transfer-encoding", "connection", "date", "server"}


@contextmanager
def hostile_proxy(base_url: str, change: Callable[[dict[str, Any]], None]) -> Iterator[str]:
    """The URL of a portal that is the one at ``base_url``, but that each answer to a batch upsert goes through ``change``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
            answer = requests.request(self.command, base_url + self.path, data=sent, headers=headers, timeout=30)
            body = answer.content
            if self.path.endswith("/batch/upsert"):
                changed = answer.json()
                change(changed)
                body = json.dumps(changed).encode()
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in OWN:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)

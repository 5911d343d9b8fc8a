"""A web server on a free port that answers from a script: one answer for each request, the last one for ever."""

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """``body`` is what is sent; ``announced`` overrides the Content-Length; ``hang`` waits instead of answering."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = None
    hang: bool = False


@dataclass
class Site:
    url: str
    answers: list[Answer]
    requests: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    choose: Callable[[dict[str, str]], Answer] | None = None


@contextmanager
def site(
    *answers: Answer,
    choose: Callable[[dict[str, str]], Answer] | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Site]:
    made = Site("", list(answers), choose=choose)
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = dict(self.headers.items())
            made.requests.append(headers)
            made.paths.append(self.path)
            if made.choose:
                answer = made.choose(headers)
            else:
                answer = made.answers[min(len(made.requests), len(made.answers)) - 1]
            if answer.hang:
                done.wait(30)
                return
            self.send_response(answer.status)
            for key, value in answer.headers.items():
                self.send_header(key, value)
            length = len(answer.body) if answer.announced is None else answer.announced
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Tests read ``requests`` instead."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that goes away is part of the test."""

    socketserver.TCPServer.allow_reuse_address = True
    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    made.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    try:
        yield made
    finally:
        done.set()
        server.shutdown()
        server.server_close()
        thread.join()

"""A portal whose next answers a test writes down, for the shapes that a real one seldom shows. On a real socket, port 0.

Unscripted calls are served: batch upsert and read by email, and batch update by id, of a dict of contacts. The emulator is for everything it can do itself.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

__all__ = ["UPDATE", "UPSERT", "Reply", "ScriptedPortal", "error_for", "partial", "refusal", "scripted_portal"]

UPSERT = "/batch/upsert"
UPDATE = "/batch/update"
UNLIMITED = {"X-HubSpot-RateLimit-Max": "2000", "X-HubSpot-RateLimit-Interval-Milliseconds": "20"}


class Reply(NamedTuple):
    """An answer; status 0: the connection is reset instead. ``body``: JSON, or bytes as they are."""

    status: int
    body: Any = None
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed


Answerer = Callable[[dict[str, Any]], Reply]


def refusal(status: int, category: str = "VALIDATION_ERROR", message: str = "no", **extra: Any) -> Reply:
    return Reply(status, {"status": "error", "category": category, "message": message, "correlationId": "c-1", **extra})


class ScriptedPortal:
    """What the portal holds (``contacts``: email to properties and ``id``), was asked (``upserts``, ``updates``, ``reads``) and will answer."""

    def __init__(self) -> None:
        self.base_url = ""
        self.headers = UNLIMITED
        self.contacts: dict[str, dict[str, str]] = {}
        self.upserts: list[list[str]] = []
        self.updates: list[list[str]] = []
        self.reads: list[list[str]] = []
        self.tokens: set[str] = set()
        self.connections = 0
        self._scripts: dict[str, list[Reply | Answerer]] = {}
        self._always: dict[str, Answerer] = {}
        self._lock = threading.Lock()

    def script(self, path: str, *replies: Reply | Answerer) -> None:
        """Answer the next calls whose path ends so with these, in order."""
        self._scripts.setdefault(path, []).extend(replies)

    def always(self, path: str, answerer: Answerer) -> None:
        """Answer every call whose path ends so with this, after what is scripted."""
        self._always[path] = answerer

    def answer(self, path: str, body: dict[str, Any]) -> Reply:
        with self._lock:
            emails = [it["id"] for it in body.get("inputs", ())]
            if path.endswith("/upsert"):
                self.upserts.append(emails)
            elif path.endswith("/update"):
                self.updates.append(emails)
            elif path.endswith("/read"):
                self.reads.append(emails)
            for end, replies in self._scripts.items():
                if path.endswith(end) and replies:
                    reply = replies.pop(0)
                    return reply(body) if callable(reply) else reply
            for end, answerer in self._always.items():
                if path.endswith(end):
                    return answerer(body)
            serve = {"upsert": self.upsert, "update": self.update}.get(path.rpartition("/")[2], self.read)
            return serve(body)

    def upsert(self, body: dict[str, Any]) -> Reply:
        """Write all inputs; results in reverse order, as HubSpot does not keep it."""
        results = [self.written(it) for it in body["inputs"]]
        return Reply(200, {"status": "COMPLETE", "results": results[::-1]})

    def update(self, body: dict[str, Any]) -> Reply:
        """Write the inputs whose record there is; the others come in one error, without their trace ids."""
        known = {held["id"]: held for held in self.contacts.values()}
        for it in body["inputs"]:
            known.get(it["id"], {}).update(it["properties"])
        results = [{"id": it["id"], "properties": it["properties"]} for it in body["inputs"] if it["id"] in known]
        missing = [it["id"] for it in body["inputs"] if it["id"] not in known]
        errors = [{"category": "OBJECT_NOT_FOUND", "message": "gone", "context": {"ids": missing}}] if missing else []
        return Reply(207 if errors else 200, {"status": "COMPLETE", "results": results[::-1], "errors": errors})

    def written(self, item: dict[str, Any]) -> dict[str, Any]:
        """Write one input and give its result."""
        email = item["id"].lower()
        new = email not in self.contacts
        held = self.contacts.setdefault(email, {"id": str(1000 + len(self.contacts))})
        held.update({**item["properties"], "email": email})
        return {"id": held["id"], "new": new, "properties": {"email": email}}

    def read(self, body: dict[str, Any]) -> Reply:
        results = [
            {"id": held["id"], "properties": {key: value for key, value in held.items() if key != "id"}}
            for it in body["inputs"]
            if (held := self.contacts.get(it["id"].lower()))
        ]
        missing = [it["id"] for it in body["inputs"] if it["id"].lower() not in self.contacts]
        errors = [{"category": "OBJECT_NOT_FOUND", "message": "gone", "context": {"ids": missing}}] if missing else []
        return Reply(207 if errors else 200, {"status": "COMPLETE", "results": results, "errors": errors})


@contextmanager
def scripted_portal() -> Iterator[ScriptedPortal]:
    """A portal that listens until the block ends."""
    portal = ScriptedPortal()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            portal.connections += 1
            super().setup()

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            portal.tokens.add(self.headers.get("Authorization", ""))
            reply = portal.answer(self.path.partition("?")[0], json.loads(content) if content else {})
            if reply.status == 0:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            time.sleep(float(reply.headers.get("X-Test-Sleep", "0")))
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {**portal.headers, "Content-Length": str(len(body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    portal.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def partial(
    portal: ScriptedPortal, errors: list[dict[str, Any]], *, status: int = 207, but: tuple[int, ...] = ()
) -> Any:
    """Write all inputs but some, and answer with these errors."""

    def answer(body: dict[str, Any]) -> Reply:
        results = [portal.written(it) for place, it in enumerate(body["inputs"]) if place not in but]
        return Reply(status, {"status": "COMPLETE", "results": results, "errors": errors, "numErrors": len(errors)})

    return answer


def error_for(*traces: str, category: str = "VALIDATION_ERROR", message: str = "bad") -> dict[str, Any]:
    """An item of ``errors`` that names these inputs by their trace ids."""
    return {
        "status": "error",
        "category": category,
        "message": message,
        "context": {"objectWriteTraceId": list(traces)},
    }

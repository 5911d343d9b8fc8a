"""Whose calls come in: those that address this machine by a name of its own, and no page of another site.

A web site can let its own name lead to 127.0.0.1 (DNS rebinding), and then its page, in a browser on this machine, reads and
changes what listens here. The browser still says in ``Host`` which name it called, so that name is what is checked.

Put here: the checks of ``Host`` and ``Origin``, which come before every route. Keep out: tokens, which are HubSpot's matter
(``gate``), and how far the emulator listens (``server``).
"""

import ipaddress
import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Door", "host_name", "is_loopback"]

HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+?)\.?)(?::[0-9]*)?", re.IGNORECASE)


def host_name(host: str) -> str:
    """The name or address of a ``Host`` header.

    Args:
        host: ``name``, ``name:port``, ``127.0.0.1:port`` or ``[::1]:port``.

    Returns:
        It without port and brackets, in lower case; empty if it is none of these.
    """
    found = HOST.fullmatch(host)
    return (found[1] or found[2]).lower() if found else ""


def is_loopback(name: str) -> bool:
    """Whether a name or an address means this machine, wherever it is looked up: localhost, 127.0.0.0/8, ::1."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


class Door:
    """An ASGI application in front of another; it answers 403 with one line of text to a caller that may not come in.

    Args:
        app: what is behind it.
        allowed: names, as ``host_name`` gives them, under which this machine may be called besides the loopback ones.
    """

    def __init__(self, app: ASGIApp, allowed: Iterable[str] = ()) -> None:
        self._app = app
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one call in, or refuse it before its body is read."""
        refusal = self._refusal(Headers(scope=scope)) if scope["type"] == "http" else ""
        if refusal:
            await PlainTextResponse(refusal + "\n", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, headers: Headers) -> str:
        """Why a call is refused; empty: it is not."""
        host = headers.get("host", "")
        name = host_name(host)
        if not is_loopback(name) and name not in self._allowed:
            return (
                "The emulator does not answer under this host name: call it as 127.0.0.1 or localhost, or start it with "
                f"--allow-host {name or 'NAME'}."
            )
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() != host.lower():
            return "The emulator answers no page of another site."
        return ""

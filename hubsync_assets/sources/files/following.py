"""Whom requests of one export may go to, and what they carry: credentials go to the declared scheme, host and port, and nowhere else.

A link in an answer is as little trusted as a redirect: it never leads from https to http, nor from a public address to a private one. The
address that counts is the one that the socket is connected to (``session``). Keep out: making requests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from requests.utils import get_auth_from_url

__all__ = ["Following", "may_follow"]

_PORTS = {"http": 80, "https": 443}


@dataclass(slots=True)
class Following:
    """What all requests of one export have in common.

    Attributes:
        declared: The URL that is declared, with its secrets.
        headers: What is sent to its scheme, host and port alone.
        was_public: Some request was answered by a public address.
    """

    declared: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    was_public: bool = False

    def headers_for(self, url: str) -> dict[str, str]:
        """The headers that go there."""
        return dict(self.headers) if self.headers and self.is_declared(url) else {}

    def user_for(self, url: str) -> tuple[str, str] | None:
        """User and password of the declared URL, where they go there: the links of an answer leave them out."""
        user, password = get_auth_from_url(self.declared) if self.declared and self.is_declared(url) else ("", "")
        return (user, password) if user or password else None

    def is_declared(self, url: str) -> bool:
        """Whether it is the declared scheme, host and port."""
        return _origin(url) == _origin(self.declared)


def may_follow(from_url: str, to_url: str) -> bool:
    """Whether a link or redirect is http(s) and does not leave https.

    Example:
        >>> may_follow("https://example.com/a", "https://example.org/b"), may_follow("https://example.com/a", "http://example.com/b")
        (True, False)
    """
    there = urlsplit(to_url).scheme.lower()
    return there in _PORTS and not (urlsplit(from_url).scheme.lower() == "https" and there == "http")


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme.lower())
    except ValueError:
        return ("", url, None)
    return parts.scheme.lower(), (parts.hostname or "").lower(), port

"""One HTTP attempt: a request goes out, an ``Answer`` comes back, whatever happens on the way.

Put here: sockets, timeouts, the token. Keep out: pacing, retrying, and what an answer means. Every wait has a limit, also the
wait for a body that trickles; a redirect is not followed, so that the token goes nowhere else.
"""

import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import orjson
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.answers import Answer
from hubsync_assets.hubspot.errors import not_https

__all__ = ["REFUSED", "Timeouts", "Transport"]

REFUSED = "no connection"
"""The fault when nothing listens at the address: certain that nothing was done."""

LARGEST_BODY = 64 << 20
"""A batch of 100 contacts with every text at HubSpot's 65,536 characters stays below; bytes."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each wait of one request may take, in seconds: to connect, for the next bytes, for the whole answer."""

    connect: float = 5.0
    read: float = 60.0
    total: float = 120.0


class _Bearer(AuthBase):
    """Sets the token on each request, and keeps ``requests`` from putting a .netrc entry in its place."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request


class Transport:
    """A pool of connections to one host, for any number of threads."""

    def __init__(self, base_url: str, token: str, *, connections: int, timeouts: Timeouts | None = None,
                 clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        """Raise PermanentError for an address that would send the token in the clear, or a token that is none."""
        parts = urlsplit(base_url.rstrip("/"))
        host = parts.hostname or ""
        local = _is_local(host)
        if not host or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
            raise not_https(parts.scheme, host)
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise PermanentError(
                "HUBSPOT_ACCESS_TOKEN is missing, or has characters that no token has: copy it anew from HubSpot"
            )
        self._base = base_url.rstrip("/")
        self.address = f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
        self._timeouts = timeouts or Timeouts()
        self._clock = clock
        self._session = requests.Session()
        self._session.auth = _Bearer(token)
        # The emulator is never behind the company's proxy.
        self._session.trust_env = not local
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["Accept"] = "application/json"
        self._session.mount(self._base, HTTPAdapter(pool_connections=1, pool_maxsize=connections, max_retries=0))

    def send(self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None) -> Answer:
        """Send one request and wait for the whole answer. Nothing is raised for what the network or HubSpot does."""
        started = self._clock()
        data = None if body is None else orjson.dumps(body)
        try:
            with self._session.request(
                method, self._base + path, data=data, params=query, stream=True, allow_redirects=False,
                headers={"Content-Type": "application/json"} if data else None,
                timeout=(self._timeouts.connect, self._timeouts.read),
            ) as response:  # fmt: skip
                content = self._content(response, started + self._timeouts.total)
                headers = {name.lower(): value for name, value in response.headers.items()}
                status = response.status_code
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as fault:
            return self._fault(fault, started)
        return Answer(status, "", headers, _json_object(content), self._clock() - started)

    def close(self) -> None:
        """Close the idle connections."""
        self._session.close()

    def _content(self, response: requests.Response, deadline: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        while part := response.raw.read1(1 << 16, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > LARGEST_BODY:
                raise requests.exceptions.ContentDecodingError
            if self._clock() > deadline:
                raise requests.exceptions.ReadTimeout
        return b"".join(parts)

    def _fault(self, fault: Exception, started: float) -> Answer:
        """The exception as an answer: its text can hold addresses, so only its kind is kept."""
        exceptions = requests.exceptions
        kinds: tuple[tuple[tuple[type[Exception], ...], str, bool], ...] = (
            ((exceptions.SSLError,), *_tls(fault)),
            ((exceptions.ConnectTimeout, exceptions.ReadTimeout, urllib3.exceptions.TimeoutError), "timeout", True),
            ((exceptions.ProxyError,), "a proxy that does not answer", True),
            (
                (exceptions.InvalidURL, exceptions.InvalidSchema, exceptions.InvalidHeader),
                "an address that is none",
                False,
            ),
            ((exceptions.ConnectionError,), REFUSED if _never_connected(fault) else "connection lost", True),
            ((Exception,), "connection lost", True),
        )
        what, retryable = next((what, again) for types, what, again in kinds if isinstance(fault, types))
        return Answer(0, what, seconds=self._clock() - started, retryable=retryable)


def _tls(fault: Exception) -> tuple[str, bool]:
    """A certificate stays bad; any other failure of TLS may be a connection that broke off."""
    if "CERTIFICATE_VERIFY_FAILED" in str(fault):
        return "a TLS certificate that is not trusted", False
    return "a TLS failure", True


def _never_connected(fault: Exception) -> bool:
    """Whether the connection was not even made; ``requests`` hides that in the reason of its cause."""
    cause = fault.args[0] if fault.args else None
    return isinstance(getattr(cause, "reason", None), urllib3.exceptions.NewConnectionError)


def _is_local(host: str) -> bool:
    """Whether the host is this machine, by its name or a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _json_object(content: bytes) -> Mapping[str, object] | None:
    """The body as a JSON object; None for anything else (an HTML page of a proxy, half a document)."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None

"""One HTTP attempt: a request goes out, a ``Response`` comes back, whatever happens on the way.

Put here: connections, timeouts, the token. Keep out: pacing, retrying, and what an answer means. Every wait has a limit, also the
wait for a body that trickles; a redirect is not followed, so that the token goes nowhere else. Proxies and trusted certificates are read from
the environment by ``requests``; requests are not sent by it: its session and models cost twice as much time as the rest of a call.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode, urlsplit

import orjson
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import exceptions
from urllib3.connectionpool import HTTPConnectionPool

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.errors import not_https
from hubsync_assets.hubspot.paths import is_loopback
from hubsync_assets.hubspot.response import Response

__all__ = ["REFUSED", "Timeouts", "Transport", "pool_of"]

REFUSED = "no connection"
"""The fault when nothing listens at the address, so that certainly nothing was done."""

LARGEST_BODY = 64 << 20
"""A batch of 100 contacts with every text at HubSpot's 65,536 characters stays below; bytes."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each wait of one request may take, in seconds: to connect, for the next bytes, for the whole answer."""

    connect: float = 5.0
    read: float = 60.0
    total: float = 120.0


class Transport:
    """A pool of connections to one host, for any number of threads."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        connections: int,
        timeouts: Timeouts | None = None,
        clock: Callable[[], float] = time.monotonic,
        plain: bool = False,
    ) -> None:
        """Raise PermanentError for an address that would send the token unencrypted, or for text that cannot be a token."""
        base = base_url.rstrip("/")
        self._pool = pool_of(base, connections, plain=plain)
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise PermanentError(
                "HUBSPOT_ACCESS_TOKEN is missing or has characters that no token has: copy it from HubSpot again"
            )
        url = urlsplit(base)
        self.address = f"{url.scheme}://{url.hostname}" + (f":{url.port}" if url.port else "")
        self._path = url.path
        self._timeouts = timeouts or Timeouts()
        self._clock = clock
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "Authorization": f"Bearer {token}",
            "User-Agent": "hubsync_assets",
        }

    def __repr__(self) -> str:
        return f"Transport({self.address})"

    def send(self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None) -> Response:
        """Send one request and wait for the whole answer. No fault of the network or of HubSpot is raised."""
        deadline = self._clock() + self._timeouts.total
        data = None if body is None else orjson.dumps(body)
        url = self._path + path + (f"?{urlencode(query)}" if query else "")
        headers = self._headers | {"Content-Type": "application/json"} if data else self._headers
        timeout = urllib3.Timeout(connect=self._timeouts.connect, read=self._timeouts.read)
        try:
            response = self._pool.urlopen(
                method,
                url,
                body=data,
                headers=headers,
                timeout=timeout,
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
            )
            try:
                content = self._content(response, deadline)
            finally:
                # Closes a connection whose answer was not read to its end; any other is back in the pool by now.
                response.close()
                response.release_conn()
        except (exceptions.HTTPError, OSError) as fault:
            return _fault(fault)
        answered = {name.lower(): value for name, value in response.headers.items()}
        return Response(response.status, "", answered, _json_object(content))

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.close()

    def _content(self, response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
        blocks: list[bytes] = []
        size = 0
        while block := response.read1(1 << 16, decode_content=True):
            blocks.append(block)
            size += len(block)
            if size > LARGEST_BODY:
                raise exceptions.DecodeError
            if self._clock() > deadline:
                raise exceptions.TimeoutError
        return b"".join(blocks)


def _fault(fault: Exception) -> Response:
    """The exception as an answer. Its text can contain addresses, so only its kind is kept."""
    kinds: tuple[tuple[type[Exception], str, bool], ...] = (
        (exceptions.SSLError, *_tls(fault)),
        # Before the timeouts, of which urllib3 takes it for one.
        (exceptions.NewConnectionError, REFUSED, True),
        (exceptions.TimeoutError, "timeout", True),
        (exceptions.DecodeError, "an answer that is damaged or too large", True),
        (exceptions.ProxyError, "a proxy that does not answer", True),
        (exceptions.LocationValueError, "an address that is not valid", False),
        (Exception, "connection lost", True),
    )
    what, retryable = next((what, again) for kind, what, again in kinds if isinstance(fault, kind))
    return Response(0, what, retryable=retryable)


def _tls(fault: Exception) -> tuple[str, bool]:
    """A bad certificate stays bad; any other TLS failure may be a connection that broke off."""
    if "CERTIFICATE_VERIFY_FAILED" in str(fault):
        return "a TLS certificate that is not trusted", False
    return "a TLS failure", True


def _json_object(content: bytes) -> Mapping[str, object] | None:
    """The body as a JSON object; None for anything else (an HTML page of a proxy, half a document)."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def pool_of(base_url: str, connections: int, *, plain: bool = False) -> HTTPConnectionPool:
    """A pool that keeps so many connections; ``plain``: see ``Tuning``.

    Raises:
        PermanentError: The address would send a token unencrypted, or is not valid.
    """
    try:
        url = urlsplit(base_url)
        host = url.hostname or ""
        local = is_loopback(host)
        if not host or not (url.scheme == "https" or (url.scheme == "http" and (local or plain))):
            raise not_https(url.scheme, host)
        with requests.Session() as session:
            # The emulator is never behind the company's proxy.
            session.trust_env = not (local or plain)
            found = session.merge_environment_settings(base_url, {}, stream=True, verify=None, cert=None)
        trusted = found["verify"] if isinstance(found["verify"], str) else DEFAULT_CA_BUNDLE_PATH
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=connections, max_retries=0)
        request = requests.Request("GET", base_url).prepare()
        pool = adapter.get_connection_with_tls_context(request, trusted, proxies=found["proxies"])
    except (requests.RequestException, ValueError) as fault:
        msg = (
            f"HUBSPOT_BASE_URL, or the environment's proxy, is not a valid address ({type(fault).__name__}): correct it"
        )
        raise PermanentError(msg) from None
    return cast("HTTPConnectionPool", pool)

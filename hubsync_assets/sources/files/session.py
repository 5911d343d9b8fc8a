"""Requests over HTTP of which every connection is looked at before anything is sent: whom it leads to, and that it is watched.

Redirects are followed here, one by one. They never lead from a public to a private address, where a server of somebody else could have us
read what only we can reach (metadata of a cloud, a router), nor from https to http; credentials of a URL go to its own host alone. The
address that counts is the one that the socket is connected to: a name can mean another one a moment later. Behind a proxy nobody knows that
address, so only those that are written out are refused; the connections of a SOCKS proxy cannot even be watched, so there is none. Keep out:
what an answer means (``replies``), and trying again (``fetch``).
"""

import ipaddress
import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_auth_from_url
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from hubsync_assets.sources.files import refusals
from hubsync_assets.sources.files.following import Following

__all__ = ["Session", "is_private"]

MOST_REDIRECTS = 10
_MAPPED = tuple(
    (ipaddress.IPv6Network(net), bits) for net, bits in (("::ffff:0:0/96", 0), ("64:ff9b::/96", 0), ("2002::/16", 80))
)
"""Networks of IPv6 in whose addresses one of IPv4 stands, and how many bits stand behind it: mapped, NAT64, 6to4."""

Met = Callable[[socket.socket, bool], None]


def is_private(address: str) -> bool:
    """Whether an IP address is not one of the public internet: of this machine, a local network, a link, or reserved.

    Example:
        >>> [is_private(each) for each in ("127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "8.8.8.8")]
        [True, True, True, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        for network, bits in _MAPPED:
            if ip in network:
                ip = ipaddress.IPv4Address((int(ip) >> bits) & 0xFFFFFFFF)
                break
    return not ip.is_global or ip.is_multicast


class Session(requests.Session):
    """For one download. See the module."""

    def __init__(
        self,
        name: str,
        take: Callable[[socket.socket], None],
        private: Callable[[str], bool] = is_private,
        following: Following | None = None,
    ) -> None:
        """Make one.

        Args:
            name: What is downloaded, for errors.
            take: Gets every connected socket, before anything is sent.
            private: Says of an address whether it is a private one.
            following: Of the whole export, where this is one of its requests.
        """
        super().__init__()
        self._following = following or Following()
        self._name = name
        self._take = take
        self._private = private
        self._behind_proxy = False
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(name, self._met))

    def ask(self, url: str, headers: Mapping[str, str], timeout: tuple[float, float]) -> requests.Response:
        """The answer that redirects end at, with its body not yet read.

        Raises:
            PermanentError: A redirect that is not followed, or too many; a SOCKS proxy.
            requests.RequestException: No answer.
        """
        auth = None
        for _ in range(MOST_REDIRECTS):
            sent = {**self._following.headers_for(url), **headers}
            user = auth or _user_of(url) or self._following.user_for(url) or self._unless_netrc(url, sent)
            response = self.get(url, headers=sent, stream=True, timeout=timeout, auth=user)
            location = response.headers.get("Location") if response.is_redirect else None
            if location is None:
                return response
            response.close()
            try:
                onward = urljoin(url, location.encode("latin-1").decode("utf-8", "replace"))
                self._check(url, onward)
                leaves = bool(self.should_strip_auth(url, onward))  # type: ignore[no-untyped-call]
            except ValueError:
                raise refusals.unusable_url(self._name, "it redirects to what is no valid address") from None
            auth, url = None if leaves else auth or _user_of(url), onward
        raise refusals.unusable_url(self._name, "it redirects in circles")

    def _unless_netrc(self, url: str, sent: Mapping[str, str]) -> Callable[..., Any] | None:
        """An entry in ~/.netrc counts for the declared server alone, and not in place of a declared token."""
        has_token = any(name.lower() == "authorization" for name in sent)
        return None if self._following.is_declared(url) and not has_token else _as_it_is

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: requests would read a redirect's body to its end, however long that is."""
        del resp

    def _check(self, url: str, onward: str) -> None:
        there = urlsplit(onward)
        if urlsplit(url).scheme == "https" and there.scheme == "http":
            raise refusals.unsafe_redirect(self._name, "from https to http, which anybody on the way can read")
        if self._behind_proxy and _is_written_out(there.hostname or "", self._private):
            raise self._inward()

    def _met(self, connected: socket.socket, behind_proxy: bool) -> None:
        if behind_proxy:
            self._behind_proxy = True
        elif not self._private(connected.getpeername()[0]):
            self._following.was_public = True
        elif self._following.was_public:
            raise self._inward()
        self._take(connected)

    def _inward(self) -> Exception:
        return refusals.unsafe_redirect(self._name, "to a private address of this network or machine")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Without any, requests would look into ~/.netrc."""
    return request


def _user_of(url: str) -> tuple[str, str] | None:
    user, password = get_auth_from_url(url)
    return (user, password) if user or password else None


def _is_written_out(host: str, private: Callable[[str], bool]) -> bool:
    try:
        return host.lower().rstrip(".") == "localhost" or private(host)
    except ValueError:
        return False  # a name


class _Adapter(HTTPAdapter):
    """Hands every new connection to ``met`` before it is used."""

    def __init__(self, name: str, met: Met) -> None:
        self._name = name
        self._pools = _pools(met)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed on
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
        if proxy.lower().startswith("socks"):
            raise refusals.unwatched(self._name)
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(met: Met) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _shown(super()._new_conn(), met, behind_proxy=self.proxy is not None)

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _shown(super()._new_conn(), met, behind_proxy=self.proxy is not None)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


def _shown(connected: socket.socket, met: Met, *, behind_proxy: bool) -> socket.socket:
    try:
        met(connected, behind_proxy)
    except BaseException:
        connected.close()
        raise
    return connected

"""A pool of connections to one host: proxies and trusted certificates as ``requests`` reads them from the environment.

Put here: how a connection is made. Keep out: requests and answers (``transport``). Only the making is left to ``requests``: its way
through a session and its models takes twice as long as the rest of a call, which counts at 25 calls a second.
"""

import ipaddress
from typing import cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connectionpool import HTTPConnectionPool

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.errors import not_https

__all__ = ["pool_of"]


def pool_of(base_url: str, connections: int) -> HTTPConnectionPool:
    """A pool that keeps so many connections.

    Raises:
        PermanentError: The address would send a token in the clear, or is none.
    """
    try:
        return _pool(base_url, connections)
    except (requests.RequestException, ValueError) as fault:
        msg = f"HUBSPOT_BASE_URL, or the proxy of the environment, is no address ({type(fault).__name__}): correct it"
        raise PermanentError(msg) from None


def _pool(base_url: str, connections: int) -> HTTPConnectionPool:
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    local = _is_local(host)
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise not_https(parts.scheme, host)
    with requests.Session() as session:
        # The emulator is never behind the company's proxy.
        session.trust_env = not local
        found = session.merge_environment_settings(base_url, {}, stream=True, verify=None, cert=None)
    trusted = found["verify"] if isinstance(found["verify"], str) else DEFAULT_CA_BUNDLE_PATH
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=connections, max_retries=0)
    request = requests.Request("GET", base_url).prepare()
    pool = adapter.get_connection_with_tls_context(request, trusted, proxies=found["proxies"])
    return cast("HTTPConnectionPool", pool)


def _is_local(host: str) -> bool:
    """Whether the host is this machine, by its name or a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""The store behind an address, as the environment describes it to every tool of that cloud.

Put here: credentials, endpoints and how often it is tried. Keep out: what is asked of it (``listing``, ``download``).
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hubsync_assets.sources.buckets import errors
from hubsync_assets.sources.buckets.address import BucketAddress
from hubsync_assets.sources.buckets.failures import in_own_words

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["endpoint_of", "open_store"]

_ENDPOINTS = {
    "s3": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"),
    "az": ("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT"),
    "gs": ("GOOGLE_BASE_URL",),
}
_ALLOWING = {"s3": "AWS_ALLOW_HTTP", "az": "AZURE_ALLOW_HTTP", "gs": "GOOGLE_ALLOW_HTTP"}

_BY_ITSELF = {
    "connect_timeout": timedelta(seconds=10),
    "read_timeout": timedelta(seconds=60),
    "timeout": timedelta(minutes=10),
}
_AGAIN = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}


def endpoint_of(address: BucketAddress, environment: Mapping[str, str]) -> str | None:
    """Where the store is, if it is not the cloud's own.

    Raises:
        PermanentError: That is no address, or would not encrypt.
    """
    variable = next((name for name in _ENDPOINTS[address.scheme] if environment.get(name)), None)
    if variable is None:
        return None
    try:
        parts = urlsplit(environment[variable])
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        raise errors.cannot_be_endpoint(address.source, variable)
    allowing = _ALLOWING[address.scheme]
    if parts.scheme == "http" and not _is_here(host) and environment.get(allowing, "").lower() not in {"true", "1"}:
        raise errors.not_encrypted(address.source, variable, allowing)
    return environment[variable]


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_store(address: BucketAddress) -> "ObjectStore":
    """The store; nobody is asked yet.

    Raises:
        PermanentError: obstore is not installed, or the environment cannot be used.
    """
    try:
        from obstore.store import AzureStore, GCSStore, S3Store  # noqa: PLC0415 - an extra
    except ImportError:
        raise errors.no_library(address.source) from None
    endpoint = endpoint_of(address, os.environ)
    client: Any = _BY_ITSELF | ({"allow_http": True} if (endpoint or "").startswith("http://") else {})
    again: Any = _AGAIN
    with in_own_words(address.name, address.scheme):
        if address.scheme == "az":
            named: Any = {} if endpoint is None else {"endpoint": endpoint}
            return AzureStore(address.bucket, client_options=client, retry_config=again, **named)
        if address.scheme == "gs":
            return GCSStore(address.bucket, client_options=client, retry_config=again)
        extra: Any = _profile(address.source)
        return S3Store(address.bucket, client_options=client, retry_config=again, **extra)


def _profile(source: str) -> dict[str, object]:
    """Keys come before a profile, as in AWS' own tools."""
    if not os.environ.get("AWS_PROFILE") or os.environ.get("AWS_ACCESS_KEY_ID"):
        return {}
    try:
        from obstore.auth.boto3 import Boto3CredentialProvider  # noqa: PLC0415 - nobody has to have boto3
    except ImportError:
        raise errors.no_profile(source) from None
    return {"credential_provider": Boto3CredentialProvider()}

"""Whether what is sent to a URL can be read on its way. Keep out: what is sent."""

import ipaddress
from urllib.parse import urlsplit

__all__ = ["leaves_in_plain"]


def leaves_in_plain(url: str) -> bool:
    """Whether requests to a URL leave this machine without encryption.

    Example:
        >>> [leaves_in_plain(url) for url in ("http://example.com/a", "https://example.com/a", "http://localhost:8080/a", "http://[::1]/a")]
        [True, False, False, False]
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False  # no URL: whoever opens it says so
    if parts.scheme != "http" or host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True

"""The errors of this room alone: downloads and packed files, what is wrong with them and what to do about it.

They follow the rules of ``sources.errors``: one line, no content, nothing of a URL behind its path. Keep out: deciding when something is an
error.
"""

from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.sources.errors import FileRefusedError

__all__ = [
    "broken_url",
    "download_failed",
    "download_refused",
    "needs_extra",
    "not_packed",
    "too_large",
    "unsafe_redirect",
    "untrusted",
    "unusable_url",
    "unwatched",
]


def not_packed(name: str, packing: str) -> FileRefusedError:
    """The suffix promises a packing, the bytes are something else."""
    return FileRefusedError(
        name, f"ends in {name[name.rindex('.') :]} but is not {packing}: rename it, or compress it again"
    )


def needs_extra(name: str, packing: str, what: str) -> FileRefusedError:
    """What unpacks it is not installed. ``what``: what to install."""
    return FileRefusedError(name, f"is packed with {packing}, which cannot be unpacked here: install {what}")


def download_refused(name: str, status: int) -> PermanentError:
    """A 4xx that will stay one."""
    advice = {
        401: "the URL needs credentials: declare bearer or headers, or use a pre-signed URL",
        403: "the pre-signed URL has expired or does not cover this file: get a new one",
        404: "there is no such file: correct the URL or wait for the export",
        410: "the file was taken away: get a new URL",
    }.get(status, "the server does not accept this request: check the URL")
    return PermanentError(f"{name}: HTTP {status}: {advice}")


def download_failed(name: str, what: str, attempts: int) -> TransientError:
    """Timeouts, resets, 5xx, 429: given up for now."""
    return TransientError(f"{name}: {what}, {attempts} attempts: try again later, or check that the server is up")


def untrusted(name: str) -> PermanentError:
    """TLS failed: a certificate that nobody here trusts, or no TLS at all behind https."""
    return PermanentError(
        f"{name}: its TLS certificate is not trusted here: check the address or install the authority"
    )


def unusable_url(name: str, why: str) -> PermanentError:
    """An address that answers, but not with a file; or text that is not an address."""
    return PermanentError(f"{name}: {why}: check the URL, or get a new one")


def broken_url() -> PermanentError:
    """Nothing of it is quoted: nobody knows where in it the secrets begin."""
    return PermanentError(
        "what a source reads looks like an http(s) URL and is none: write https://host/path, without quotes"
    )


def too_large(name: str, most: int, why: str) -> PermanentError:
    """More than is taken. ``why``: which limit that is."""
    return PermanentError(f"{name}: larger than {most:,} bytes, {why}: split the export, or make room")


def unsafe_redirect(name: str, why: str) -> PermanentError:
    """It leads where a server must not lead us. Where that is, the server has said, so it is not quoted."""
    return PermanentError(f"{name}: it redirects {why}: give the URL of the file itself")


def unwatched(name: str) -> PermanentError:
    """The environment names a SOCKS proxy. Its address is not told: it may have a password."""
    return PermanentError(
        f"{name}: the environment names a SOCKS proxy, behind which nobody sees where a connection leads: name an HTTP proxy, or put the server into NO_PROXY"
    )

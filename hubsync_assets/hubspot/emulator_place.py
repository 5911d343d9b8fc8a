"""Where an emulator may be: on this machine, or, when somebody says so in so many words, elsewhere in a network of one's own.

Keep out: reading the environment (``settings``).
"""

from urllib.parse import urlsplit

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.paths import is_loopback

__all__ = ["BEYOND", "check_emulator_place"]

BEYOND = "HUBSYNC_EMULATOR_BEYOND_LOOPBACK"
"""The variable that says so."""
_HUBSPOTS = ("hubapi.com", "hubspot.com", "hubspot.net", "hubapi.net")


def check_emulator_place(base_url: str, beyond: str) -> None:
    """Whether contacts may be sent to this address as to an emulator.

    Args:
        base_url: The address.
        beyond: What ``BEYOND`` is set to.

    Raises:
        PermanentError: It leaves this machine and nobody said that it may, or it is HubSpot's own.
    """
    if beyond not in ("", "no", "yes"):
        raise PermanentError(f"{BEYOND} cannot be what it is set to: write one of no, yes")
    try:
        host = (urlsplit(base_url).hostname or "").rstrip(".")
    except ValueError:
        host = ""
    if is_loopback(host):
        return
    if any(host == domain or host.endswith(f".{domain}") for domain in _HUBSPOTS):
        hint = ""
    elif beyond == "yes" and host:
        return
    else:
        hint = f"; an emulator in another container needs {BEYOND}=yes"
    raise PermanentError(
        "HUBSPOT_BASE_URL leaves this machine but HUBSYNC_TARGET is emulator: set HUBSYNC_TARGET=hubspot to write to a real portal, or "
        f"remove HUBSPOT_BASE_URL{hint}"
    )

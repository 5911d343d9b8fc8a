"""Where HubSpot's API is: its address, its editions, and the paths of each.

Put here: addresses and paths. Keep out: what is sent there. The paths are from HubSpot's OpenAPI files: v3 puts the version before the
object, the dated editions after it. Account information: the newest documentation names 2026-03 only, so the others are tried after it.
"""

from dataclasses import dataclass
from ipaddress import ip_address

from hubsync_assets.errors import PermanentError

__all__ = ["DEFAULT_BASE_URL", "VERSIONS", "Paths", "is_loopback", "paths_of"]

DEFAULT_BASE_URL = "https://api.hubapi.com"

VERSIONS = ("2026-09", "2026-03", "v3")
"""The editions that the client speaks, the newest first. v3 is unsupported from September 2027 on."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The endpoints of one edition; ``accounts`` in the order in which to try them."""

    contacts: str
    properties: str
    accounts: tuple[str, ...]

    @property
    def upsert(self) -> str:
        """Batch upsert of contacts."""
        return f"{self.contacts}/batch/upsert"

    @property
    def read(self) -> str:
        """Batch read of contacts."""
        return f"{self.contacts}/batch/read"

    @property
    def search(self) -> str:
        """Search for contacts."""
        return f"{self.contacts}/search"

    @property
    def groups(self) -> str:
        """Property groups."""
        return f"{self.properties}/groups"


def paths_of(version: str) -> Paths:
    """The paths of an edition; PermanentError for one that the client does not speak."""
    if version not in VERSIONS:
        raise PermanentError(f"HUBSPOT_API_VERSION is none of {', '.join(VERSIONS)}")
    documented, oldest = "/account-info/2026-03/details", "/account-info/v3/details"
    if version == "v3":
        return Paths("/crm/v3/objects/contacts", "/crm/v3/properties/contacts", (oldest, documented))
    accounts = dict.fromkeys((documented, f"/account-info/{version}/details", oldest))
    return Paths(f"/crm/objects/{version}/contacts", f"/crm/properties/{version}/contacts", tuple(accounts))


def is_loopback(host: str) -> bool:
    """Whether a host, by the name ``localhost`` or by its address, is this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

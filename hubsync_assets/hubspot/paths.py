"""Where HubSpot's API is: its address, its editions, and the paths of each.

Put here: addresses and paths. Keep out: what is sent there. The paths are from HubSpot's OpenAPI files: v3 puts the version before the
object, the dated editions after it. Account information: the newest documentation names 2026-03 only, so the others are tried after it.
"""

from ipaddress import ip_address

from hubsync_assets.errors import PermanentError

__all__ = ["DEFAULT_BASE_URL", "VERSIONS", "Paths", "is_loopback"]

DEFAULT_BASE_URL = "https://api.hubapi.com"

VERSIONS = ("2026-09", "2026-03", "v3")
"""The editions that the client speaks, the newest first. v3 is unsupported from September 2027 on."""


class Paths:
    """The endpoints of one edition; ``accounts`` in the order in which to try them.

    Raises:
        PermanentError: The client does not speak this edition.
    """

    def __init__(self, version: str) -> None:
        if version not in VERSIONS:
            raise PermanentError(f"HUBSPOT_API_VERSION must be one of {', '.join(VERSIONS)}")
        documented, oldest = "/account-info/2026-03/details", "/account-info/v3/details"
        if version == "v3":
            self.contacts, self.properties = "/crm/v3/objects/contacts", "/crm/v3/properties/contacts"
            self.accounts = [oldest, documented]
        else:
            self.contacts, self.properties = f"/crm/objects/{version}/contacts", f"/crm/properties/{version}/contacts"
            self.accounts = list(dict.fromkeys((documented, f"/account-info/{version}/details", oldest)))
        self.usage = f"/account-info/{version}/api-usage/daily/private-apps"
        self.upsert, self.update = f"{self.contacts}/batch/upsert", f"{self.contacts}/batch/update"
        self.read = f"{self.contacts}/batch/read"
        self.search, self.groups = f"{self.contacts}/search", f"{self.properties}/groups"


def is_loopback(host: str) -> bool:
    """Whether a host, by the name ``localhost`` or by its address, is this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

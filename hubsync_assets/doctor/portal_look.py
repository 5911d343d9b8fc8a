"""The portal: whose it is, and what the key may do, as far as reading calls show it.

Whether a key may write cannot be asked without writing, and nothing is written here; the log says when HubSpot last took a write. Keep out: HTTP.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from hubsync_assets.doctor.findings import Finding, Level
from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import SCOPES_NEEDED, ForbiddenError
from hubsync_assets.hubspot.retry import RetryPolicy
from hubsync_assets.hubspot.transport import Timeouts
from hubsync_assets.hubspot.tuning import Tuning
from hubsync_assets.settings import Settings

__all__ = ["find_portal"]

_ONCE = Tuning(
    policy=RetryPolicy(tries=1, cap=1.0, longest_quiet=6.0), timeouts=Timeouts(connect=3.0, read=5.0, total=6.0)
)
"""A person waits, and asks again."""

_OLD = "v3"


def find_portal(settings: Settings) -> Iterator[Finding]:
    """Ask the portal.

    Raises:
        TransientError: It does not answer, or asks to wait.
        PermanentError: The key is refused.
    """
    with HubSpotClient(
        settings.base_url,
        settings.token,
        api_version=settings.api_version,
        tuning=replace(_ONCE, plain=settings.target == "emulator"),
    ) as client:
        account = client.account()
        kind = f"emulator at {settings.base_url}" if settings.target == "emulator" else "HubSpot"
        yield Finding(
            f"{kind}: portal {account.portal_id}, account type {account.account_type or 'unknown'}, UI {account.ui_domain or 'unknown'}"
        )
        yield from _may(client)
        yield from _quota(client)
    if settings.api_version == _OLD:
        yield Finding(
            "HUBSPOT_API_VERSION is v3, which HubSpot supports until September 2027",
            Level.ATTENTION,
            "leave HUBSPOT_API_VERSION out",
        )


def _may(client: HubSpotClient) -> Iterator[Finding]:
    """What the key may do; a lack is told, and the rest is asked all the same."""
    asked: tuple[tuple[str, str, Callable[[], object]], ...] = (
        ("read contacts", "crm.objects.contacts.read", lambda: client.list_contacts([], limit=1)),
        ("read the properties of contacts", "crm.schemas.contacts.read", client.properties),
    )
    for what, scope, ask in asked:
        try:
            ask()
        except ForbiddenError:
            yield Finding(
                f"the key cannot {what}: {scope} is missing", Level.BROKEN, f"give the key {scope}. {SCOPES_NEEDED}"
            )
        else:
            yield Finding(f"the key can {what}")
    yield Finding(
        "whether it may write (crm.objects.contacts.write, crm.schemas.contacts.write) only a write shows: see the sync log"
    )


def _quota(client: HubSpotClient) -> Iterator[Finding]:
    try:
        quota = client.daily_quota()
    except (TransientError, PermanentError):
        quota = None
    if quota is None:
        yield Finding("HubSpot does not say how many calls are left today")
    elif quota.left == 0:
        yield Finding(
            f"none of the {quota.limit:,} calls of today is left",
            Level.ATTENTION,
            "wait for midnight, in the portal's time zone",
        )
    else:
        yield Finding(f"{quota.left:,} of {quota.limit:,} calls are left today")

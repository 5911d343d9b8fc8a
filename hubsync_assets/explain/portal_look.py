"""What HubSpot holds of one contact now, next to what we would write there.

Put here: one look. Keep out: HTTP (``hubspot.client``), and whether anything follows (``verdict``).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hubsync_assets.errors import HubsyncError
from hubsync_assets.explain.story import HubSpotNow, PropertyNow
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import EMAIL, PropertyMapping
from hubsync_assets.hubspot.retry import RetryPolicy
from hubsync_assets.hubspot.transport import Timeouts
from hubsync_assets.hubspot.tuning import Tuning
from hubsync_assets.hubspot.values import PortalContact
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.reporting.record_links import RecordPages
from hubsync_assets.settings import Settings

__all__ = ["look"]

# A person waits: one who asks at a bad moment asks again.
_IMPATIENT = Tuning(policy=RetryPolicy(tries=2, cap=5.0), timeouts=Timeouts(connect=3.0, read=15.0, total=30.0))


def look(model: ContactModel, settings: Settings, email: str, golden: Mapping[str, Any] | None) -> HubSpotNow:
    """Ask the portal for a contact, by its email; nothing is written.

    Args:
        model: what a contact is.
        settings: which portal.
        email: whom to ask for.
        golden: its row of ``merged_contacts``; None: it has none.

    Returns:
        What it holds, or why it could not be asked.
    """
    mapping = PropertyMapping(model)
    emulator = settings.base_url if settings.target == "emulator" else None
    tuning = replace(_IMPATIENT, plain=settings.target == "emulator")
    try:
        with HubSpotClient(
            settings.base_url, settings.token, api_version=settings.api_version, tuning=tuning
        ) as client:
            account = client.account()
            names = [name for name in client.properties() if name in mapping.read_properties()]
            found = client.read_contacts([email], names).found
    except HubsyncError as error:
        return HubSpotNow(problem=str(error))
    pages = RecordPages(account.portal_id, account.ui_domain, emulator)
    if not found:
        return HubSpotNow(portal=pages.words)
    contact = found[0]
    primary = (contact.properties.get(EMAIL) or "").lower()
    return HubSpotNow(
        portal=pages.words,
        hubspot_id=contact.id,
        address=pages.of(contact.id),
        primary_email=primary if primary not in {"", email} else None,
        properties=tuple(_properties(model, mapping, contact, golden)),
    )


def _properties(
    model: ContactModel, mapping: PropertyMapping, contact: PortalContact, golden: Mapping[str, Any] | None
) -> list[PropertyNow]:
    try:
        ours = mapping.to_properties(golden) if golden is not None else {}
        states = mapping.compare(golden, contact.properties) if golden is not None else {}
    except HubsyncError:
        ours, states = {}, {}
    found = []
    for field in model.sent_fields:
        for target in field.properties:
            held, mine = contact.properties.get(target.name) or None, ours.get(target.name)
            is_same = held == mine or (field.name in states and states[field.name].same)
            found.append(PropertyNow(target.name, held, mine, is_same))
    return found

"""Account details, API usage and record limits."""

from hubsync_assets.emulator.answers import Answer
from hubsync_assets.emulator.clock import iso
from hubsync_assets.emulator.portal import Ask, Portal

__all__ = ["api_usage", "details", "record_limits"]

MOST_CONTACTS = 15_000_000
DAY = 86_400_000


def details(portal: Portal, _ask: Ask) -> Answer:
    """Which portal the token belongs to."""
    return Answer(
        200,
        {
            "portalId": portal.id,
            "accountType": "STANDARD",
            "timeZone": "UTC",
            "companyCurrency": "EUR",
            "additionalCurrencies": [],
            "utcOffset": "+00:00",
            "utcOffsetMilliseconds": 0,
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "na1",
        },
    )


def api_usage(portal: Portal, _ask: Ask) -> Answer:
    """How many calls were made today, and how many may be."""
    now = portal.clock.now()
    usage = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": portal.limits.tier.daily or 0,
        "currentUsage": portal.limits.today,
        "collectedAt": iso(now),
        "fetchStatus": "SUCCESS",
        "resetsAt": iso((now // DAY + 1) * DAY),
    }
    return Answer(200, {"results": [usage]})


def record_limits(portal: Portal, _ask: Ask) -> Answer:
    """How many contacts there are, and how many there may be."""
    count = portal.contacts.count()
    contacts = {
        "objectTypeId": "0-1",
        "singularLabel": "Contact",
        "pluralLabel": "Contacts",
        "limit": MOST_CONTACTS,
        "usage": count,
        "percentage": round(100 * count / MOST_CONTACTS, 2),
    }
    return Answer(200, {"hubspotDefinedObjectTypes": [contacts], "customObjectTypes": []})

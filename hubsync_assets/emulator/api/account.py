"""Account details, API usage and record limits: ``/account-info/...`` and ``/crm/limits/...``."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hubsync_assets.emulator.clock import iso
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.responses import ApiResponse

__all__ = ["api_usage", "details", "record_limits"]

MOST_CONTACTS = 15_000_000
CUSTOM = {"overallLimit": 10, "overallUsage": 0, "overallPercentage": 0.0, "byObjectType": []}


def details(portal: Portal, _request: ApiRequest) -> ApiResponse:
    """Which portal the token belongs to."""
    zone = portal.switches.time_zone
    here = datetime.fromtimestamp(portal.clock.now() / 1000, UTC if zone == "UTC" else ZoneInfo(zone))
    offset = here.utcoffset()
    return ApiResponse(
        200,
        {
            "portalId": portal.id,
            "accountType": "STANDARD",
            "timeZone": zone,
            "companyCurrency": "EUR",
            "additionalCurrencies": [],
            "utcOffset": here.isoformat()[-6:],
            "utcOffsetMilliseconds": round(offset.total_seconds() * 1000) if offset else 0,
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "na1",
        },
    )


def api_usage(portal: Portal, _request: ApiRequest) -> ApiResponse:
    """How many calls were made today, and how many may be."""
    usage = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": portal.limits.tier.daily or 0,
        "currentUsage": portal.limits.today,
        "collectedAt": iso(portal.clock.now()),
        "fetchStatus": "SUCCESS",
        "resetsAt": iso(portal.limits.resets_at()),
    }
    return ApiResponse(200, {"results": [usage]})


def record_limits(portal: Portal, _request: ApiRequest) -> ApiResponse:
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
    return ApiResponse(200, {"hubspotDefinedObjectTypes": [contacts], "customObjectTypes": CUSTOM})

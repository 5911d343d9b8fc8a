"""What can go wrong between us and a portal, built in one place.

Put here: the room's errors and their one-line texts. Keep out: deciding which of them is due (``retry``), and everything
that HubSpot said in prose: its messages can quote an email, and Dagster stores what it catches.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hubsync_assets.errors import HubsyncError, PermanentError, TransientError

__all__ = [
    "DailyLimitError",
    "EverythingRefusedError",
    "ForbiddenError",
    "MappingRefusedError",
    "NotReachableError",
    "PortalFailingError",
    "UnknownAnswerError",
    "WriteInterruptedError",
    "daily_limit",
    "everything_refused",
    "forbidden",
    "interrupted",
    "mapping_refused",
    "moving",
    "no_such_path",
    "not_https",
    "not_reachable",
    "portal_failing",
    "refused_call",
    "unauthorised",
    "unknown_answer",
]


class DailyLimitError(TransientError):
    """The portal's calls of the day are used up."""


class PortalFailingError(TransientError):
    """The portal kept failing, or throttling, until retrying ended."""


class NotReachableError(PortalFailingError):
    """Nothing answers at the portal's address."""


class ForbiddenError(PermanentError):
    """The token is not accepted (401), or may not do this (403)."""


class MappingRefusedError(PermanentError):
    """The portal cannot take what the field table sends, whichever contact it is."""


class EverythingRefusedError(PermanentError):
    """Contact after contact is refused and none is taken: hardly the contacts' fault."""


class UnknownAnswerError(PermanentError):
    """An answer that the room does not understand, or to a call that cannot succeed as it is."""


class WriteInterruptedError(TransientError):
    """The caller stopped the upload."""


def not_https(scheme: str, host: str) -> PermanentError:
    """A token must not travel in the clear."""
    return PermanentError(
        f"HUBSPOT_BASE_URL is {scheme or 'no'}:// to {host or 'no host'}: use https:// (plain http only to this machine's own address)"
    )


def next_midnight(time_zone: str, now: datetime) -> datetime | None:
    """When the daily limit resets: midnight in the portal's time zone (usage guidelines). None: a zone this machine lacks."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last for a part of a name, which is a folder
        return None
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def daily_limit(time_zone: str | None, now: datetime) -> DailyLimitError:
    """429 with policy DAILY; ``now`` is aware."""
    resets = next_midnight(time_zone, now) if time_zone else None
    when = (
        f"at {resets.isoformat(timespec='minutes')} ({time_zone})"
        if resets
        else "at midnight in the portal's time zone"
    )
    return DailyLimitError(f"HubSpot's daily limit of calls is used up: it resets {when}; run again after that")


def unauthorised() -> ForbiddenError:
    """401."""
    return ForbiddenError("HubSpot does not accept the token (HTTP 401): set HUBSPOT_ACCESS_TOKEN to a current one")


def forbidden(scopes: Iterable[str], doing: str) -> ForbiddenError:
    """403; ``doing`` says what was tried, in the form "create properties"."""
    missing = ", ".join(sorted(set(scopes)))
    what = f"the token lacks a scope, one of: {missing}" if missing else "HubSpot does not say which scope is missing"
    return ForbiddenError(
        f"HubSpot does not allow this token to {doing} (HTTP 403): {what}; give it to the key in HubSpot"
    )


def portal_failing(what: str, tries: int, seconds: float) -> PortalFailingError:
    """The circuit breaker's last word; ``what`` is the newest failure ("HTTP 503")."""
    return PortalFailingError(
        f"HubSpot keeps failing: {tries} calls in a row over {seconds:.0f} s, the last with {what}; run again later"
    )


def not_reachable(address: str, fault: str) -> NotReachableError:
    """Nothing answers; ``address`` without user, path or query."""
    return NotReachableError(
        f"Nothing answers at {address} ({fault}): check HUBSPOT_BASE_URL, or start the emulator if it is meant"
    )


def moving(seconds: float) -> PortalFailingError:
    """477: the portal is being moved to another data centre."""
    return PortalFailingError(
        f"HubSpot is moving the portal to another data centre (HTTP 477): run again in {seconds:.0f} s"
    )


def no_such_path(doing: str) -> UnknownAnswerError:
    """404 of an endpoint."""
    return UnknownAnswerError(
        f"HubSpot has no such path, when asked to {doing} (HTTP 404): check HUBSPOT_BASE_URL and HUBSPOT_API_VERSION"
    )


def refused_call(doing: str, status: int, category: str) -> UnknownAnswerError:
    """A call that HubSpot refuses as it is, and that no retry can help."""
    return UnknownAnswerError(
        f"HubSpot refused to {doing} (HTTP {status}, {category}): this is a fault of the call, not of a contact"
    )


def unknown_answer(doing: str, what: str) -> UnknownAnswerError:
    """An answer without the fields that every edition of the API has."""
    return UnknownAnswerError(
        f"HubSpot's answer to {doing} makes no sense: {what}; check that HUBSPOT_BASE_URL is HubSpot"
    )


def mapping_refused(details: Iterable[str]) -> MappingRefusedError:
    """The portal does not know a property, or does not let it be written; ``details`` name property and fault, no values."""
    return MappingRefusedError(
        f"The portal cannot take what the field table sends: {'; '.join(sorted(set(details)))}. Change the property in HubSpot or the table"
    )


def everything_refused(refused: int, category: str) -> EverythingRefusedError:
    """So many refusals without one contact taken."""
    return EverythingRefusedError(
        f"HubSpot refused {refused} contacts one after the other and took none ({category}): read the reasons in failed_contacts before the next run"
    )


def interrupted(why: BaseException) -> HubsyncError:
    """The caller's own error, as the reason why contacts stayed unsent."""
    return WriteInterruptedError(f"the upload was stopped ({type(why).__name__})")

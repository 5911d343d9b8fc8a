"""The errors of calls to a portal, built in one place.

Put here: the room's errors and their one-line texts. Keep out: deciding which one to raise (``retry``), and HubSpot's own
messages: they can quote an email, and Dagster stores the errors that it catches.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hubsync_assets.errors import HubsyncError, PermanentError, TransientError
from hubsync_assets.hubspot.response import Response
from hubsync_assets.hubspot.retry import Ruling, StopReason

__all__ = [
    "SCOPES_NEEDED",
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
    "interrupted",
    "mapping_refused",
    "no_useful_answer",
    "not_https",
    "not_reachable",
    "portal_failing",
    "stop_error",
    "unknown_answer",
]


SCOPES_NEEDED = (
    "A sync needs the scopes crm.objects.contacts.read, crm.objects.contacts.write, crm.schemas.contacts.read and, "
    "where properties have to be created, crm.schemas.contacts.write"
)
"""Said with every lack of one, because HubSpot names only what the one call would have needed."""
WRITING = ("write contacts", "create properties")


class DailyLimitError(TransientError):
    """The portal's calls of the day are used up."""


class PortalFailingError(TransientError):
    """The portal kept failing, or throttling, until retrying was given up."""


class NotReachableError(PortalFailingError):
    """Nothing answers at the portal's address."""


class ForbiddenError(PermanentError):
    """The token is not accepted (401), or may not do this (403)."""


class MappingRefusedError(PermanentError):
    """The portal cannot take what the declared fields send, for any contact."""


class EverythingRefusedError(PermanentError):
    """Contact after contact is refused and none is accepted, which is unlikely to be the contacts' fault."""


class UnknownAnswerError(PermanentError):
    """An answer that cannot be understood, or that says that the call itself is wrong."""


class WriteInterruptedError(TransientError):
    """The caller stopped the upload."""


def not_https(scheme: str, host: str) -> PermanentError:
    """The token must not be sent unencrypted."""
    return PermanentError(
        f"HUBSPOT_BASE_URL is {scheme or 'no'}:// to {host or 'no host'}: use https:// (plain http only to this machine's own address)"
    )


def next_midnight(time_zone: str, now: datetime) -> datetime | None:
    """When the daily limit resets: midnight in the portal's time zone (usage guidelines). None: this machine does not know the zone."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name is a folder ("America")
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


def stop_error(answer: Response, ruling: Ruling, doing: str, address: str, time_zone: str | None) -> HubsyncError:  # noqa: PLR0911 - one line for each reason
    """The error of an answer that ends the run.

    Args:
        answer: HubSpot's answer, or the lack of one.
        ruling: What the policy says of it.
        doing: What was tried, in the form "create properties".
        address: The portal's, without user, path or query.
        time_zone: The portal's, if it is known.
    """
    match ruling.why:
        case StopReason.DAILY_LIMIT:
            return daily_limit(time_zone, datetime.now(UTC))
        case StopReason.UNREACHABLE:
            return not_reachable(address, answer.what)
        case StopReason.UNAUTHORISED:
            return ForbiddenError(
                "HubSpot does not accept the token (HTTP 401): set HUBSPOT_ACCESS_TOKEN to a current one"
            )
        case StopReason.FORBIDDEN:
            return ForbiddenError(f"HubSpot does not allow this token to {doing} (HTTP 403): {_lacking(answer, doing)}")
        case StopReason.MOVING:
            when = f"run again in {ruling.wait or 0:.0f} s"
            return PortalFailingError(f"HubSpot is moving the portal to another data centre (HTTP 477): {when}")
        case StopReason.NO_SUCH_PATH:
            check = "check HUBSPOT_BASE_URL and HUBSPOT_API_VERSION"
            return UnknownAnswerError(f"HubSpot has no such path when asked to {doing} (HTTP 404): {check}")
        case StopReason.REFUSED | None:
            reason = f"HTTP {answer.status}, {answer.text('category') or 'no category'}"
            return UnknownAnswerError(f"HubSpot refused to {doing} ({reason}): the call is at fault, not a contact")
    assert_never(ruling.why)


def _lacking(answer: Response, doing: str) -> str:
    """What the key lacks, as far as HubSpot says so, and for what changes the portal all that it needs."""
    scopes = sorted(set(answer.scopes))
    what = "HubSpot does not say which scope is missing"
    if scopes:
        what = f"the key lacks {'a scope, one of: ' if len(scopes) > 1 else 'the scope '}{', '.join(scopes)}"
    return (
        f"{what}. {SCOPES_NEEDED}: give them to the key in HubSpot"
        if doing in WRITING
        else f"{what}; give it to the key in HubSpot"
    )


def portal_failing(what: str, tries: int, seconds: float) -> PortalFailingError:
    """The portal failed so many calls in a row that it is given up; ``what`` is the newest failure ("HTTP 503")."""
    return PortalFailingError(
        f"HubSpot keeps failing: {tries} calls in a row over {seconds:.0f} s, the last with {what}; run again later"
    )


def no_useful_answer(what: str, seconds: float) -> PortalFailingError:
    """The portal throttled or failed every call for too long; ``what`` is the newest answer ("HTTP 429")."""
    return PortalFailingError(
        f"HubSpot gave no useful answer for {seconds:.0f} s, the last was {what}: run again later"
    )


def not_reachable(address: str, fault: str) -> NotReachableError:
    """Nothing answers; ``address`` without user, path or query."""
    return NotReachableError(
        f"Nothing answers at {address} ({fault}): check HUBSPOT_BASE_URL, or start the emulator if you mean it"
    )


def unknown_answer(doing: str, what: str) -> UnknownAnswerError:
    """An answer lacks fields that every edition of the API has."""
    return UnknownAnswerError(
        f"HubSpot's answer to {doing} makes no sense: {what}; check that HUBSPOT_BASE_URL is HubSpot"
    )


def mapping_refused(details: Iterable[str]) -> MappingRefusedError:
    """The portal does not know a property, or does not let it be written; ``details`` name properties and faults, without values."""
    return MappingRefusedError(
        f"The portal cannot take what the declared fields send: {'; '.join(sorted(set(details)))}. Change the property in HubSpot or the table"
    )


def everything_refused(refused: int, category: str) -> EverythingRefusedError:
    """So many contacts were refused in a row."""
    return EverythingRefusedError(
        f"HubSpot refused {refused} contacts in a row and accepted none ({category}): read the reasons in failed_contacts before the next run"
    )


def interrupted(why: BaseException) -> HubsyncError:
    """The caller's own error, as the reason why contacts stayed unsent."""
    return WriteInterruptedError(f"the upload was stopped ({type(why).__name__})")

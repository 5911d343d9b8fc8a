"""The client of one portal: every call paced, retried by the policy, and its answer checked.

Put here: the calls that read, and those that prepare the portal. Keep out: writing contacts (``sender``, which takes single attempts
from here and schedules its retries itself), and sockets (``transport``).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot import errors
from hubsync_assets.hubspot.decoding import (
    account_of,
    found_by_id,
    page_of,
    quota_of,
    read_request,
    read_request_by_id,
    schema_of,
    sort_read,
)
from hubsync_assets.hubspot.meter import Meter
from hubsync_assets.hubspot.pacing import Pacer
from hubsync_assets.hubspot.paths import VERSIONS, Paths
from hubsync_assets.hubspot.response import Response
from hubsync_assets.hubspot.retry import Action, Ruling, rule
from hubsync_assets.hubspot.transport import REFUSED, Transport
from hubsync_assets.hubspot.tuning import Tuning
from hubsync_assets.hubspot.values import Account, DailyQuota, Page, PortalContact, PropertySchema, ReadAnswer
from hubsync_assets.kinds.property import Property

__all__ = ["BATCH", "GROUP", "Attempt", "HubSpotClient"]

BATCH = 100
"""The most inputs that a batch endpoint takes ("using object APIs", limits)."""
GROUP = "hubsync"
"""The property group that the project creates its properties in."""


class Attempt(NamedTuple):
    """An answer and what the policy says of it."""

    answer: Response
    ruling: Ruling


class HubSpotClient:
    """One portal, for any number of threads; a context manager.

    Args:
        base_url: https, or plain http to this machine.
        token: Service key or private-app token; never shown or logged.
        api_version: One of ``paths.VERSIONS``.
        reserve: Calls of each burst window to leave to others.
        tuning: Timeouts, retries, the most requests at one time.

    Raises:
        PermanentError: The address would send the token unencrypted, the version is unknown, or there is no usable token.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        api_version: str = VERSIONS[0],
        reserve: int = 0,
        tuning: Tuning | None = None,
    ) -> None:
        self.tuning = tuning = tuning or Tuning()
        self.paths = Paths(api_version)
        self.meter = Meter()
        self.pacer = Pacer(reserve=reserve, clock=tuning.clock)
        self._transport = Transport(
            base_url,
            token,
            connections=tuning.max_in_flight,
            timeouts=tuning.timeouts,
            clock=tuning.clock,
            plain=tuning.plain,
        )
        self._account: Account | None = None

    def __repr__(self) -> str:
        return f"HubSpotClient({self._transport.address})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def account(self) -> Account:
        """Which portal the token belongs to; HubSpot is asked once."""
        if self._account is None:
            *first, last = self.paths.accounts
            found = (self._call("GET", path, doing="read the account", missing=True) for path in first)
            body = next(filter(None, found), None) or self._call("GET", last, doing="read the account")
            self._account = account_of(body)
        return self._account

    def read_contacts(self, emails: Sequence[str], properties: Sequence[str]) -> ReadAnswer:
        """The contacts that have one of these emails as primary or secondary address; one call for every 100.

        An email that the answer mentions nowhere is asked for once more.

        Raises:
            UnknownAnswerError: The answer still leaves emails out, or has contacts that nobody asked for.
        """
        found, missing = [], []
        for start in range(0, len(emails), BATCH):
            wanted = emails[start : start + BATCH]
            answer, silent = self._read(wanted, properties)
            if silent:
                again, silent = self._read(silent, properties)
                answer = ReadAnswer(answer.found + again.found, answer.missing + again.missing)
            if silent:
                raise errors.unknown_answer(
                    "a batch read", f"{len(silent)} of {len(wanted)} emails are neither found nor missing"
                )
            found += answer.found
            missing += answer.missing
        return ReadAnswer(found, missing)

    def read_by_id(self, ids: Sequence[str], properties: Sequence[str]) -> dict[str, PortalContact]:
        """The contacts with these record ids, by id; one call for every 100. One that is gone, or merged into another, is not in it."""
        found: dict[str, PortalContact] = {}
        distinct = list(dict.fromkeys(ids))  # two of ours can be one record, and HubSpot refuses an id twice
        for start in range(0, len(distinct), BATCH):
            wanted = distinct[start : start + BATCH]
            body = self._call("POST", self.paths.read, read_request_by_id(wanted, properties), doing="read contacts")
            found.update(found_by_id(wanted, body))
        return found

    def daily_quota(self) -> DailyQuota | None:
        """What the portal's private apps may call a day, and have called; None: HubSpot does not say, or not to this token."""
        return quota_of(self._call("GET", self.paths.usage, doing="read the day's limit", optional=True))

    def list_contacts(self, properties: Sequence[str], after: str | None = None, limit: int = BATCH) -> Page:
        """One page of the portal's contacts, in HubSpot's order; pass ``Page.after`` as ``after`` to get the next."""
        query = {"limit": str(limit), "properties": ",".join([*properties, "email", "hs_additional_emails"])}
        if after is not None:
            query["after"] = after
        return page_of(self._call("GET", self.paths.contacts, query=query, doing="list contacts"))

    def count_contacts(self) -> int:
        """How many contacts the portal has, by search, which lags some seconds behind what was written."""
        body = self._call("POST", self.paths.search, {"filterGroups": [], "limit": 1}, doing="count contacts")
        total = body.get("total")
        if not isinstance(total, int):
            raise errors.unknown_answer("a search", "it has no total")
        return total

    def properties(self) -> dict[str, PropertySchema]:
        """The portal's contact properties by name."""
        schemas = schema_of(self._call("GET", self.paths.properties, doing="read the properties"))
        return {schema.name: schema for schema in schemas}

    def create_properties(self, wanted: Iterable[Property]) -> None:
        """Create properties in the project's own group; existing ones are left as they are.

        Raises:
            ForbiddenError: The token lacks the scope for it.
        """
        group = {"name": GROUP, "label": "hubsync"}
        self._call("POST", self.paths.groups, group, doing="create properties", existing=True)
        for property_ in wanted:
            body: dict[str, object] = {
                "name": property_.name,
                "label": property_.label,
                "type": property_.type,
                "fieldType": property_.field_type,
                "groupName": GROUP,
            }
            if property_.options:
                body["options"] = [
                    {"label": option.label, "value": option.value, "displayOrder": place, "hidden": False}
                    for place, option in enumerate(property_.options)
                ]
            self._call("POST", self.paths.properties, body, doing="create properties", existing=True)

    def attempt(self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None) -> Attempt:
        """Send one request now, for which the caller has taken a slot from ``pacer``. No fault of the network or of HubSpot is raised."""
        sent = self.tuning.clock()
        try:
            answer = self._transport.send(method, path, body, query)
        finally:
            self.pacer.answered(sent, path)
        ruling = rule(answer, self.tuning.policy)
        self.pacer.learn(answer.headers)
        if ruling.action is Action.PAUSE:
            self.pacer.throttled(sent, ruling.wait)
        self.meter.count(answer)
        return Attempt(answer, ruling)

    def stop_error(self, attempt: Attempt, doing: str) -> HubsyncError:
        """The error of an attempt that ends the run; ``doing`` in the form "create properties"."""
        zone = self._account.time_zone if self._account else None
        return errors.stop_error(*attempt, doing, self._transport.address, zone)

    def _read(self, emails: Sequence[str], properties: Sequence[str]) -> tuple[ReadAnswer, list[str]]:
        return sort_read(
            emails, self._call("POST", self.paths.read, read_request(emails, properties), doing="read contacts")
        )

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, str] | None = None,
        *,
        doing: str,
        missing: bool = False,
        existing: bool = False,
        optional: bool = False,
    ) -> Mapping[str, Any]:
        """Send until HubSpot answers, and return the body; a 404 (``missing``), 409 (``existing``), any refusal (``optional``) is an empty one."""
        started = self.tuning.clock()
        calls = failures = 0
        while True:
            self._wait_for_slot()
            calls += 1
            attempt = self.attempt(method, path, body, query)
            answer, ruling = attempt
            if ruling.action is Action.USE:
                return answer.body or {}
            passed_over = {404: missing or optional, 409: existing, 400: optional, 403: optional}
            if passed_over.get(answer.status, False):
                return {}
            if ruling.action in {Action.STOP, Action.SPLIT}:
                raise self.stop_error(attempt, doing)
            if answer.fault == REFUSED and not self.meter.answered:
                raise errors.not_reachable(self._transport.address, answer.fault)
            # Other apps may use up the limit, so to be asked to wait (the pacer does) is not a failure; only time ends that.
            failures += ruling.action is Action.RETRY
            lasted = self.tuning.clock() - started
            if failures >= self.tuning.policy.tries or lasted > self.tuning.policy.longest_quiet:
                raise errors.portal_failing(answer.what, calls, lasted)
            if ruling.action is Action.RETRY:
                self.tuning.sleep(self.tuning.policy.pause(failures, self.tuning.chance, ruling.wait))

    def _wait_for_slot(self) -> None:
        while (wait := self.pacer.take()) > 0:
            self.tuning.sleep(wait)

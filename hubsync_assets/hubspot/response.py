"""One HTTP answer, or the lack of one, and what HubSpot's error bodies say.

Put here: reading statuses, headers and error bodies. Keep out: what to do about them (``retry``) and which contact they
mean (``proof``). HubSpot's documentation calls every field of an error optional, so nothing here relies on one.
"""

import contextlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

__all__ = ["MARK", "Response", "ValueFault", "objects", "texts", "value_faults"]

MARK = "Property values were not valid: "
"""Behind these words of a message there is JSON, one object for each value that HubSpot does not take."""


@dataclass(frozen=True, slots=True)
class ValueFault:
    """One property value that HubSpot does not accept: HubSpot's code, the property, HubSpot's message."""

    code: str
    name: str
    message: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """What came back from one request.

    Attributes:
        status: HTTP status; 0: no complete answer came.
        fault: Why not, in a few words without addresses ("timeout", "connection lost"), else empty.
        headers: Names in lower case.
        body: The JSON object; None: the body is something else.
        retryable: With ``fault``: whether another try may succeed.
    """

    status: int
    fault: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    retryable: bool = True

    def text(self, name: str) -> str:
        """A text field of the body, or an empty text."""
        value = self.body.get(name) if self.body is not None else None
        return value if isinstance(value, str) else ""

    def items(self, name: str) -> list[Mapping[str, Any]]:
        """A list of objects in the body; empty if the field is anything else."""
        return objects(self.body.get(name)) if self.body is not None else []

    @property
    def what(self) -> str:
        """The failure in a word or two."""
        return f"HTTP {self.status}" if self.status else self.fault

    @property
    def correlation_id(self) -> str | None:
        """HubSpot's id of this call, for its support."""
        return self.text("correlationId") or self.headers.get("x-hubspot-correlation-id")

    @property
    def scopes(self) -> list[str]:
        """The scopes of which a 403 requires one."""
        return [scope for item in self.items("errors") for scope in texts(item, "requiredGranularScopes")]

    def retry_after(self) -> float | None:
        """The header, given in seconds or as a date, in seconds from now; None: it is missing or unreadable."""
        value = self.headers.get("retry-after", "").strip()
        if not value:
            return None
        with contextlib.suppress(ValueError):
            seconds = float(value)
            return max(0.0, seconds) if math.isfinite(seconds) else None
        at = _date(value)
        # By the server's clock, because ours may be wrong.
        now = _date(self.headers.get("date", "")) or datetime.now(UTC)
        return max(0.0, (at - now).total_seconds()) if at else None


def _date(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects in a JSON list; empty if it is something else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(item: Mapping[str, Any], name: str) -> list[str]:
    """The texts in ``context[name]`` of an error, whether it holds one or a list."""
    context = item.get("context")
    value = context.get(name) if isinstance(context, dict) else None
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def value_faults(error: Mapping[str, Any]) -> Iterator[ValueFault]:
    """The value faults in an error body, or in one item of ``errors``.

    Under 207 they are only in the message, as JSON after fixed words; a 400 of a whole batch has them in ``errors`` too, but that
    list can be shorter, so both are read.
    """
    for item in objects(error.get("errors")):
        if isinstance(item.get("code"), str):
            yield ValueFault(item["code"], next(iter(texts(item, "propertyName")), ""), str(item.get("message", "")))
    message = error.get("message")
    if isinstance(message, str) and message.startswith(MARK):
        with contextlib.suppress(orjson.JSONDecodeError):
            for item in objects(orjson.loads(message.removeprefix(MARK))):
                yield ValueFault(str(item.get("error", "")), str(item.get("name", "")), str(item.get("message", "")))

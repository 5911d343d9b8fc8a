"""Which input of a call a result or an error belongs to.

Put here: matching by identity. Keep out: what follows (``proof``, ``settling``). HubSpot returns results in any order and lower-cases
emails; it need not echo trace ids. What an update asks for is a record, so its email says nothing: another record may have it by now.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.response import texts

__all__ = ["Identities"]


class Identities:
    """What the inputs of one call are known by: trace ids, record ids of updates, emails of upserts."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._by_trace = {item.trace: item for item in items}
        self._by_id = {item.upsert.hubspot_id: item for item in items if item.updates}
        self._by_email = {item.upsert.email.lower(): item for item in items if not item.updates}

    def of_result(self, result: Mapping[str, Any]) -> Item | None:
        """The input of the record, else the one of its primary email, else of another of its emails, else of the trace id."""
        identity = result.get("id")
        item = self._by_id.get(identity) if isinstance(identity, str) else None
        item = item or next(self._known(_addresses(result)), None)
        return item or self._by_trace.get(str(result.get("objectWriteTraceId", "")))

    def of_error(self, error: Mapping[str, Any]) -> set[Item]:
        """The inputs of its trace ids; else those whose record ids it lists, or whose emails stand in its context.

        Other things in a context may look like a trace id (the id of the record in conflict) or be another input's email.
        """
        traced = {self._by_trace[trace] for trace in texts(error, "objectWriteTraceId") if trace in self._by_trace}
        if traced:
            return traced
        context = error.get("context")
        names = list(context) if isinstance(context, dict) else []
        listed = {self._by_id[identity] for identity in texts(error, "ids") if identity in self._by_id}
        return listed.union(self._known(text.lower() for name in names for text in texts(error, name)))

    def _known(self, emails: Iterable[str]) -> Iterator[Item]:
        return (self._by_email[email] for email in emails if email in self._by_email)


def _addresses(result: Mapping[str, Any]) -> Iterator[str]:
    """A result's emails, lower-case, the primary one first."""
    properties = result.get("properties")
    if isinstance(properties, dict):
        yield str(properties.get("email") or "").strip().lower()
        for other in str(properties.get("hs_additional_emails") or "").lower().split(";"):
            yield other.strip()

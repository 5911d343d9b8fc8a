"""Who set the values of some contacts, from their histories: one call, tried once, for a caller that can do without.

What HubSpot calls the source of a value (``sourceType``, ``sourceId``) is taken as it is; nothing is known here of what it means. Keep out: what
follows.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.response import objects
from hubsync_assets.hubspot.retry import Action

__all__ = ["MOST_HISTORIES", "PastValue", "read_histories"]

MOST_HISTORIES = 50
"""The most contacts that a batch read with histories takes."""


class PastValue(NamedTuple):
    """A value that a property had.

    Attributes:
        value: In HubSpot's form; empty: it was cleared.
        at: When it was set.
        source: Who set it, in HubSpot's words: the type and the id; the id is empty where HubSpot does not say one.
    """

    value: str
    at: datetime
    source: tuple[str, str]


def read_histories(
    client: HubSpotClient, ids: Sequence[str], properties: Sequence[str]
) -> dict[str, dict[str, list[PastValue]]]:
    """The values that some properties of some contacts had.

    Args:
        client: The portal.
        ids: Record ids, at most ``MOST_HISTORIES``.
        properties: Of which properties.

    Returns:
        By id and property, newest first; what the answer does not say, or says in another form, is not in it. Nothing where the call failed.
    """
    while (wait := client.pacer.take()) > 0:
        client.tuning.sleep(wait)
    body = {
        "inputs": [{"id": identity} for identity in ids],
        "properties": [],
        "propertiesWithHistory": list(properties),
    }
    answer, ruling = client.attempt("POST", client.paths.read, body)
    if ruling.action is not Action.USE or not answer.body:
        return {}
    found = {}
    for item in objects(answer.body.get("results")):
        histories = item.get("propertiesWithHistory")
        if isinstance(histories, dict):
            found[str(item.get("id"))] = {name: _values(given) for name, given in histories.items()}
    return found


def _values(given: object) -> list[PastValue]:
    values = [value for item in objects(given) if (value := _value(item)) is not None]
    return sorted(values, key=lambda value: value.at, reverse=True)


def _value(item: Mapping[str, Any]) -> PastValue | None:
    try:
        at = datetime.fromisoformat(str(item.get("timestamp")))
    except ValueError:
        return None
    source = (str(item.get("sourceType") or ""), str(item.get("sourceId") or ""))
    return PastValue(str(item.get("value") or ""), at if at.tzinfo else at.replace(tzinfo=UTC), source)

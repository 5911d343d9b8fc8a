"""A plan that is not new any more, read again while it is sent: only contacts that are still as it says are written.

Put here: whether a contact has moved. Keep out: when a plan is old (``upload``), and reading (``hubspot.client``).
"""

from typing import Any

import polars as pl

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.values import PortalContact

__all__ = ["Rereading"]


class Rereading:
    """For one portal.

    Args:
        client: the portal.
        properties: the names of those to read.
    """

    def __init__(self, client: HubSpotClient, properties: list[str]) -> None:
        self._client = client
        self._properties = properties

    def unmoved(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The contacts that hold what the plan says that they hold, in the same order; a call for every hundred.

        One that is not there any more is among them: the writer tells what became of it.

        Args:
            rows: of the plan, with ``changes``.
        """
        ids = rows["hubspot_id"].drop_nulls().to_list()
        there = self._client.read_by_id(ids, self._properties) if ids else {}
        new = rows.filter(pl.col("hubspot_id").is_null())["email"].to_list()
        found = self._client.read_contacts(new, self._properties).found if new else []
        made = {contact.email for contact in found}
        moved = [
            row["email"] in made
            if row["hubspot_id"] is None
            else _has_moved(row["changes"], there.get(row["hubspot_id"]))
            for row in rows.select("email", "hubspot_id", "changes").iter_rows(named=True)
        ]
        return rows.filter(~pl.Series(moved, dtype=pl.Boolean))


def _has_moved(changes: list[dict[str, Any]], contact: PortalContact | None) -> bool:
    if contact is None:
        return False
    return any((contact.properties.get(change["property"]) or None) != change["old"] for change in changes)

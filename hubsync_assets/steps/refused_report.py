"""What is refused, for people who have to do something about it: by kind, and a few examples by their place in the sources.

Put here: reading ``failed_contacts``, without any contact's data. Keep out: what would help against each (``assets.upload_summary``).
"""

from dataclasses import dataclass

import polars as pl

from hubsync_assets.contacts.held_back import ALREADY_IN_PORTAL, NOT_IN_PORTAL
from hubsync_assets.model.tables import FAILED, MERGED
from hubsync_assets.steps.places import places_of
from hubsync_assets.tables.storage import Storage

__all__ = ["Refused", "RefusedKind", "refused_now"]

MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class RefusedKind:
    """Refusals of one kind.

    Attributes:
        category: HubSpot's word, or ours in lower case.
        property_name: of refused values; None: whole contacts.
        count: contacts.
        examples: where some of them stand in their sources, each with the id that HubSpot's support asks for, where there is one.
    """

    category: str
    property_name: str | None
    count: int
    examples: tuple[tuple[str, str | None], ...]


Refused = tuple[RefusedKind, ...]


def refused_now(storage: Storage) -> Refused:
    """All kinds, the most frequent first; of contacts that are still in the sources, and not left out by the declaration."""
    failed = storage.table(FAILED).current()
    merged = storage.table(MERGED).current()
    if failed is None or merged is None or not failed.manifest.rows:
        return ()
    left_out = pl.col("category").is_in([NOT_IN_PORTAL, ALREADY_IN_PORTAL])
    rows = failed.scan().filter(~left_out.fill_null(value=False))
    there = rows.join(merged.scan().select("email"), on="email", how="semi")
    kinds = (
        there.group_by("category", "property")
        .agg(
            pl.len().alias("count"),
            pl.struct("email", "correlation_id").sort_by("email").head(MOST_EXAMPLES).alias("some"),
        )
        .sort("count", "category", "property", descending=[True, False, False], nulls_last=True)
        .collect()
    )
    named = {each["email"] for some in kinds["some"] for each in some}
    places = places_of(storage, sorted(named))
    return tuple(
        RefusedKind(
            row["category"],
            row["property"],
            row["count"],
            tuple((places[each["email"]], each["correlation_id"]) for each in row["some"]),
        )
        for row in kinds.iter_rows(named=True)
    )

"""Golden records that share their record in HubSpot with another one that is about to be written, and that nobody looks at.

They are as the log says, so that the plan does not look at them; but what HubSpot holds of them is the other one's, and a person has to know.
Put here: who they are. Keep out: finding twins (``twins``), and what becomes of them (``contacts.changes``).
"""

import polars as pl

from hubsync_assets.contacts.held_back import SAME_RECORD
from hubsync_assets.steps.forming import FOUND_SCHEMA

__all__ = ["others_of"]


def others_of(twins: pl.DataFrame, found: pl.DataFrame, looked_at: pl.DataFrame, failed: pl.LazyFrame) -> pl.DataFrame:
    """The others, each with what HubSpot holds of the record that it shares.

    Args:
        twins: ``TWINS_SCHEMA``.
        found: FOUND_SCHEMA: what was found of those that are looked at, one row each.
        looked_at: ``email`` of these.
        failed: ``Schemas.failed``: who is listed already is not listed again.

    Returns:
        FOUND_SCHEMA. Not the record's owner, whose primary address it has: that one is as it should be.
    """
    records = found.join(twins.select("hubspot_id").unique(), on="hubspot_id", how="semi").unique(
        "hubspot_id", keep="first"
    )
    primary = pl.col("properties").str.json_path_match("$.email").str.to_lowercase()
    listed = failed.filter(pl.col("category") == SAME_RECORD).select("email").collect()
    return (
        twins.join(records.select("hubspot_id", "properties", primary.alias("primary")), on="hubspot_id")
        .with_columns(
            pl.when(pl.col("primary").is_in(pl.col("email").implode()).over("hubspot_id"))
            .then("primary")
            .otherwise(pl.col("email").min().over("hubspot_id"))
            .alias("owner")
        )
        .filter(pl.col("email") != pl.col("owner"))
        .join(looked_at, on="email", how="anti")
        .join(listed, on="email", how="anti")
        .select(FOUND_SCHEMA.keys())
    )

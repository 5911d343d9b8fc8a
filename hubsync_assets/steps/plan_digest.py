"""The name of a plan: the same for the same writes to the same contacts, whenever it was made.

Put here: what a person approves when they approve a plan. Keep out: whether one has to be approved (``guard``).
"""

import hashlib

import polars as pl

from hubsync_assets.model.short_digest import short_digest

__all__ = ["PlanDigest"]


class PlanDigest:
    """Grows bucket by bucket, in their order."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, rows: pl.DataFrame) -> None:
        """Take in rows of the plan (``Schemas.plan``): whom, and what is sent. Times and versions are left out."""
        said = rows.select(
            pl.concat_str("email", "action", pl.col("hubspot_id").fill_null(""), "properties", separator="\n")
        )
        for text in said.to_series():
            self._hash.update(text.encode())

    def hexdigest(self) -> str:
        """Twelve characters: enough to tell plans apart, and to be typed."""
        return short_digest(self._hash.hexdigest())

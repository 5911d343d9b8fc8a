"""Which of the contacts that have something to write a run may write: the others are held back, each with its reason.

A scope narrows what is written and nothing else: all contacts are merged and looked at, none of those outside counts as settled, seen or
missing. Put here: the decision for each contact. Keep out: what a run was told (``steps.scoping``), and what is written (``changes``).
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from hubsync_assets.contacts.deciding import NOBODY
from hubsync_assets.contacts.held_back import ABOVE_MOST, NOT_LISTED, ONLY_CREATES, ONLY_UPDATES, SOURCE_OFF
from hubsync_assets.contacts.joining import KEY
from hubsync_assets.kinds.field import Field

__all__ = ["EVERYTHING", "Scope", "Writes"]

Writes = Literal["all", "create_only", "update_only"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run may write.

    Attributes:
        listed: Canonical emails (String): no other contact; None: all.
        off: Sources that are off for the run: no contact of which one has, or had, a record. What such a source says counts as not known,
            so nothing that it could have decided is written.
        writes: Contacts that HubSpot lacks, or has, alone.
        most: The greatest number of contacts; None: all.
    """

    listed: pl.Series | None = None
    off: tuple[str, ...] = ()
    writes: Writes = "all"
    most: int | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether there is anything that it keeps from being written."""
        return self.listed is not None or bool(self.off) or self.writes != "all" or self.most is not None

    def held(self, contacts: pl.DataFrame, fields: tuple[Field, ...]) -> pl.DataFrame:
        """Those that are not written.

        Args:
            contacts: ``unlike_schema`` and ``known_from``: contacts of which something would be written, in the order in which they count.
            fields: The contact's.

        Returns:
            ``email``, ``reason`` and ``doubt`` of each that is outside.
        """
        nothing = pl.lit(None, dtype=pl.String)
        is_new = pl.col("known_from") == NOBODY
        reason = nothing
        if self.writes == "create_only":
            reason = pl.when(~is_new).then(pl.lit(ONLY_CREATES)).otherwise(reason)
        if self.writes == "update_only":
            reason = pl.when(is_new).then(pl.lit(ONLY_UPDATES)).otherwise(reason)
        for source in self.off:
            reason = pl.when(_knows(source, fields)).then(pl.lit(SOURCE_OFF)).otherwise(reason)
        if self.listed is not None:
            reason = pl.when(~pl.col(KEY).is_in(self.listed.implode())).then(pl.lit(NOT_LISTED)).otherwise(reason)
        outside = contacts.select(KEY, "doubt", reason.alias("reason"))
        if self.most is not None:
            place = pl.col("reason").is_null().cum_sum()
            is_above = pl.col("reason").is_null() & (place > self.most)
            outside = outside.with_columns(
                pl.when(is_above).then(pl.lit(ABOVE_MOST)).otherwise(pl.col("reason")).alias("reason")
            )
        return outside.filter(pl.col("reason").is_not_null()).select(KEY, "reason", "doubt")


EVERYTHING = Scope()
"""Nothing is held back by it."""


def _knows(source: str, fields: tuple[Field, ...]) -> pl.Expr:
    """Whether a source has a record of a contact, be it a rejected one, or gave something that HubSpot has of it."""
    gave = [(pl.col(f"state:{field.name}:source") == source).fill_null(value=False) for field in fields]
    had = (pl.col(f"state:{source}_records") > 0).fill_null(value=False)
    has = (pl.col(f"{source}_records") > 0) | pl.col(f"{source}_file_rank").is_not_null()
    return pl.any_horizontal(has, had, *gave)

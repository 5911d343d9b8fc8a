"""Fields that are used and never sent: no change of theirs is a change of the contact in HubSpot.

Put here: taking them out of golden records before they are compared. Keep out: what they are used for (``winners``, ``plan_rows``).
"""

import polars as pl

from hubsync_assets.model.contact_model import ContactModel

__all__ = ["given", "without_unsent"]


def given(name: str) -> str:
    """The column that keeps the value of a field that is never sent."""
    return f"{name}:given"


def without_unsent(model: ContactModel, merged: pl.DataFrame) -> pl.DataFrame:
    """Golden records in which nobody gives a field that is never sent; its value is in ``given``."""
    unsent = [field for field in model.contact_fields if not field.targets]
    if not unsent:
        return merged
    return merged.with_columns(
        *(pl.col(field.name).alias(given(field.name)) for field in unsent),
        *(pl.lit(None, dtype=field.dtype).alias(field.name) for field in unsent),
        *(pl.lit(None, dtype=model.schema.said).alias(f"{field.name}:from") for field in unsent),
    )

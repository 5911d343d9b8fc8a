"""The different values that a plan sends of a field: the options of a property that is made for it.

Keep out: making it (``hubspot.schema_check``).
"""

import polars as pl

from hubsync_assets.kinds.field import Field
from hubsync_assets.tables.table import Version

__all__ = ["values_sent"]


def values_sent(plan: Version, field: Field) -> list[str]:
    """Each once; the elements of a value of several each for itself."""
    values = plan.scan().select(pl.col(field.name).drop_nulls().unique()).collect().to_series()
    return (values.str.split(";").explode() if field.takes_lists else values).unique().to_list()

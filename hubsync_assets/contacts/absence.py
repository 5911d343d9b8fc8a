"""When a value is gone because the one that gave it is gone.

Put here: whether a source still has a contact, and whose absence removed a field's value. Keep out: whether a source's absence is
believed (``SourceDoubts``), and what is cleared (``deciding``).

The frames here are golden records joined with the state (``state:<column>``).
"""

from collections.abc import Iterable

import polars as pl

from hubsync_assets.kinds.field import Field
from hubsync_assets.model.schema import GONE

__all__ = ["is_removed"]


def is_removed(field: Field, sources: Iterable[str]) -> pl.Expr:
    """Whether nobody gives the field any more since the source of its acknowledged value has no record of the contact (Boolean, never null).

    Where the state does not note whose the value was (an earlier version wrote it), any source will do that had the contact.

    Args:
        field: The field.
        sources: The names of those that count.
    """
    gave = pl.col(f"state:{field.name}:source")
    gone = [
        ((gave == source) | (gave.is_null() & (pl.col(f"state:{source}_records") > 0))).fill_null(value=False)
        & (pl.col(f"{source}_records") == 0)
        # A record that was rejected still speaks of the contact.
        & pl.col(f"{source}_file_rank").is_null()
        for source in sources
    ]
    # A source that is not declared any more has nothing; a person has confirmed that.
    gone.append((gave == GONE).fill_null(value=False))
    return pl.col(f"{field.name}:from").is_null() & pl.any_horizontal(gone)

"""Whether fewer records alone can have made a value what it is now, by the rule that made it.

Put here: in which direction a rule's value goes when a record is missing. Keep out: whether one is (``uncertainty``).
"""

from collections.abc import Callable

import polars as pl

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule

__all__ = ["is_of_all_sources", "may_be_reverted"]

_BACKWARDS: dict[Rule, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    Rule.MAX: lambda now, before: now < before,
    Rule.ANY: lambda now, before: now < before,
    Rule.MIN: lambda now, before: now > before,
    Rule.ALL: lambda now, before: now > before,
    Rule.LONGEST: lambda now, before: (now.str.len_chars() <= before.str.len_chars()) & (now != before),
    Rule.UNION: lambda now, before: before.str.split(";").list.set_difference(now.str.split(";")).list.len() > 0,
}
"""Of a value now and the one before, whether a record less can have led from one to the other."""


def is_of_all_sources(field: Field) -> bool:
    """Whether a field's value may be any source's, however many the state names: the rule looks at all of them."""
    return field.rule in _BACKWARDS


def may_be_reverted(field: Field, now: pl.Expr, before: pl.Expr) -> pl.Expr:
    """Whether a record that is missing can have made the value what it is, or have taken it away (Boolean, never null).

    Args:
        field: One of which ``is_of_all_sources`` holds.
        now: The golden value.
        before: What was acknowledged.
    """
    return _BACKWARDS[field.rule](now, before).fill_null(value=True)

"""Whether the country of phone numbers is one.

Put here: the check that sources and phones share. Keep out: the codes (``kinds.country_table``).
"""

import polars as pl

from hubsync_assets.kinds.country_table import all_countries

__all__ = ["wrong_with_region"]

_NOT_ISO = frozenset({"XK"})
"""Kosovo has phone numbers, and no code yet."""


def wrong_with_region(code: str | None) -> str | None:
    """What is wrong with a code of two capital letters; None: nothing, or there is no code."""
    countries = all_countries()
    if code is None or code in countries.alpha3 or code in _NOT_ISO:
        return None
    also = countries.named(pl.Series([code]))[0]
    return f"'{code}' is no code of ISO 3166" + (f"; did you mean '{also}'?" if also else "")

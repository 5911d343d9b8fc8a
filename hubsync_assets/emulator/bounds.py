"""Which numbers a caller of the control path may give, so that none of them makes a later API call fail.

Put here: checks of one number. Keep out: numbers in HubSpot's own API, which are refused in HubSpot's words (``portal``).
"""

__all__ = ["LONGEST_SECONDS", "count", "number", "query_count"]

LONGEST_SECONDS = 86_400
"""The longest delay that can be ordered, and the longest lag of search: a day."""
MOST_DIGITS = 18
"""A number of so many digits fits into SQLite's 64 bits."""


def number(value: object, name: str, least: float, most: float) -> float:
    """A number from ``least`` to ``most``; ValueError for anything else."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{name} takes a number between {least} and {most}.")
    return value


def count(value: object, name: str, least: int = 0) -> int:
    """A whole number of ``least`` or more, of 18 digits at most; ValueError if it is something else."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 10**MOST_DIGITS:
        raise ValueError(f"{name} takes a whole number of {least} or more, with {MOST_DIGITS} digits at most.")
    return value


def query_count(query: dict[str, str], name: str, default: int, most: int = 10**MOST_DIGITS - 1) -> int:
    """The whole number of a query parameter, cut to ``most``; ValueError if it is something else."""
    text = query.get(name) or str(default)
    if not text.isascii() or not text.isdecimal() or len(text) > MOST_DIGITS:
        raise ValueError(f"{name} takes a whole number of 0 or more, with {MOST_DIGITS} digits at most.")
    return min(int(text), most)

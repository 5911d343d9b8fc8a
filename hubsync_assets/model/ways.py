"""How fields are written, in words, and what follows where two declarations differ in that.

A way is the properties of a field, a colon, and how its value is written there: ``firstname lastname: first_word_and_rest``. The log keeps
one for each field and version. Put here: comparing them. Keep out: making them (``hubspot.mapping``), and keeping them (``sync_log``).
"""

from collections.abc import Mapping

__all__ = ["as_named_now", "former_names", "is_elsewhere"]

_COLON = ":"


def is_elsewhere(way: str | None, other: str | None) -> bool:
    """Whether two ways write other properties; None: to none at all.

    Example:
        >>> is_elsewhere("country: alpha2", "country: english"), is_elsewhere("country: alpha2", "land: alpha2")
        (False, True)
    """
    return way is None or other is None or way.partition(_COLON)[0] != other.partition(_COLON)[0]


def former_names(now: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    """By name of then, the name of now of each field that there is not any more, and whose properties another, new one is written to.

    Args:
        now: The ways of today's fields.
        then: Those of an earlier declaration.

    Example:
        >>> former_names({"firm": "company: as_is"}, {"company": "company: as_is", "size": "company_size: as_is"})
        {'company': 'firm'}
    """
    gone = {way: name for name, way in then.items() if name not in now}
    return {gone[way]: name for name, way in now.items() if name not in then and way in gone}


def as_named_now(now: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    """The ways of then, by what the fields are called now."""
    former = former_names(now, then)
    return {former.get(name, name): way for name, way in then.items()}

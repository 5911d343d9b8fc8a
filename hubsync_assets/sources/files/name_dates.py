"""The dates that stand in names of files, in the ways in which exports write them.

Put here: finding one. Keep out: what follows from it (``odd_times``).
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

__all__ = ["DateIn", "dates_in"]

DateIn = tuple[str, dt.datetime]
"""How it is written, and the date: a month and a day in it are not compared with each other."""

_NAMED = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"({'|'.join(_NAMED)})[a-z]*"
_STYLES = {
    "day": r"(?P<y>(?:19|20)\d\d)(?P<s>[-_.]?)(?P<m>\d\d)(?P=s)(?P<d>\d\d)(?:[-_.T ]?(?P<h>\d\d)[-_.:h]?(?P<i>\d\d)(?:[-_.:m]?(?P<e>\d\d))?)?",
    "short": r"(?P<y>20\d\d)(?P<s>[-_.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})",
    "turned": r"(?P<first>\d{1,2})(?P<s>[-_.])(?P<second>\d{1,2})(?P=s)(?P<y>20\d\d)",
    "week": r"(?P<y>20\d\d)[-_.]?(?:w|kw)[-_.]?(?P<w>\d\d)",
    "day named": rf"(?P<d>\d{{1,2}})[-_. ]*(?P<n>{_MONTH})[-_. ]*(?P<y>20\d\d)",
    "named day": rf"(?P<n>{_MONTH})[-_. ]*(?P<d>\d{{1,2}})[-_., ]+(?P<y>20\d\d)",
    "month": r"(?P<y>20\d\d)[-_.](?P<m>\d\d)",
    "unix": r"(?P<u>1[5-9]\d{8})(?:\d{3})?",
}
"""The first that fits counts: 2026-01-31, 20260131 and 2026_01_31, each perhaps with a time of day behind it; 2026-1-5; 31.01.2026; 2026-W05;
31Jan2026; Jan 31 2026; 2026-01; seconds or milliseconds since 1970."""

_PATTERNS = {style: re.compile(rf"(?<!\d){pattern}(?!\d)", re.IGNORECASE) for style, pattern in _STYLES.items()}


def dates_in(names: Iterable[str]) -> list[DateIn | None]:
    """The date in each file's own name; None: it has none, or nobody can tell which is the day and which the month.

    Example:
        >>> [found and str(found[1].date()) for found in dates_in(["2020-01-01/contacts_20260131.csv", "31-01-2026.csv", "01-02-2026.csv"])]
        ['2026-01-31', '2026-01-31', '2026-02-01']
        >>> dates_in(["contacts_2026-13-01.csv", "01-02-2026.csv"])
        [None, None]
    """
    own = [PurePath(name).name for name in names]
    turned = [match for name in own for match in _PATTERNS["turned"].finditer(name)]
    first, second = (any(int(match[group]) > 12 for match in turned) for group in ("first", "second"))
    order = "" if first == second else "dm" if first else "md"
    return [next(_found(name, order), None) for name in own]


def _found(name: str, order: str) -> Iterator[DateIn]:
    for style, pattern in _PATTERNS.items():
        for match in pattern.finditer(name):
            try:
                date = _date(match.groupdict(), order)
            except ValueError:
                continue  # no calendar has it
            if date is not None:
                yield style, date


def _date(parts: dict[str, str], order: str) -> dt.datetime | None:
    if "u" in parts:
        return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(parts["u"]))  # noqa: DTZ001 - only compared with each other
    year = int(parts["y"])
    if "w" in parts:
        return dt.datetime.fromisocalendar(year, int(parts["w"]), 1)
    if "first" in parts:
        order = "dm" if parts["s"] == "." else order
        if not order:
            return None
        parts = {**parts, order[0]: parts["first"], order[1]: parts["second"]}
    month = _NAMED.index(parts["n"][:3].lower()) + 1 if "n" in parts else int(parts["m"])
    hour, minute, second = (int(parts.get(part) or 0) for part in "hie")
    return dt.datetime(year, month, int(parts.get("d") or 1), hour, minute, second)  # noqa: DTZ001 - as above

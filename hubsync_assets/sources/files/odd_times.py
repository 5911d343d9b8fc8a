"""What is odd about the times of a source's files: in the future, or against the dates in their names.

Put here: the sentences that a person gets to read; nothing follows from them. Keep out: which file is the newest (``locate``).
"""

import datetime as dt
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from hubsync_assets.sources.files.source_file import SourceFile

__all__ = ["odd_times"]

_AHEAD = 120.0
"""Clocks of file servers differ; this many seconds are no time of the future."""

_MOST_NAMED = 5
_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?:[-_.T ]?(\d\d)[-_.:h]?(\d\d)(?:[-_.:m]?(\d\d))?)?(?!\d)"
)
"""2026-01-31, 20260131, 2026_01_31, each perhaps with a time of day behind it."""


def odd_times(files: Sequence[SourceFile], rank: str, now: float | None = None) -> tuple[str, ...]:
    """Sentences about files.

    Args:
        files: Newest first.
        rank: What says which is newer, ``name`` or ``time``.
        now: Seconds since the epoch, for tests.
    """
    moment = time.time() if now is None else now
    return (*_of_the_future(files, rank, moment), *(_disagreeing(files) if rank == "time" else ()))


def _of_the_future(files: Iterable[SourceFile], rank: str, now: float) -> Iterator[str]:
    ahead = [file for file in files if file.mtime_ns is not None and file.mtime_ns / 1e9 > now + _AHEAD]
    for file in ahead[:_MOST_NAMED]:
        effect = ", so it counts as newer than every export until then" if rank == "time" else ""
        yield f"{file.name} has a time in the future, {_shown(file)}{effect}"
    if len(ahead) > _MOST_NAMED:
        yield f"{len(ahead) - _MOST_NAMED} more files have a time in the future"


def _shown(file: SourceFile) -> str:
    seconds = (file.mtime_ns or 0) // 10**9
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=min(seconds, 250_000_000_000))
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _disagreeing(files: Iterable[SourceFile]) -> Iterator[str]:
    """The first two of which the one that counts as newer has the earlier date in its name."""
    newer: tuple[dt.datetime, SourceFile] | None = None
    for file in files:
        date = date_in(file.name)
        if date is None:
            continue
        if newer is not None and date > newer[0]:
            yield (
                f"{newer[1].name} counts as newer than {file.name} by its time, and the dates in their names say the opposite: "
                "declare rank: name if the names are right"
            )
            return
        newer = (date, file)


def date_in(name: str) -> dt.datetime | None:
    """The first date in a file's own name.

    Example:
        >>> print(date_in("2020-01-01/contacts_20260131.csv"), date_in("contacts_2026-13-01.csv"))
        2026-01-31 00:00:00 None
    """
    for match in _DATE.finditer(PurePath(name).name):
        year, _, month, day, hour, minute, second = match.groups()
        try:
            return dt.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001 - only compared with each other
        except ValueError:
            continue
    return None

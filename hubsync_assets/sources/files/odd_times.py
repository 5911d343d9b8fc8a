"""What is odd about the times and names of a source's files: a time in the future, an order against the dates or numbers in names.

Put here: the sentences that a person gets to read; nothing follows from them. Keep out: which file is the newest (``locate``).
"""

import datetime as dt
import re
import time
from collections.abc import Iterable, Iterator, Sequence

from hubsync_assets.sources.files.name_dates import dates_in
from hubsync_assets.sources.files.source_file import SourceFile

__all__ = ["odd_times"]

_AHEAD = 120.0
"""Clocks of file servers differ; this many seconds are no time of the future."""

_MOST_NAMED = 5
_MOST_DIGITS = 100
_DIGITS = re.compile(r"\d+")


def odd_times(files: Sequence[SourceFile], rank: str, now: float | None = None) -> tuple[str, ...]:
    """Sentences about files.

    Args:
        files: Newest first.
        rank: What says which is newer, ``name`` or ``time``.
        now: Seconds since the epoch, for tests.
    """
    moment = time.time() if now is None else now
    numbers = _numbers_disagreeing(files) if rank == "name" else ()
    return (*_of_the_future(files, rank, moment), *(tuple(_disagreeing(files, rank)) or numbers))


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


def _disagreeing(files: Sequence[SourceFile], rank: str) -> Iterator[str]:
    """The first two of which the one that counts as newer has the earlier date in its name."""
    by, instead = ("time", "name") if rank == "time" else ("name", "time")
    newer: dict[str, tuple[dt.datetime, SourceFile]] = {}
    for file, found in zip(files, dates_in(file.name for file in files), strict=True):
        if found is None:
            continue
        style, date = found
        if style in newer and date > newer[style][0]:
            yield (
                f"{newer[style][1].name} counts as newer than {file.name} by its {by}, and the dates in their names say the opposite: "
                f"declare rank: {instead} if the {instead}s are right"
            )
            return
        newer[style] = (date, file)


def _numbers_disagreeing(files: Iterable[SourceFile]) -> Iterator[str]:
    """The first two whose names are the same but for numbers, which names do not put in order: 10 comes before 9."""
    newer: dict[str, tuple[list[int], SourceFile]] = {}
    for file in files:
        # A number of thousands of digits is none that Python reads.
        frame, numbers = (
            _DIGITS.sub("0", file.name),
            [int(digits[:_MOST_DIGITS]) for digits in _DIGITS.findall(file.name)],
        )
        if frame in newer and numbers > newer[frame][0]:
            yield (
                f"{newer[frame][1].name} counts as newer than {file.name} by its name, and the numbers in their names say the opposite: "
                "write them with as many digits, or declare rank: time"
            )
            return
        newer[frame] = (numbers, file)

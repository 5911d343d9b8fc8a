"""Whether something is older than it may be, by a clock that may have been set back since.

Put here: that one comparison. Keep out: what may be how old.
"""

from datetime import datetime, timedelta

__all__ = ["is_older"]

_CLOCKS = timedelta(minutes=5)
"""Clocks of two machines differ; a time farther ahead than this is of a clock that was wrong, and says nothing of an age."""


def is_older(then: datetime, now: datetime, most: timedelta) -> bool:
    """Whether it is, or may be: what is from the future has no age that anybody knows.

    Args:
        then: when it was made, with a zone.
        now: what time it is, with a zone.
        most: how old it may be.
    """
    return not -_CLOCKS <= now - then <= most

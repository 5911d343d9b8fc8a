"""Python's garbage collector while millions of short-lived objects pass by.

Keep out: what makes them. An upload makes some twenty objects for each contact, which die by themselves when its answer is logged.
At the collector's usual pace each of them is looked at several times until then, and everything else that is alive as well: a
tenth of the upload's processor time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["unhurried_collector"]

PACE = 10_000
"""Objects between two collections (Python's own pace is 700): some megabytes at most that a cycle may hold longer."""


@contextmanager
def unhurried_collector() -> Iterator[None]:
    """Collect at longer intervals, and leave alone what was alive before; at the end all is as it was.

    Where somebody has frozen objects already, or set a slower pace, that is left as it is.
    """
    before = gc.get_threshold()
    freeze = not gc.get_freeze_count()
    if 0 < before[0] < PACE:
        gc.set_threshold(PACE, *before[1:])
    if freeze:
        gc.freeze()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if freeze:
            gc.unfreeze()

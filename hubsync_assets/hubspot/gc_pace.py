"""Python's garbage collector, slowed down while millions of short-lived objects come and go.

Put here: the collector's pace. Keep out: what makes the objects. An upload makes some twenty objects for each contact, which are freed
without the collector once the contact's answer is logged. At its usual pace the collector visits each of them several times until
then, and everything else that is alive too: a tenth of the upload's processor time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["unhurried_collector"]

PACE = 10_000
"""Objects between two collections (Python's own pace is 700): cycles may hold some megabytes for longer, not more."""


@contextmanager
def unhurried_collector() -> Iterator[None]:
    """Collect less often, and skip the objects that exist already; at the end the settings are as before.

    If the caller has frozen objects or set a slower pace already, that is left as it is.
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

"""Whether automation starts by itself: with the emulator yes, against a real portal only when a person switches it on; and how often it looks.

Keep out: the settings themselves (``settings``); a wrong value must not keep the definitions from loading.
"""

import os

__all__ = ["runs_out_of_the_box", "seconds_between_looks"]

_QUARTER = 900


def runs_out_of_the_box() -> bool:
    """Whether sensor and schedule are on until somebody switches them off."""
    return (os.environ.get("HUBSYNC_TARGET") or "emulator") == "emulator"


def seconds_between_looks() -> int:
    """How often databases are asked whether their rows changed: ``HUBSYNC_LOOK_EVERY``; 900 where it is not set, or is no number of seconds."""
    text = os.environ.get("HUBSYNC_LOOK_EVERY", "").strip()
    return max(30, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else _QUARTER

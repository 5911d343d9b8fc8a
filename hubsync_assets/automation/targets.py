"""Whether automation starts by itself: with the emulator yes, against a real portal only when a person switches it on.

Keep out: the settings themselves (``settings``); a wrong value must not keep the definitions from loading.
"""

import os

__all__ = ["runs_out_of_the_box"]


def runs_out_of_the_box() -> bool:
    """Whether sensor and schedule are on until somebody switches them off."""
    return (os.environ.get("HUBSYNC_TARGET") or "emulator") == "emulator"

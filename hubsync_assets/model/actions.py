"""What becomes of one value of a contact that is planned: the words of the plan, of its counts and of the log.

Put here: the words. Keep out: when each is meant (``contacts.deciding``).
"""

import polars as pl

__all__ = [
    "ACTIONS",
    "CLEAR",
    "CREATE",
    "DECISION",
    "FILL",
    "HELD",
    "NEVER_CLEAR",
    "ONLY_FILL",
    "OVERWRITE",
    "OVERWRITE_THEIRS",
    "REFUSED",
    "SAME",
    "SETTLED",
    "SET_ONCE",
    "THEIRS",
]

CREATE = "create"
FILL = "fill"
OVERWRITE = "overwrite"
OVERWRITE_THEIRS = "overwrite_theirs"
CLEAR = "clear"

ACTIONS = (CREATE, FILL, OVERWRITE, OVERWRITE_THEIRS, CLEAR)
"""What is written. ``create``: with a new contact. ``fill``: HubSpot has nothing. ``overwrite``: HubSpot has what we last wrote.
``overwrite_theirs``: it has what somebody else wrote. ``clear``: it is made empty."""

THEIRS = "theirs"
ONLY_FILL = "only_fill"
SET_ONCE = "set_once"
NEVER_CLEAR = "never_clear"
REFUSED = "refused"

SETTLED = (THEIRS, ONLY_FILL, SET_ONCE, NEVER_CLEAR, REFUSED)
"""Why a value is not written until it, the policy or the property changes. ``theirs``: HubSpot keeps what somebody else wrote. ``only_fill``:
the field is only filled, and HubSpot has something. ``set_once``: it is only written with a new contact. ``never_clear``: it is gone, and
nothing is made empty. ``refused``: HubSpot does not take it."""

SAME = "same"
"""HubSpot has a value that means the same."""
HELD = "held"
"""What is not known keeps it as it is."""

DECISION = pl.Enum([*ACTIONS, *SETTLED, SAME, HELD])

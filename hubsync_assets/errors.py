"""The two families of errors, by what the caller should do: try again, or stop.

Every room raises one of these (or a subclass that it builds in its own ``errors.py``). Keep out: anything that depends on
a room, on Dagster or on HTTP; and contact data, tokens and the query of a URL, because Dagster stores what it catches.
"""

__all__ = ["HubsyncError", "PermanentError", "TransientError"]


class HubsyncError(Exception):
    """Something the project knows about: one line with what happened, to which thing, and what to do about it."""


class TransientError(HubsyncError):
    """Nothing is wrong with the input: the same call may succeed later."""


class PermanentError(HubsyncError):
    """The same call will fail again: somebody has to change something first."""

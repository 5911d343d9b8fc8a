"""The error of a declaration with faults.

Put here: the exception. Keep out: its words.
"""

from hubsync_assets.errors import PermanentError

__all__ = ["DeclarationError"]


class DeclarationError(PermanentError):
    """A declaration cannot be used; the text is one line for each fault, and nothing else."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The faults."""
        return tuple(str(self).splitlines())

"""The scope of a run, from what it was told: the emails of a file, and how many contacts may still be taken.

Put here: reading that file, and counting. Keep out: which contact is inside (``contacts.scope``).
"""

import stat
from pathlib import Path

import polars as pl

from hubsync_assets.contacts.changes import Changes
from hubsync_assets.contacts.scope import Scope
from hubsync_assets.errors import PermanentError
from hubsync_assets.kinds.reading import USUAL
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.steps.plan_report import PlanOptions

__all__ = ["Scoping", "listed_in"]

_LARGEST = 100_000_000
_MOST_NAMED = 5
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Scoping:
    """The scope while contacts are taken, bucket by bucket.

    Args:
        model: What a contact is.
        options: What the run was told.

    Attributes:
        leaves_doubt: Whether a contact of which nobody knows what HubSpot took was held back.

    Raises:
        PermanentError: The file of emails cannot be used, or a source is not declared.
    """

    def __init__(self, model: ContactModel, options: PlanOptions) -> None:
        if unknown := [source for source in options.sources_off if source not in model.sources]:
            msg = f"sources names {', '.join(unknown)}, and the declaration has {', '.join(model.sources)}"
            raise PermanentError(msg)
        self._listed = listed_in(model, Path(options.only_file)) if options.only_file else None
        self._off = tuple(options.sources_off)
        self._writes = options.writes
        self._room = options.max_contacts
        self.leaves_doubt = False

    @property
    def scope(self) -> Scope:
        """What the next contacts may be."""
        return Scope(self._listed, self._off, self._writes, self._room)

    def at_once(self, usual: int) -> int:
        """Buckets to work on ahead: ``usual``, and none where it depends on those before how many contacts may be taken."""
        return usual if self._room is None else 0

    def took(self, changes: Changes) -> None:
        """Count what became of some contacts."""
        self.leaves_doubt = self.leaves_doubt or changes.leaves_doubt
        if self._room is not None:
            self._room -= changes.planned.height


def listed_in(model: ContactModel, path: Path) -> pl.Series:
    """The emails in a file, one a line, in canonical form (String, each once); empty lines, and those that begin with #, are none.

    Raises:
        PermanentError: The file is not there, others may read it, or a line is no email; the text quotes none.
    """
    try:
        is_file, mode, size = path.is_file(), path.stat().st_mode, path.stat().st_size
        text = path.read_text(encoding="utf-8-sig") if is_file and size <= _LARGEST else ""
    except (OSError, ValueError) as error:  # of a text that is no UTF-8, or a path with a NUL in it
        msg = f"only_file cannot be read ({type(error).__name__}): name a text file of emails, one a line, by its whole path"
        raise PermanentError(msg) from None
    if not is_file or size > _LARGEST:
        msg = f"only_file is no file of at most {_LARGEST / 1e6:.0f} MB: name a text file of emails, one a line"
        raise PermanentError(msg)
    if mode & _OTHERS:
        msg = f"only_file holds emails, and others than its owner may use it (mode {stat.S_IMODE(mode):03o}): chmod 600 it"
        raise PermanentError(msg)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    read = model.key.read(pl.Series([line for _, line in lines], dtype=pl.String), USUAL).values
    bad = [str(number) for (number, _), email in zip(lines, read, strict=True) if email is None]
    if bad:
        more = f" and {len(bad) - _MOST_NAMED} more" if len(bad) > _MOST_NAMED else ""
        msg = f"only_file: no email that can be synced in line {', '.join(bad[:_MOST_NAMED])}{more}: put it right, or take the line out"
        raise PermanentError(msg)
    if not lines:
        msg = "only_file has no email in it: put one in each line, or leave only_file out"
        raise PermanentError(msg)
    return read.unique()

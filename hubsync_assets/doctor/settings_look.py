"""What is set, and where storage is: never a URL of a source or of the log, where passwords are.

Keep out: reading the environment (``settings``).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from hubsync_assets.doctor.findings import Finding, Level
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.meant import nearest
from hubsync_assets.model.taken_names import TAKEN_VARIABLES
from hubsync_assets.settings import Settings
from hubsync_assets.sync_log.log import sqlite_url
from hubsync_assets.sync_log.standing import shown_log

__all__ = ["find_misspelt", "find_settings", "log_url"]

_OURS = "HUBSYNC_"


def find_settings(file: Path, model: ContactModel, settings: Settings) -> Iterator[Finding]:
    """What is set.

    Args:
        file: The declaration's.
        model: What it declares.
        settings: The environment.
    """
    unused = [name for name in model.sources if name not in settings.sources]
    off = f", switched off: {', '.join(unused)}" if unused else ""
    yield Finding(f"{file}: sources {', '.join(settings.sources)}{off}; {len(model.fields)} fields")
    yield Finding(f"target {settings.target}, approval {settings.approval}, files {settings.files}")
    yield Finding(f"storage {settings.storage.absolute()}; sync log: {shown_log(log_url(settings))}")


def find_misspelt(model: ContactModel, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Variables that nothing reads and whose name is like one that is read; their values are not repeated.

    Args:
        model: What sources there are.
        environment: The variables.
    """
    known = sorted(_OURS + name.upper() for name in (*TAKEN_VARIABLES, *model.sources))
    ends = tuple(f"_{name.removeprefix(_OURS)}" for name in known)
    for name in sorted(environment):
        # Another sync's variables have its prefix before the same names.
        if not name.startswith(_OURS) or name in known or name.removeprefix(_OURS).endswith(ends):
            continue
        close = nearest(name.removeprefix(_OURS), [other.removeprefix(_OURS) for other in known])
        if close is not None:
            yield Finding(
                f"{name} is set and read by nobody: is {_OURS}{close} meant?",
                Level.ATTENTION,
                f"rename or remove {name}",
            )


def log_url(settings: Settings) -> str:
    """Where the sync log is."""
    return settings.log_url or sqlite_url(settings.storage)

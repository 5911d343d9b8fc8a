"""What is set, and where storage is: never a URL of a source or of the log, where passwords are.

Keep out: reading the environment (``settings``).
"""

from collections.abc import Iterator
from pathlib import Path

from hubsync_assets.doctor.findings import Finding
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.settings import Settings
from hubsync_assets.sync_log.log import sqlite_url
from hubsync_assets.sync_log.standing import shown_log

__all__ = ["find_settings", "log_url"]


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


def log_url(settings: Settings) -> str:
    """Where the sync log is."""
    return settings.log_url or sqlite_url(settings.storage)

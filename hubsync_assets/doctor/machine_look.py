"""The machine: disk, and versions of what runs here.

Keep out: what is asked over a network.
"""

import importlib.metadata
import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

from hubsync_assets.doctor.file_look import bytes_of, versions_of
from hubsync_assets.doctor.findings import Finding, Level
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.settings import Settings

__all__ = ["find_disk", "find_versions"]

_ROOM = 100_000_000
"""For logs, Dagster's own storage and what else grows."""


def find_disk(model: ContactModel, settings: Settings) -> Iterator[Finding]:
    """What is free where storage is, and what a run needs: each table once more, beside the version that it replaces."""
    folder = settings.storage.absolute()
    if not folder.exists():
        yield Finding(f"{folder} does not exist yet: the first run makes it")
        folder = next(parent for parent in folder.parents if parent.exists())
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(
            f"{folder} cannot be written by this user: no run works here",
            Level.ATTENTION,
            f"make {folder} writable for the user that runs Dagster",
        )
    free, used = shutil.disk_usage(folder).free, _size(folder) if folder == settings.storage.absolute() else 0
    needed = sum(map(bytes_of, versions_of(model, settings)))
    text = f"{free / 1e9:,.1f} GB free, storage takes {used / 1e9:,.3f} GB, a run needs about {needed / 1e9:,.3f} GB beside it for a while"
    if free < needed:
        yield Finding(text, Level.BROKEN, "free some space, or move storage (HUBSYNC_STORAGE)")
    elif free < needed + _ROOM:
        yield Finding(text, Level.ATTENTION, "free some space, or move storage (HUBSYNC_STORAGE)")
    else:
        yield Finding(text)


def find_versions(settings: Settings) -> Iterator[Finding]:
    """What runs here."""
    packages = ("hubsync_assets", "dagster", "polars", "SQLAlchemy")
    found = ", ".join(f"{name} {_version(name)}" for name in packages)
    yield Finding(f"{found}, Python {platform.python_version()}, HubSpot's API {settings.api_version}")


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += 0 if path.is_symlink() or path.is_dir() else path.stat().st_size
        except OSError:
            continue  # a run that is at work takes files away
    return total

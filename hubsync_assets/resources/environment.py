"""The four resources: the sources, the storage folder, the sync log and HubSpot.

Fields left out come from the environment variables of the README; tests and other deployments may set them in code. A token is
only ever taken from the environment, so that it cannot appear in a run's config.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.tuning import Tuning
from hubsync_assets.resources.sync import Sync
from hubsync_assets.settings import Settings
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.tables.holder import Holder
from hubsync_assets.tables.storage import Storage

__all__ = ["HubSpotResource", "SourcesResource", "StorageResource", "SyncLogResource"]


class SourcesResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # Dagster's own examples leave the argument out
    """Where the sources' exports are."""

    def settings(self, sync: Sync) -> Settings:
        """The environment, read for each run.

        Raises:
            PermanentError: a variable is wrong or missing.
        """
        return sync.settings(os.environ)


class StorageResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The storage folder. A run that writes into it holds its lock until the run ends, or its process dies."""

    _opened: Storage | None = PrivateAttr(default=None)

    def open(self, sync: Sync) -> Storage:
        """The folder, for reading: nothing is made or changed, and it may be missing.

        Raises:
            PermanentError: it cannot be used.
        """
        return _storage(sync, only_look=True)

    def open_to_write(self, sync: Sync, run_id: str) -> Storage:
        """The folder, with its lock held by this run.

        Raises:
            PermanentError: it cannot be used.
            TransientError: another run is writing; the text names it.
        """
        if self._opened is None:
            self._opened = _storage(sync)
        self._opened.acquire(str(Holder.here(run_id)))
        return self._opened

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Let the next run in."""
        del context
        if self._opened is not None:
            self._opened.lock.release()
            self._opened = None


def _storage(sync: Sync, *, only_look: bool = False) -> Storage:
    settings = sync.settings(os.environ)
    return Storage(
        sync.model,
        settings.storage,
        settings.buckets_at_once,
        versions=settings.keep_versions,
        only_look=only_look,
    )


class SyncLogResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The sync log: SQLite in the storage folder, or the database of HUBSYNC_LOG_URL.

    It stays open until the run ends, and with it the lock that a run takes from its plan to its last answer.
    """

    _opened: SyncLog | None = PrivateAttr(default=None)

    def open(self, sync: Sync, storage: Path) -> SyncLog:
        """The log; whoever writes acquires its lock, for the portal that it writes to.

        Raises:
            TransientError: the database cannot be reached.
            PermanentError: the URL is wrong.
        """
        if self._opened is None:
            self._opened = SyncLog(sync.settings(os.environ).log_url or sqlite_url(storage))
        return self._opened

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Let the next run in."""
        del context
        if self._opened is not None:
            self._opened.close()
            self._opened = None


class HubSpotResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """HubSpot, or the emulator: whichever HUBSYNC_TARGET names."""

    @contextmanager
    def open(self, sync: Sync, *, reserve: int = 0) -> Iterator[HubSpotClient]:
        """A client, until the ``with`` block ends.

        Args:
            sync: whose environment counts.
            reserve: calls per ten seconds to leave for the portal's other apps.
        """
        settings = sync.settings(os.environ)
        with HubSpotClient(
            settings.base_url,
            settings.token,
            api_version=settings.api_version,
            reserve=reserve,
            tuning=Tuning(plain=settings.target == "emulator"),
        ) as client:
            yield client

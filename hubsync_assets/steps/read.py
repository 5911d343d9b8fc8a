"""The first step: each source becomes its ``raw_<source>`` table, and all of them ``rejected_rows``; they are read at the same time.

A source that fails does not cost the others their work. A source that has not changed since it was last read whole is not read
again. Keep out: formats and files (``sources``), what a valid value is (``contacts``).
"""

import queue
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from hubsync_assets.errors import HubsyncError
from hubsync_assets.sources.connectors.registry import source_of
from hubsync_assets.sources.files.locate import refuse_same_files
from hubsync_assets.sources.files.odd_times import odd_times
from hubsync_assets.steps.acceptance import Beside, Judging
from hubsync_assets.steps.declared import refuse_unconfirmed
from hubsync_assets.steps.health import Limits
from hubsync_assets.steps.last_reading import release_of
from hubsync_assets.steps.looks import look_before, note_look
from hubsync_assets.steps.read_report import ReadProgress, ReadReport
from hubsync_assets.steps.read_source import Found, SourceReading
from hubsync_assets.steps.rejects import RejectedRows
from hubsync_assets.tables.disk import clear_disk_failures
from hubsync_assets.tables.storage import Storage

__all__ = ["ReadFailure", "ReadProgress", "ReadReport", "read_sources"]


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """A source that could not be read; its raw table stays as it was."""

    source: str
    error: HubsyncError


Event = ReadReport | ReadProgress | ReadFailure


def read_sources(
    sources: Mapping[str, str],
    files: Literal["all", "newest"],
    storage: Storage,
    wanted: tuple[str, ...] | None = None,
    accept: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    confirm: Collection[str] = (),
    beside: Beside | None = None,
) -> Iterator[Event]:
    """Read the wanted sources at the same time, each in a thread of its own.

    Args:
        sources: what each source in use reads (a path, folder, glob or URL); one that is not in it gets an empty raw table.
        files: see ``Settings.files``.
        storage: its lock is held by the caller.
        wanted: the sources to read now; None: all.
        accept: by source, the digest of the reading that a person accepts although it is in doubt.
        limits: when a difference from the last accepted reading is a doubt; a source that is not read again is not judged again.
        confirm: what a person has confirmed of the declaration (``refuse_unconfirmed``), and of the table of aliases (``release_of``).
        beside: what is known of earlier readings where a raw table is not there.

    Raises:
        PermanentError: the declaration takes something away that nobody has confirmed.

    Yields:
        Progress while they work, and for each source one report or one failure, as they finish. ``rejected_rows`` is
        published after the last of them.
    """
    refuse_unconfirmed(storage, confirm)
    wanted = storage.model.sources if wanted is None else wanted
    located, looks, failures = _look(storage, sources, files, confirm)
    yield from (failure for failure in failures if failure.source in wanted)
    findable = [source for source in wanted if source in located or source not in sources]
    events: queue.SimpleQueue[Event | BaseException] = queue.SimpleQueue()
    with RejectedRows(storage) as rejects:
        at_work = set(findable)

        def ahead() -> int:
            # Of all sources together there is as much in work as there are buckets in work when they are merged.
            return storage.buckets_at_once // max(1, len(at_work)) - 1

        def work(source: str) -> None:
            judging = Judging((accept or {}).get(source), limits, beside or Beside())
            try:
                with clear_disk_failures(storage.folder):
                    events.put(
                        SourceReading(source, located.get(source), storage, rejects, events.put, ahead, judging).run()
                    )
            except HubsyncError as error:
                events.put(ReadFailure(source, error))
            except BaseException as error:  # noqa: BLE001 - handed to the caller's thread, which raises it
                events.put(error)
            finally:
                at_work.discard(source)

        threads = [threading.Thread(target=work, args=(source,), name=f"read-{source}") for source in findable]
        for thread in threads:
            thread.start()
        crash: BaseException | None = None
        try:
            left = len(threads)
            while left:
                event = events.get()
                left -= not isinstance(event, ReadProgress)
                if isinstance(event, BaseException):
                    crash = crash or event
                else:
                    _note(storage, event, looks)
                    yield event
        finally:
            # Nobody may write once the caller gives the lock back, and what the other source rejected must not be lost.
            for thread in threads:
                thread.join()
            rejects.publish()
        if crash is not None:
            raise crash


def _note(storage: Storage, event: Event, looks: Mapping[str, str | None]) -> None:
    if isinstance(event, ReadReport):
        note_look(storage, event.source, looks.get(event.source), event.version)


def _look(
    storage: Storage, sources: Mapping[str, str], files: Literal["all", "newest"], confirm: Collection[str]
) -> tuple[dict[str, Found], dict[str, str | None], list[ReadFailure]]:
    """What each source is to read, what those that are files look like to a sensor, and those that cannot be read: they fail by themselves, and must not take the other one along.

    One look, handed on: a file that comes meanwhile is compared and read, or neither.
    """
    located: dict[str, Found] = {}
    looks: dict[str, str | None] = {}
    failures = []
    for name, setting in sources.items():
        try:
            release = release_of(storage, name, confirm)
            source = source_of(storage.model, name, setting, release)
            # What comes between the look and the reading is a change to the sensor, and is read once too often rather than never.
            looks[name] = None if storage.model.source(name).is_database else look_before(source)
            there = source.find()
            located[name] = Found(source, there, odd_times(there, storage.model.source(name).rank), release)
        except HubsyncError as error:
            failures.append(ReadFailure(name, error))
    refuse_same_files({name: found.files for name, found in located.items()})
    newest = None if files == "all" else 1
    return {name: replace(found, files=found.files[:newest]) for name, found in located.items()}, looks, failures

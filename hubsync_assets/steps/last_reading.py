"""What was last read of a source, and whether that is still good: then nothing is read again.

Put here: every reason for which it is not. Keep out: reading (``read_source``), and whether a reading is believed (``acceptance``).
"""

import time
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hubsync_assets.model.aliases import RELEASE
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.digests import reading_digests
from hubsync_assets.sources.files.source_file import Known, SourceFile
from hubsync_assets.steps.ages import is_older
from hubsync_assets.steps.rejects import RejectedRows
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["READER_VERSION", "LastReading", "listing_of", "new_names", "release_of"]

READER_VERSION = 7
"""Part of what makes an old reading reusable; raise it when reading or normalising gives other rows than before."""


class LastReading:
    """The last reading of a source.

    Attributes:
        version: Its raw table; None: there is none.
        release: Of the table of aliases that is used now.
        digests: What decides each field now.
    """

    def __init__(
        self, storage: Storage, source: str, rejects: RejectedRows, reread_after: float | None, release: int
    ) -> None:
        """Look for it.

        Args:
            storage: Where it would be, perhaps under the source's former name.
            source: The source.
            rejects: Knows what it rejected.
            release: See ``release_of``.
            reread_after: Seconds after which it is too old to be believed unchanged; None: never.
        """
        model = storage.model
        self.version = _last_version(storage, source)
        self.release = release
        self.digests = reading_digests(model, source, release)
        self._source = source
        self._rejects = rejects
        self._reread_after = reread_after

    def known(self) -> dict[str, Known]:
        """What each file was when it was read, where that reading can still be used: so a URL need not be downloaded."""
        if self.version is None or not self._is_whole(self.version):
            return {}
        return {name: Known(*told[:3]) for name, *told in self.version.facts["listing"]}

    def is_reusable(self, files: Sequence[SourceFile], *, is_used: bool) -> bool:
        """Whether reading these files would give the same again."""
        before = self.version
        return (
            before is not None
            and self._is_whole(before)
            and before.facts["listing"] == listing_of(files)
            and before.facts["is_used"] == is_used
            # Without a time or an ETag, equal size does not prove equal content.
            and all(file.mtime_ns or file.etag for file in files)
        )

    def _is_whole(self, before: Version) -> bool:
        facts = before.facts
        return (
            facts["reader_version"] == READER_VERSION
            # Fields that there are no more do not matter.
            and self.digests.items() <= facts["declared"].items()
            and facts["report"]["incomplete_rank"] is None
            and self._rejects.has(self._source, before.id)
            and not self._is_due(before)
        )

    def _is_due(self, before: Version) -> bool:
        after = self._reread_after
        if after is None:
            return False
        read_at = datetime.fromtimestamp(before.facts.get("read_at", 0.0), UTC)
        return is_older(read_at, datetime.fromtimestamp(time.time(), UTC), timedelta(seconds=after))


def release_of(storage: Storage, source: str, confirm: Collection[str]) -> int:
    """Which release of the table of aliases is used: the one that the source was last read by, until a person confirms that of now.

    Args:
        storage: Where the last reading is.
        source: The source.
        confirm: What is meant: ``aliases <source>``.
    """
    last = _last_version(storage, source)
    if last is None or not last.facts.get("is_used", True) or f"aliases {source}" in confirm:
        return RELEASE
    return int(last.facts.get("aliases", 1))


def new_names(model: ContactModel, source: str, release: int, unknown: Iterable[str]) -> dict[str, str]:
    """By name of a column that nothing uses, the field whose it is by the table of aliases of now.

    Args:
        model: What a contact is.
        source: Whose columns they are.
        release: That the source was read by.
        unknown: The columns that nothing uses.
    """
    if release == RELEASE:
        return {}
    columns = model.columns(source)
    places = {name: columns.place(name) for name in unknown}
    return {name: columns.names[place[0]].removeprefix("@") for name, place in places.items() if place is not None}


def _last_version(storage: Storage, source: str) -> Version | None:
    """The last raw table, perhaps under the source's former name."""
    model = storage.model
    table = storage.table(model.tables.raw[source])
    was = model.source(source).was
    former = None if was is None else storage.former_table(f"raw_{was}", table.schema)
    return table.current() or (None if former is None else former.current())


def listing_of(files: Sequence[SourceFile]) -> list[list[Any]]:
    """What files are told apart by, as JSON values: of one on this machine, whatever size and time it was given, inode and ctime as well.

    Storage of before has the first four values alone, so such a file is read once more.
    """
    return [
        [
            file.name,
            file.size,
            file.mtime_ns,
            file.etag,
            *([] if file.ctime_ns is None else [file.inode, file.ctime_ns]),
        ]
        for file in files
    ]

"""What reading one source gave, counted while it is read.

It goes into the run's report and, with what merging has to know of the files, into the facts of the raw table; and it is compared with the
last accepted reading (``health``). Put here: numbers and words about files. Keep out: rows.
"""

from collections import Counter
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from hubsync_assets.contacts.normalise import INVALID_EMAIL
from hubsync_assets.model.fields import CONTACT_FIELDS
from hubsync_assets.sources.errors import FileRefusedError, no_email
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.chunks import MALFORMED, NOT_AN_OBJECT, FileEnd
from hubsync_assets.steps.normalise_chunks import NormalisedChunks
from hubsync_assets.steps.sums import Sum

__all__ = ["ReadCounts", "ReadReport"]


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What reading one source gave.

    Attributes:
        source: ``db1`` or ``db2``.
        files: how many files it had.
        size: their bytes.
        records: records found, by their positions in the files.
        kept: records that can be synced.
        rejected: records that cannot be synced.
        named: of those, the ones that name one email, and so are rows of the raw table, too.
        broken: of those, the ones that say something of somebody, but not what or of whom: all but those without an email.
        dropped_values: values left out of records that were kept.
        reasons: rejected rows by reason.
        unknown: records that had a field the project does not know, by field.
        filled: kept records that have a value, by field.
        gives_files: files that speak of a field, by field.
        refused: what is wrong with the files of which nothing is used, by name.
        incomplete_rank: rank of the newest file that broke off or was refused; None when all were whole.
        reused: the files are those of the last reading, so nothing was read.
        version: the raw table's version.
    """

    source: str
    files: int = 0
    size: int = 0
    records: int = 0
    kept: int = 0
    rejected: int = 0
    named: int = 0
    broken: int = 0
    dropped_values: int = 0
    reasons: dict[str, int] = attribute(default_factory=dict)
    unknown: dict[str, int] = attribute(default_factory=dict)
    filled: dict[str, int] = attribute(default_factory=dict)
    gives_files: dict[str, int] = attribute(default_factory=dict)
    refused: dict[str, str] = attribute(default_factory=dict)
    incomplete_rank: int | None = None
    reused: bool = False
    version: str = ""

    @property
    def records_sum(self) -> Sum:
        """Every record read is kept or rejected."""
        return Sum("records_read", self.records, {"kept": self.kept, "rejected": self.rejected})


class ReadCounts:
    """The counts of one source, growing.

    Attributes:
        kept: Records that can be synced so far.
    """

    def __init__(self) -> None:
        self.kept = 0
        self._numbers: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._filled: Counter[str] = Counter()
        self._gives: dict[int, list[str]] = {}
        self._silent: list[int] = []
        self._refused: dict[str, str] = {}
        self._incomplete: set[int] = set()

    def add(self, normalised: NormalisedChunks, file: SourceFile) -> None:
        """Count some consecutive records of a file."""
        self.kept += normalised.kept.height
        self._numbers["named"] += normalised.named.height
        self._numbers["rejected"] += normalised.rejected_records
        self._numbers["dropped_values"] += normalised.rejected.height - normalised.rejected_records
        self._reasons.update(dict(normalised.rejected.group_by("reason").len().iter_rows()))
        self._unknown.update(normalised.unknown)
        for field in CONTACT_FIELDS:
            self._filled[field.name] += normalised.kept.height - normalised.kept[field.name].null_count()
        if not normalised.complete:
            self._incomplete.add(file.rank)

    @property
    def with_email(self) -> int:
        """Records so far of which somebody might know whose they are."""
        return self.kept + self._numbers["named"] + self._reasons[INVALID_EMAIL]

    def end_file(self, file: SourceFile, records: int, end: FileEnd, *, has_emails: bool) -> None:
        """A file was read to its end.

        Args:
            file: The file.
            records: How many it had.
            end: What its reader says of it.
            has_emails: Whether any of its records has an email.

        Raises:
            FileRefusedError: None has, although there are some; so none of them was kept.
        """
        self._numbers["records"] += records
        broke_off = file.rank in self._incomplete
        if records and not has_emails and (end.seems or not broke_off):
            raise no_email(file.name, end.seems)
        self._gives[file.rank] = sorted(end.gives)
        if end.silent:
            self._silent.append(file.rank)

    def refuse(self, file: SourceFile, error: FileRefusedError) -> None:
        """Nothing of a file can be used, so its source is as incomplete as if it had broken off."""
        self._refused[file.name] = error.what
        self._incomplete.add(file.rank)

    def facts(self) -> dict[str, Any]:
        """What merging has to know of the files, as JSON values.

        ``gives``: the fields that each speaks of, by rank; ``silent``: the ranks of those in which a missing value says nothing.
        """
        return {
            "gives": {str(rank): names for rank, names in sorted(self._gives.items())},
            "silent": sorted(self._silent),
        }

    def report(self, source: str, files: int, size: int) -> ReadReport:
        """All of it, when the last file has been read."""
        gives = Counter(name for names in self._gives.values() for name in names)
        return ReadReport(
            source=source,
            files=files,
            size=size,
            records=self._numbers["records"],
            kept=self.kept,
            rejected=self._numbers["rejected"],
            named=self._numbers["named"],
            broken=sum(self._reasons[reason] for reason in (MALFORMED, NOT_AN_OBJECT, INVALID_EMAIL)),
            dropped_values=self._numbers["dropped_values"],
            reasons=dict(sorted(self._reasons.items())),
            unknown=dict(sorted(self._unknown.items())),
            filled={field.name: self._filled[field.name] for field in CONTACT_FIELDS},
            gives_files={field.name: gives[field.name] for field in CONTACT_FIELDS},
            refused=self._refused,
            incomplete_rank=min(self._incomplete, default=None),
        )

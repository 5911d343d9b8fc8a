"""The counts of one source while it is read: they become its report, and the facts that merging has to know of its files.

Put here: numbers and words about files. Keep out: rows, and what a number means for the source's health (``health``).
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import polars as pl

from hubsync_assets.contacts.normalise import INVALID_EMAIL
from hubsync_assets.contacts.rejects import LOOKS_LIKE
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.sources.errors import FileRefusedError, no_email
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.chunks import MALFORMED, NOT_AN_OBJECT, FileEnd
from hubsync_assets.steps.normalise_chunks import NormalisedChunks
from hubsync_assets.steps.read_report import ReadReport

__all__ = ["ReadCounts"]


class ReadCounts:
    """The counts of one source, growing.

    Args:
        model: What a contact is.

    Attributes:
        kept: Records that can be synced so far.
    """

    def __init__(self, model: ContactModel) -> None:
        self.kept = 0
        self._names = model.names
        self._numbers: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        # By file: of one that is refused the names may be a contact's, as where a header line is missing.
        self._unknown: dict[int, Counter[str]] = {}
        self._filled: Counter[str] = Counter()
        self._gives: dict[int, list[str]] = {}
        self._silent: list[int] = []
        self._warnings: list[str] = []
        self._refused: dict[str, str] = {}
        self._several: dict[str, list[str]] = {}
        self._incomplete: dict[int, str] = {}
        self._notes: dict[str, str] = {}
        # By file and field: values that were dropped, and those of them that are like something that may be declared.
        self._dropped: Counter[tuple[str, str]] = Counter()
        self._suspected: Counter[tuple[str, str, str]] = Counter()

    def add(self, normalised: NormalisedChunks, file: SourceFile) -> None:
        """Count some consecutive records of a file."""
        self.kept += normalised.kept.height
        self._numbers["filtered"] += normalised.filtered.height
        self._numbers["named"] += normalised.named.height
        self._numbers["rejected"] += normalised.rejected_records
        self._numbers["dropped_values"] += normalised.rejected.height - normalised.rejected_records
        self._reasons.update(dict(normalised.rejected.group_by("reason").len().iter_rows()))
        self._unknown.setdefault(file.rank, Counter()).update(normalised.unknown)
        self._filled.update(normalised.filled)
        self._count_dropped(normalised, file)
        if not normalised.complete:
            self._incomplete[file.rank] = file.name

    def _count_dropped(self, normalised: NormalisedChunks, file: SourceFile) -> None:
        if normalised.rejected.height == normalised.rejected_records:
            return
        like = pl.col("message").str.extract(f"{LOOKS_LIKE}([^;]+)")
        values = normalised.rejected.filter(pl.col("field").is_not_null())
        for field, words, count in values.group_by("field", like).len().iter_rows():
            self._dropped[file.name, field] += count
            if words is not None:
                self._suspected[file.name, field, words] += count

    @property
    def with_email(self) -> int:
        """Records so far of which somebody might know whose they are."""
        return self.kept + self._numbers["filtered"] + self._numbers["named"] + self._reasons[INVALID_EMAIL]

    def end_file(self, file: SourceFile, records: int, end: FileEnd, gives: Sequence[str], *, has_emails: bool) -> None:
        """A file was read to its end.

        Args:
            file: The file.
            records: How many it had.
            end: What its reader says of it.
            gives: The fields that it speaks of.
            has_emails: Whether any of its records has an email.

        Raises:
            FileRefusedError: None has, although there are some; so none of them was kept.
        """
        self._numbers["records"] += records
        broke_off = file.rank in self._incomplete
        if records and not has_emails and (end.seems or not broke_off):
            raise no_email(file.name, end.seems)
        self._gives[file.rank] = sorted(gives)
        for column, names in end.several.items():
            self._several.setdefault(column.removeprefix("@"), list(names))
        if end.note:
            self._notes[file.name] = end.note
        if end.warning is not None:
            self._warnings.append(f"{file.name}: {end.warning}")
        if end.silent:
            self._silent.append(file.rank)

    def refuse(self, file: SourceFile, error: FileRefusedError) -> None:
        """Nothing of a file can be used, so its source is as incomplete as if it had broken off."""
        self._refused[file.name] = error.what
        self._unknown.pop(file.rank, None)
        self._incomplete[file.rank] = file.name

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
        unknown = sum(self._unknown.values(), Counter[str]())
        gives = Counter(name for names in self._gives.values() for name in names)
        return ReadReport(
            source=source,
            files=files,
            size=size,
            records=self._numbers["records"],
            kept=self.kept,
            rejected=self._numbers["rejected"],
            filtered=self._numbers["filtered"],
            named=self._numbers["named"],
            broken=sum(self._reasons[reason] for reason in (MALFORMED, NOT_AN_OBJECT, INVALID_EMAIL)),
            dropped_values=self._numbers["dropped_values"],
            reasons=dict(sorted(self._reasons.items())),
            unknown=dict(sorted(unknown.items())),
            filled={name: self._filled[name] for name in self._names},
            gives_files={name: gives[name] for name in self._names},
            warnings=tuple(self._warnings),
            refused=self._refused,
            several=self._several,
            notes=dict(sorted(self._notes.items())),
            suspected=self._suspicions(),
            broke_off=[name for name in self._incomplete.values() if name not in self._refused],
            incomplete_rank=min(self._incomplete, default=None),
        )

    def _suspicions(self) -> list[str]:
        """What should be declared, where most of the values of a file's field that were dropped look like it."""
        return [
            f"{file}: {count:,} of {self._dropped[file, field]:,} values of {field} that do not fit look like {words}: declare it, if they are"
            for (file, field, words), count in sorted(self._suspected.items())
            if 2 * count > self._dropped[file, field]
        ]

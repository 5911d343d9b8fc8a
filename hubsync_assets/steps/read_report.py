"""What reading a source gave, and how far it is: the values that pass from the reading to whoever asked for it.

Keep out: reading (``read_source``).
"""

from dataclasses import dataclass, field
from typing import Any

from hubsync_assets.sources.files.leaving_out import HARMLESS
from hubsync_assets.steps.sums import Sum, Total

__all__ = ["RECORDS_READ", "ReadProgress", "ReadReport"]

RECORDS_READ = Sum("every_record_is_accounted_for", "Every record read is kept, rejected or left out by where.")


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What reading one source gave.

    Attributes:
        source: its name.
        files: how many files it had.
        size: their bytes.
        records: records found, by their positions in the files.
        kept: records that can be synced.
        rejected: records that cannot be synced.
        filtered: records that the source's ``where`` leaves out.
        named: of the rejected ones, the ones that name one email, and so are rows of the raw table, too.
        broken: of the rejected ones, those that say something of somebody, but not what or of whom: all but those without an email.
        dropped_values: values left out of records that were kept.
        reasons: rejected rows by reason.
        unknown: records that had a field the project does not know, by field; only of files that have an email.
        left_out: names of files that are where the source's are and are not read, and why.
        warnings: what a person should know of its files although all of them were read.
        filled: records that can be synced, filtered or not, and have a value, by field.
        gives_files: files that speak of a field, by field.
        several: by column, its names in a file, where these are more than one; the first that has a value counts.
        new_aliases: by name of a column that nothing uses, the field that would take it by the table of aliases of now; see ``aliases.RELEASE``.
        refused: what is wrong with the files of which nothing is used, by name.
        notes: what was recognised of files that are not plain, such as their encoding, by name.
        suspected: what should perhaps be declared, since many values do not fit without it.
        broke_off: names of the files that broke off.
        incomplete_rank: rank of the newest file that broke off or was refused; None when all were whole.
        digest: names exactly this reading, so that a person can accept it.
        doubts: what is not believed of it, ``SourceDoubts`` as JSON values.
        reused: the files are those of the last reading, so nothing was read.
        version: the raw table's version.
    """

    source: str
    files: int = 0
    size: int = 0
    records: int = 0
    kept: int = 0
    rejected: int = 0
    filtered: int = 0
    named: int = 0
    broken: int = 0
    dropped_values: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    filled: dict[str, int] = field(default_factory=dict)
    gives_files: dict[str, int] = field(default_factory=dict)
    several: dict[str, list[str]] = field(default_factory=dict)
    new_aliases: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    suspected: list[str] = field(default_factory=list)
    broke_off: list[str] = field(default_factory=list)
    incomplete_rank: int | None = None
    digest: str = ""
    doubts: dict[str, Any] = field(default_factory=dict)
    reused: bool = False
    version: str = ""

    @property
    def records_sum(self) -> Total:
        """See ``RECORDS_READ``."""
        return RECORDS_READ.of(
            self.records, {"kept": self.kept, "rejected": self.rejected, "left_out_by_where": self.filtered}
        )

    @property
    def files_to_look_at(self) -> dict[str, str]:
        """Of ``left_out``, what may hold records."""
        return {name: why for name, why in self.left_out.items() if why not in HARMLESS}


@dataclass(frozen=True, slots=True)
class ReadProgress:
    """How far a source is: rows kept so far, bytes read, bytes in all (0 when unknown)."""

    source: str
    rows: int
    bytes_read: int
    size: int
    seconds: float

"""What reading a source gave, and how far it is: the values that pass from the reading to whoever asked for it.

Keep out: reading (``read_source``).
"""

from dataclasses import dataclass, field

from hubsync_assets.steps.sums import Sum, Total

__all__ = ["RECORDS_READ", "ReadProgress", "ReadReport"]

RECORDS_READ = Sum("records_read", "Every record read is kept or rejected.")


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What reading one source gave.

    Attributes:
        source: ``db1`` or ``db2``.
        files: how many files it had.
        size: their bytes.
        records: records found, by their positions in the files.
        kept: rows of the raw table.
        rejected: records that cannot be synced.
        dropped_values: values left out of records that were kept.
        reasons: rejected rows by reason.
        unknown: records that had a field the project does not know, by field.
        incomplete_rank: rank of the newest file that broke off; None when all were whole.
        reused: the files are those of the last reading, so nothing was read.
        version: the raw table's version.
    """

    source: str
    files: int = 0
    size: int = 0
    records: int = 0
    kept: int = 0
    rejected: int = 0
    dropped_values: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    incomplete_rank: int | None = None
    reused: bool = False
    version: str = ""

    @property
    def records_sum(self) -> Total:
        """See ``RECORDS_READ``."""
        return RECORDS_READ.of(self.records, {"kept": self.kept, "rejected": self.rejected})


@dataclass(frozen=True, slots=True)
class ReadProgress:
    """How far a source is: rows kept so far, bytes read, bytes in all (0 when unknown)."""

    source: str
    rows: int
    bytes_read: int
    size: int
    seconds: float

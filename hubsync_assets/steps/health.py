"""How a source's reading compares with its last accepted one, and what of it is therefore not believed.

An export that turns into ``[]``, loses a column or half of its rows is read without a fault, and says that contacts lost what they had.
Pure rules over counts. Put here: the rules and their limits. Keep out: counting (``read_source``) and what a doubt means for a contact
(``contacts.changes``).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from hubsync_assets.model.doubts import MISSING, SourceDoubts
from hubsync_assets.model.short_digest import short_digest

__all__ = ["Limits", "Reading", "digest_of", "judge", "next_baseline"]


@dataclass(frozen=True, slots=True)
class Limits:
    """When a difference is a doubt. Each share also needs a difference of ``floor`` records.

    Attributes:
        shrank: Share of the records that may be missing.
        filled: Share of a field's filled share that must be left.
        rejected: Share of the records that may be rejected.
        rejected_times: How many times the accepted share of rejected records is a doubt, above ``rejected``.
        floor: So few records are no doubt.
    """

    shrank: float = 0.20
    filled: float = 0.50
    rejected: float = 0.05
    rejected_times: float = 2.0
    floor: int = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """What is compared of one reading of a source, over all its files.

    Attributes:
        records: Records found.
        kept: Records that can be synced.
        rejected: Records that cannot.
        broken: Of those, malformed ones and ones whose email cannot be read. (A record without an email says nothing of anybody.)
        filled: For each field, the kept records that have a value.
        gives: For each field, the files that have its column.
        newest: When its newest file was modified, in ns since the epoch; None where nobody says.
    """

    records: int = 0
    kept: int = 0
    rejected: int = 0
    broken: int = 0
    filled: Mapping[str, int] = field(default_factory=dict)
    gives: Mapping[str, int] = field(default_factory=dict)
    newest: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The other way."""
        return cls(**values)

    def filled_share(self, name: str) -> float:
        """Of the kept records, those with a value in a field: 0.0 to 1.0."""
        return self.filled.get(name, 0) / self.kept if self.kept else 0.0

    @property
    def gives_some(self) -> list[str]:
        """The fields that some file gives."""
        return [name for name, files in self.gives.items() if files]

    @property
    def rejected_share(self) -> float:
        """Of all records, the rejected ones: 0.0 to 1.0."""
        return self.rejected / self.records if self.records else 0.0


def digest_of(source: str, listing: Iterable[object], reading: Reading) -> str:
    """A name for exactly this reading of these files, 12 hexadecimal digits, by which a person accepts it."""
    # When files were modified, the listing says.
    counts = {name: value for name, value in reading.to_json().items() if name != "newest"}
    text = json.dumps([source, list(listing), counts], sort_keys=True)
    return short_digest(hashlib.sha256(text.encode()).hexdigest())


def judge(
    now: Reading,
    accepted: Reading | None,
    *,
    newest_broken: int | None = None,
    lost: Sequence[str] = (),
    limits: Limits | None = None,
) -> SourceDoubts:
    """What is doubted of a reading.

    Args:
        now: The reading.
        accepted: The last one that was accepted; None: this is the first, and only what was lost of its files is doubted.
        newest_broken: Rank of the newest file that broke off or was refused; None: all were read to their ends.
        lost: A line for each such file.
        limits: When a difference is a doubt.
    """
    is_whole = newest_broken is None
    if accepted is None:
        return SourceDoubts(absence=not is_whole, newest_broken=newest_broken, reasons=tuple(lost))
    limits = limits or Limits()
    # That records are missing is no news where a file broke off.
    amount = _amount(now, accepted, limits) if is_whole else ()
    # Without a record there is nothing to be said of columns.
    fields = _fields(now, accepted, limits) if now.kept and is_whole else {}
    # What broke off may have had a column that the rest lacks, or not: that is no news for a person, and uncertain all the same.
    given = [name for name in accepted.gives_some if name in now.gives]
    unseen = [] if is_whole or not now.kept else [name for name in given if not now.gives[name]]
    rejected = _rejected(now, accepted, limits) if now.kept else ()
    warnings: tuple[str, ...] = ()
    if now.broken > accepted.broken and is_whole:
        numbers = (
            f"{now.broken} records are malformed or have an email that cannot be read, {accepted.broken} were accepted"
        )
        warnings = (f"{numbers}: what this source does not say any more is kept in HubSpot",)
    absence = bool(amount or warnings) or not is_whole
    return SourceDoubts(
        absence=absence,
        newest_broken=MISSING if absence and _lacks_newest(now, accepted) else newest_broken,
        fields=tuple(given if rejected else [*fields, *unseen]),
        reasons=(*lost, *amount, *fields.values(), *rejected),
        warnings=warnings,
    )


def next_baseline(now: Reading, accepted: Reading | None, doubts: SourceDoubts, *, is_accepted: bool) -> Reading | None:
    """What the next reading is compared with.

    A reading without a reason to doubt it is accepted by itself, but for its broken records: their number only grows when a person
    accepts it, or the contacts in them would lose at the second reading what they kept at the first.

    Args:
        now: The reading.
        accepted: The last accepted one.
        doubts: What was doubted of ``now``.
        is_accepted: Whether a person accepted it.
    """
    if is_accepted or (accepted is None and not doubts):
        return now
    if doubts.reasons or accepted is None:
        return accepted
    return replace(now, broken=min(now.broken, accepted.broken))


def _lacks_newest(now: Reading, accepted: Reading) -> bool:
    """Whether all files are older than one that was there: it is missing, and what they say is what it superseded."""
    return now.newest is not None and accepted.newest is not None and now.newest < accepted.newest


def _amount(now: Reading, accepted: Reading, limits: Limits) -> tuple[str, ...]:
    if accepted.kept and not now.kept:
        return (f"it had {accepted.kept:,} records and has none",)
    missing = accepted.kept - now.kept
    if missing >= limits.floor and missing > limits.shrank * accepted.kept:
        return (f"it had {accepted.kept:,} records and has {now.kept:,}, more than {limits.shrank:.0%} less",)
    return ()


def _fields(now: Reading, accepted: Reading, limits: Limits) -> dict[str, str]:
    """The doubtful fields with the reason for each."""
    found = {}
    for name, files in accepted.gives.items():
        before, after = accepted.filled_share(name), now.filled_share(name)
        if name not in now.gives:
            continue  # It was a field of an earlier declaration.
        if files and not now.gives[name]:
            found[name] = f"no file has {name} any more"
        elif after <= limits.filled * before and (before - after) * now.kept >= limits.floor:
            found[name] = f"{name} was filled in {before:.0%} of the records and is in {after:.0%}"
    return found


def _rejected(now: Reading, accepted: Reading, limits: Limits) -> tuple[str, ...]:
    share, before = now.rejected_share, accepted.rejected_share
    if now.rejected >= limits.floor and share > limits.rejected and share > limits.rejected_times * before:
        return (f"{share:.0%} of its records are rejected, {before:.0%} were",)
    return ()

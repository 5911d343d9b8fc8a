"""The rules of reading, in plain Python: what a source says of each contact and field, whether it is believed, and who wins.

Put here: the four answers, supersession, survivorship, health; one contact and one field at a time. Keep out: what HubSpot holds and what
is written (``model``), and everything of the project but nothing: this is written from the issue, so that it can disagree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hubsync_assets_tests.histories.world import BAD, EMPTY, FIELDS, ExportFile, Row

__all__ = [
    "MAX_FIELDS",
    "SOURCES",
    "Doubts",
    "Golden",
    "Reading",
    "Said",
    "accepted_next",
    "doubts_of",
    "golden",
    "reading_of",
]

SOURCES = ("db1", "db2")
MAX_FIELDS = ("mrr",)

SHRANK, HALF, REJECTED, TIMES, FLOOR = 0.2, 0.5, 0.05, 2, 5


@dataclass(frozen=True)
class Said:
    """What one source says of one contact.

    Attributes:
        fields: for each field that it gives, its candidates in their order: a value, ``EMPTY`` or ``BAD``.
        records: of how many records the contact is made: those that can be read of the newest file that has such, and one for each
            file that decides a field behind a newer one with the contact.
        rank: the newest file that has the contact, 0 for the newest of all.
    """

    fields: Mapping[str, Sequence[str]]
    records: int
    rank: int


@dataclass(frozen=True)
class Reading:
    """What one source says, and the counts that its health is judged by."""

    said: Mapping[str, Said] = field(default_factory=dict)
    records: int = 0
    kept: int = 0
    rejected: int = 0
    broken: int = 0
    filled: Mapping[str, int] = field(default_factory=dict)
    gives: Mapping[str, int] = field(default_factory=dict)
    newest_broken: int | None = None
    off: bool = False


@dataclass(frozen=True)
class Doubts:
    """What is not believed. ``fails``: a person has to look; the run ends with exit code 1."""

    absence: bool = False
    newest_broken: int | None = None
    fields: frozenset[str] = frozenset()
    everything: bool = False
    fails: bool = False


@dataclass(frozen=True)
class Golden:
    """A golden value: ``value`` None: there is none; ``source``: whose it is.

    ``empty``: some candidate says that there is nothing, and none is unreadable; ``uncertain``: an unreadable one could have decided.
    """

    value: str | None
    source: str | None
    empty: bool
    uncertain: bool


def reading_of(files: Sequence[ExportFile]) -> Reading:
    """What a source's files (the oldest first) say together."""
    if not files:
        return Reading(off=True)
    files = [_as_read(file) for file in files]
    newest_first = [(rank, file) for rank, file in enumerate(reversed(files))]
    rows = [row for file in files for row in file.rows]
    kept = [row for row in rows if not row.kind]
    unread = [rank for rank, file in newest_first if file.cut or file.refused or file.zero]
    return Reading(
        said=_said(newest_first, oldest=len(files) - 1),
        records=len(rows),
        kept=len(kept),
        rejected=len(rows) - len(kept),
        broken=sum(row.kind in ("broken", "lost") for row in rows),
        filled={name: sum(row.cells.get(name) not in (None, EMPTY, BAD) for row in kept) for name in FIELDS},
        gives={name: sum(name in _given(file) for file in files) for name in FIELDS},
        newest_broken=min(unread, default=None),
    )


def _as_read(file: ExportFile) -> ExportFile:
    """A file whose records all have no email is refused."""
    if file.rows and all(row.kind == "nobody" for row in file.rows) and not file.cut:
        return replace(file, columns=(), rows=(), refused=True)
    return file


def _given(file: ExportFile) -> set[str]:
    """The fields that a file speaks of."""
    if file.form == "csv":
        return set(file.columns)
    # A row that cannot be read shows no keys.
    return {name for row in file.rows if row.kind != "broken" for name, cell in row.cells.items() if cell is not None}


def _said(newest_first: list[tuple[int, ExportFile]], oldest: int) -> dict[str, Said]:
    files: dict[str, list[tuple[int, ExportFile, list[Row]]]] = {}
    for rank, file in newest_first:
        of_email: dict[str, list[Row]] = {}
        for row in file.rows:
            if row.kind in ("", "broken"):
                of_email.setdefault(row.email, []).append(row)
        for email, rows in of_email.items():
            files.setdefault(email, []).append((rank, file, rows))
    given = {file.name: _given(file) for _, file in newest_first}
    found = {}
    for email, theirs in files.items():
        fields: dict[str, list[str]] = {}
        deciding = set()
        for rank, file, rows in theirs:
            for name in given[file.name]:
                answers = [_answer(row, name, file, is_oldest=rank == oldest) for row in rows]
                said = [answer for answer in answers if answer is not None]
                if said and name not in fields:
                    fields[name] = said
                    deciding.add(rank)
        newest = theirs[0][0]
        records = next((kept for _, _, rows in theirs if (kept := sum(not row.kind for row in rows))), 0)
        older = sum(rank > newest for rank in deciding)
        found[email] = Said(fields, records + older if records else 0, newest)
    return found


def _answer(row: Row, name: str, file: ExportFile, *, is_oldest: bool) -> str | None:
    """What a row says of a field that its file gives; None: nothing."""
    if row.kind == "broken":
        return BAD
    cell = row.cells.get(name)
    if cell is None and file.form == "json" and is_oldest and not file.cut:
        return EMPTY
    if (
        cell is None
        and file.form == "csv"
        and any(row.cells[it] is not None for it in file.columns[file.columns.index(name) :])
    ):
        return EMPTY  # not at the end of the row
    return cell


def golden(email: str, readings: Mapping[str, Reading]) -> dict[str, Golden] | None:
    """The golden record; None: no record of the contact can be read."""
    said = {source: readings[source].said[email] for source in SOURCES if email in readings[source].said}
    if not any(it.records for it in said.values()):
        return None
    return {name: _golden(name, said) for name in FIELDS}


def _golden(name: str, said: Mapping[str, Said]) -> Golden:
    candidates = [(source, answer) for source, it in said.items() for answer in it.fields.get(name, ())]
    values = [(source, answer) for source, answer in candidates if answer not in (EMPTY, BAD)]
    bad = [place for place, (_, answer) in enumerate(candidates) if answer == BAD]
    if not values:
        return Golden(None, None, empty=bool(candidates) and not bad, uncertain=bool(bad))
    if name in MAX_FIELDS:
        winner = max(values, key=lambda it: float(it[1]))
        return Golden(winner[1], winner[0], empty=False, uncertain=bool(bad))
    place = candidates.index(values[0])
    return Golden(values[0][1], values[0][0], empty=False, uncertain=any(it < place for it in bad))


def doubts_of(now: Reading, accepted: Reading | None) -> Doubts:
    """What is doubted of a reading, compared with the last accepted one."""
    if now.off:
        return Doubts(absence=True)
    unread = now.newest_broken is not None
    if accepted is None:
        return Doubts(absence=unread, newest_broken=now.newest_broken, fails=unread)
    shrank = not unread and _shrank(now, accepted)
    gone = {name for name in FIELDS if now.kept and _is_gone(name, now, accepted, whole=not unread)}
    rejected = bool(now.kept) and _rejects_more(now, accepted)
    return Doubts(
        absence=unread or shrank or now.broken > accepted.broken,
        newest_broken=now.newest_broken,
        fields=frozenset(gone),
        everything=rejected,
        fails=unread or shrank or bool(gone) or rejected,
    )


def _shrank(now: Reading, accepted: Reading) -> bool:
    missing = accepted.kept - now.kept
    return bool(accepted.kept and not now.kept) or (missing >= FLOOR and missing > SHRANK * accepted.kept)


def _is_gone(name: str, now: Reading, accepted: Reading, *, whole: bool) -> bool:
    """Whether no file has a column any more, or it has half as many values for the records that there are."""
    if accepted.gives.get(name) and not now.gives.get(name):
        return True
    if not whole:
        return False
    before, after = _share(accepted.filled, name, accepted), _share(now.filled, name, now)
    return after <= HALF * before and (before - after) * now.kept >= FLOOR


def _rejects_more(now: Reading, accepted: Reading) -> bool:
    share = now.rejected / now.records if now.records else 0.0
    before = accepted.rejected / accepted.records if accepted.records else 0.0
    return now.rejected >= FLOOR and share > REJECTED and share > TIMES * before


def _share(counts: Mapping[str, int], name: str, reading: Reading) -> float:
    return counts.get(name, 0) / reading.kept if reading.kept else 0.0


def accepted_next(now: Reading, accepted: Reading | None, doubts: Doubts, *, by_a_person: bool) -> Reading | None:
    """The reading that the next one is compared with."""
    if by_a_person:
        return now
    if now.off or doubts.fails:
        return accepted
    if accepted is None:
        return now
    return replace(now, broken=min(now.broken, accepted.broken))

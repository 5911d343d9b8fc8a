"""Making a sample: person after person into two files, in one go and in bounded memory.

Put here: the loop over the people and the order in which records reach the files. Keep out: what records look like.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hubsync_assets.sample_data.array_file import ArrayFile
from hubsync_assets.sample_data.dice import Dice
from hubsync_assets.sample_data.junk import BAD_VALUES, JUNK, BadValue, Junk
from hubsync_assets.sample_data.people import Value, make_person
from hubsync_assets.sample_data.scatter import SOURCES, Told, scatter
from hubsync_assets.sample_data.truth import SourceTruth, Truth

__all__ = ["expected_contacts", "write_sample"]

_JUNK_EVERY = 40
_BAD_VALUE_EVERY = 45
_APART = 5_000
"""Records of one person are up to this many people apart in a file, and the sources are not in the same order."""


@dataclass(frozen=True, slots=True)
class _Made:
    """What one number gives: a person with all their records, and perhaps an element that is nobody's."""

    email: str
    told: Told
    refused: bool
    bad_value: BadValue | None
    junk: tuple[str, Junk] | None


def write_sample(people: int, seed: int, db1: Path, db2: Path) -> Truth:
    """Write two JSON arrays. The same arguments give the same bytes.

    Args:
        people: How many contacts there are to be found.
        seed: Another one makes up other people.
        db1: The first source's file; it and its folder are created.
        db2: The second source's.

    Returns:
        What a sync of these files has to find.

    Raises:
        ValueError: ``people`` is negative, or both files are the same.
        OSError: A file can't be written; the old one is then still there.
    """
    if people < 0:
        raise ValueError(f"a sample can't have {people} people")
    if db1.resolve() == db2.resolve():
        raise ValueError("db1 and db2 have to be two files: name another path for one of them")
    truth = Truth({source: SourceTruth() for source in SOURCES})
    dice = Dice(-seed - 1)  # a stream of its own, so that the order does not change what is made up
    with ArrayFile(db1) as first, ArrayFile(db2) as second:
        files = dict(zip(SOURCES, (first, second), strict=True))
        for number, made in enumerate(_people(people, seed)):
            due = {"db1": number, "db2": number + dice.below(_APART)}
            for source, record in made.told.records:
                files[source].put(due[source], record)
                due[source] += 1 + dice.below(_APART)
            if made.junk:
                source, junk = made.junk
                files[source].put(number, junk.element)
            first.write_due(number)
            second.write_due(number)
            _count(truth, made)
    return truth


def expected_contacts(people: int, seed: int) -> Iterator[dict[str, Value]]:
    """The golden records that a sync of ``write_sample(people, seed, ...)`` has to arrive at.

    Yields:
        The email and every field of a contact, ``db1_records`` and ``db2_records``; not sorted.
    """
    for made in _people(people, seed):
        counts = {f"{name}_records": sum(source == name for source, _ in made.told.records) for name in SOURCES}
        yield {"email": made.email, **made.told.golden, **counts}


def _people(people: int, seed: int) -> Iterator[_Made]:
    dice = Dice(seed)
    refused_ones = {people // 4, people // 2, 3 * people // 4}
    for number in range(people):
        refused = number in refused_ones
        person = make_person(dice, number, refused=refused)
        told = scatter(dice, person)
        bad_value = junk = None
        if number % _BAD_VALUE_EVERY == 7:
            bad_value = BAD_VALUES[number // _BAD_VALUE_EVERY % len(BAD_VALUES)]
            _add_last(told, bad_value.source, bad_value.record(person.email))
        if number % _JUNK_EVERY == 3:
            nth = number // _JUNK_EVERY
            junk = (SOURCES[nth % 2], JUNK[nth % len(JUNK)])
        yield _Made(person.email, told, refused, bad_value, junk)


def _add_last(told: Told, source: str, record: dict[str, object]) -> None:
    """Give a person one more record, behind all that this source already has."""
    told.records.append((source, record))
    told.records.sort(key=lambda pair: pair[0])


def _count(truth: Truth, made: _Made) -> None:
    truth.contacts += 1
    truth.in_both += len({source for source, _ in made.told.records}) == len(SOURCES)
    truth.conflicts += len(made.told.conflicts)
    truth.refused += made.refused
    for source, _ in made.told.records:
        truth.sources[source].records += 1
        truth.sources[source].kept += 1
    if made.bad_value:
        truth.sources[made.bad_value.source].invalid_values += made.bad_value.listed
    if made.junk:
        source, junk = made.junk
        truth.sources[source].records += 1
        rejected = truth.sources[source].rejected
        rejected[junk.reason] = rejected.get(junk.reason, 0) + 1

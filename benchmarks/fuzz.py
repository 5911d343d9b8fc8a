"""Documents made up, spoilt and read: ``python -m benchmarks fuzz``, or ``python -m benchmarks.fuzz --count 1000``.

Every format, packing and encoding. A whole document is compared with the records it was written from; a spoilt one must be read or refused in
words, alike whatever the block size, with every record counted once and in order, and those before the damage as they were. None may take long
or much memory. Keep out: how documents are made (``fuzz_documents``).
"""

import argparse
import faulthandler
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.fuzz_documents import Document, make, spoil
from benchmarks.fuzz_text import NAMES, Record
from hubsync_assets.errors import HubsyncError
from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets.sources.files.archives import unpack_member
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.decoder import DECODERS
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.shipped import MODEL

__all__ = ["DOCUMENTS", "Memory", "Seen", "check", "fuzz", "main", "seen"]

DOCUMENTS = 1_000_000
SECONDS_A_DOCUMENT = 20.0
"""Slower than this on a few thousand bytes is a hang."""

MIB_A_DOCUMENT = 256
"""No document of a few thousand bytes may take more on top of what others took before it."""

MIB_IN_ALL = 512
"""What a process may grow by, from when it is warm to its end."""
WARM_AFTER = 200
COLUMNS = MODEL.columns("db1")


@dataclass(frozen=True)
class Seen:
    """What was read of a file: rows by position, broken positions, in order; or the words of a refusal."""

    rows: list[tuple[int, Record]]
    broken: list[int]
    refused: str = ""


def seen(path: Path, block_bytes: int) -> Seen:
    """What our reader makes of a file."""
    rows: list[tuple[int, Record]] = []
    broken: list[int] = []
    try:
        for chunk in read_chunks(_found(path), COLUMNS, block_bytes=block_bytes):
            columns = (chunk.rows[name].to_list() for name in ("position", *NAMES))
            rows += [(position, tuple(map(_text, values))) for position, *values in zip(*columns, strict=True)]
            broken += chunk.broken["position"].to_list()
            assert chunk.raw_text(chunk.rows["position"]).len() == chunk.rows.height
    except HubsyncError as refused:
        return Seen([], [], str(refused))
    return Seen(rows, broken)


def _found(path: Path) -> SourceFile:
    """The file, or what is in it where it is an archive."""
    file = locate(str(path))[0]
    if file.unusable is not None:
        raise FileRefusedError(file.name, file.unusable)
    if file.member is None or file.path is None:
        return file
    unpacked, missing = unpack_member(file.path, file.name, file.member, path.parent / "unpacked")
    return replace(file, path=unpacked, member=None, missing=missing)


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def check(document: Document, folder: Path, dice: random.Random) -> None:
    """Read a document twice and compare.

    Raises:
        AssertionError: It is not read as it should be.
    """
    path = folder / document.name
    path.write_bytes(document.content)
    started = time.monotonic()
    # Each block costs as much as a document.
    smallest = max(len(document.content) // dice.choice((20, 20, 20, 200)), 1)
    once, again = seen(path, 1 << 20), seen(path, dice.choice((smallest, 33, 200)))
    assert time.monotonic() - started < SECONDS_A_DOCUMENT, "it takes too long"
    assert once == again, "the result depends on the block size"
    positions = sorted([*(position for position, _ in once.rows), *once.broken])
    assert positions == list(range(1, len(positions) + 1)), "a record is lost, doubled or misplaced"
    assert "\n" not in once.refused, "the refusal is not one line"
    if document.intact is None:
        assert once.refused == "", "it is refused"
        assert [record for _, record in once.rows] == document.records, "a record is not what was written"
        assert once.broken == [], "a record is broken"
    else:
        _check_spoilt(document, once)


def _check_spoilt(document: Document, once: Seen) -> None:
    if document.cut or (document.ends and not document.doubled):
        written = {record: number for number, record in enumerate(document.records)}
        numbers = [written[record] for _, record in once.rows if record in written]
        assert numbers == sorted(set(numbers)), "a record that was written is doubled or misplaced"
    # A piece of a record that is there again outside of its envelope is a record in another place.
    is_elsewhere = document.doubled and "json" in document.name
    if document.ends and not once.refused and not is_elsewhere:
        whole = sum(end <= (document.intact or 0) for end in document.ends)
        before = [(position, record[0]) for position, record in once.rows[:whole]]
        told = [(number, record[0]) for number, record in enumerate(document.records[:whole], start=1)]
        assert before == told, "a record before the damage is lost or changed"


class Memory:
    """What this process takes, and how much more it may take."""

    def __init__(self) -> None:
        self._warm = 0
        self._most = 0

    def watch(self, number: int) -> None:
        """Look at it behind each document.

        Raises:
            AssertionError: It grew too much.
        """
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        if number >= WARM_AFTER:
            self._warm = self._warm or most
            assert most - (self._most or most) < MIB_A_DOCUMENT, (
                f"it takes {most - self._most} MiB more than all before"
            )
            assert most - self._warm < MIB_IN_ALL, f"all together take {most - self._warm} MiB more than the first"
        self._most = most

    def watch_decoders(self) -> None:
        """End the processes that decode Parquet and Arrow, and look at what they took.

        Raises:
            AssertionError: It is too much.
        """
        DECODERS.end()
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        assert most - self._warm < MIB_IN_ALL, f"one that decodes takes {most - self._warm} MiB more than this process"


def fuzz(
    count: int,
    seed: int,
    folder: Path,
    seconds: float | None = None,
    *,
    first: int = 0,
    step: int = 1,
    kill: bool = False,
) -> int:
    """Make, spoil and read so many documents; returns how many.

    Args:
        count: Of them.
        seed: The same makes the same documents.
        folder: Where they are written, each over the one before.
        seconds: Stop after so long.
        first: Number of the first.
        step: From one number to the next.
        kill: End this process where one hangs, with where that is.

    Raises:
        AssertionError: One is not read as it should be; the message has its number, and the file is in ``folder``.
    """
    started = time.monotonic()
    memory = Memory()
    done = 0
    while done < count and (seconds is None or time.monotonic() - started < seconds):
        number = first + done * step
        dice = random.Random(f"{seed}-{number}")
        document = make(dice)
        if number % 3:
            document = spoil(dice, document)
        if kill:
            faulthandler.dump_traceback_later(SECONDS_A_DOCUMENT * 2, exit=True)
        try:
            check(document, folder, dice)
            memory.watch(done)
        except BaseException as fault:  # what Rust panics with is no Exception
            message = f"document {number} of seed {seed} ({folder / document.name}): {type(fault).__name__}: {fault}"
            raise AssertionError(message) from fault
        done += 1
    faulthandler.cancel_dump_traceback_later()
    memory.watch_decoders()
    return done


def main() -> None:
    """Fuzz as the command line says, and print how many documents were read.

    Raises:
        SystemExit: One was read wrongly, or a process died.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=DOCUMENTS)
    parser.add_argument("--seconds", type=float, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first document, to see one again")
    parser.add_argument("--jobs", type=int, default=1, help="processes that share them")
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    started = time.monotonic()
    counts = [_job(given, job) for job in range(given.jobs)]
    done = sum(int(job.communicate()[0] or 0) for job, _ in counts)
    for job, folder in counts:
        if job.returncode:
            print(_last_words(folder), file=sys.stderr)
            raise SystemExit(
                f"seed {given.seed}: not all is read as it should be ({folder}); {done:,} documents of other jobs are"
            )
        shutil.rmtree(folder)
    print(f"{done:,} documents in {time.monotonic() - started:,.0f} s, none read wrongly", flush=True)


_WORDS = "stderr.txt"
_JOB = """
import sys, pathlib
from benchmarks.fuzz import fuzz
count, seed, seconds, first, step = (float(each) for each in sys.argv[2:])
done = fuzz(int(count), int(seed), pathlib.Path(sys.argv[1]), seconds or None, first=int(first), step=int(step), kill=True)
print(done, end="")
"""


def _job(given: argparse.Namespace, job: int) -> tuple[subprocess.Popen[bytes], Path]:
    """A process of its own, which a fault of a library cannot end in silence. polars is faster on one thread where frames are this small."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="hubsync-fuzz-", dir=memory if memory.is_dir() else None))
    count = len(range(job, given.count, given.jobs))
    numbers = (count, given.seed, given.seconds or 0, given.first + job, given.jobs)
    environment = {**os.environ, "POLARS_MAX_THREADS": "1", "RUST_BACKTRACE": "0"}
    arguments = [sys.executable, "-c", _JOB, str(folder), *map(str, numbers)]
    # Rust tells of each panic there, also of those that are caught.
    with (folder / _WORDS).open("wb") as words:
        return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=words, env=environment), folder


def _last_words(folder: Path) -> str:
    return "\n".join((folder / _WORDS).read_text(errors="replace").splitlines()[-20:])


if __name__ == "__main__":
    main()

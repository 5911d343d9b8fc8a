"""SIGKILLs at random moments of one upload: what is sent twice, and that the end is the same.

Each run is ``dagster job execute`` in a process of its own, killed after a random number of write calls and some milliseconds more; a
last run finishes. The promise: a kill costs at most the answers of one group (2 s or 5,000 contacts) and of the calls in flight. Keep
out: faults (``storm``).
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.data import Sources, make_sources
from benchmarks.measure import cost_of
from benchmarks.portal import Equality, compare, environment, running_portal
from benchmarks.report import table
from hubsync_assets.emulator import EmulatorControl
from hubsync_assets.hubspot.tuning import Tuning
from hubsync_assets.sync_log.answers import AnswerKind
from hubsync_assets.sync_log.buffer import MAX_ANSWERS
from hubsync_assets.sync_log.log import SyncLog, sqlite_url

__all__ = ["Kills", "kill_again_and_again", "run"]

BATCH = 100
BURST = 400
LONGEST_WAIT = 300.0
UPSERT = "/batch/upsert"
PROMISE = MAX_ANSWERS + Tuning().max_in_flight * BATCH


@dataclass(frozen=True, slots=True)
class Kills:
    """What came of it.

    Attributes:
        lost: for each kill, contacts whose answer HubSpot gave, or was about to, and the log did not have.
        sent: contacts in all write calls together.
        answers: rows of the log at the end, what reading back confirmed of killed runs not counted.
        equality: where every contact is.
    """

    lost: list[int]
    sent: int
    answers: int
    equality: Equality


def kill_again_and_again(sources: Sources, folder: Path, control: EmulatorControl, kills: int, seed: int) -> Kills:
    """Kill so many runs while they upload, then let one finish.

    Raises:
        SystemExit: a run ended before it could be killed, or the last one failed.
    """
    variables = environment(folder, sources.paths, control.base_url)
    chance = random.Random(seed)
    expected = _contacts(sources, folder)
    lost: list[int] = []
    for number in range(kills):
        left = expected - int(control.state()["contacts"])
        _kill_after(variables, control, chance.randint(1, max(2, 2 * left // BATCH // (kills - number + 1))), chance)
        lost.append(_sent(control) - _written(folder, control) - sum(lost))
    with subprocess.Popen(_command(), env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as last:
        if last.wait(LONGEST_WAIT):
            raise SystemExit("the run after the kills failed")
    with SyncLog(sqlite_url(folder / "storage")) as log:
        confirmed = pl.col("kind") == AnswerKind.CONFIRMED.value
        answers = sum(rows.filter(~confirmed).height for rows in log.rows_after(control.portal_id, 0))
    return Kills(lost, _sent(control), answers, compare(folder / "storage", control))


def run(rows: int, folder: Path, kills: int = 20, seed: int = 2026) -> None:
    """Measure and print.

    Raises:
        SystemExit: the portal does not hold what it should, or more was sent twice than promised.
    """
    work = folder / "kills"
    shutil.rmtree(work, ignore_errors=True)
    with running_portal(BURST) as control:
        told = kill_again_and_again(make_sources(folder, rows), work, control, kills, seed)
    shutil.rmtree(work)
    twice = told.sent - told.equality.acknowledged
    lines = [
        ("contacts", f"{told.equality.merged:,}"),
        ("kills", len(told.lost)),
        ("answers not yet in the log at a kill, most, mean", f"{max(told.lost):,}, {sum(told.lost) / kills:,.0f}"),
        ("promised for each kill, at most", f"{PROMISE:,}"),
        ("contacts sent twice, in all", f"{twice:,} (promised: at most {kills * PROMISE:,})"),
        ("rows in the log at the end", f"{told.answers:,}"),
        ("every contact in one state, the portal equal field by field", "yes" if told.equality.holds else "NO"),
    ]
    print(table((f"kills, seed {seed}", ""), lines), flush=True)
    if not told.equality.holds or max(told.lost) > PROMISE or told.answers != told.equality.merged:
        raise SystemExit(f"the promise is broken: {told}")


def _command() -> list[str]:
    dagster = Path(sys.executable).with_name("dagster")
    return [str(dagster), "job", "execute", "-m", "hubsync_assets.definitions", "-j", "sync_contacts"]


def _kill_after(variables: dict[str, str], control: EmulatorControl, calls: int, chance: random.Random) -> None:
    target = len(control.calls(UPSERT)) + calls
    with subprocess.Popen(_command(), env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + LONGEST_WAIT
        while len(control.calls(UPSERT)) < target:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise SystemExit("the run ended, or never wrote, before it could be killed")
            time.sleep(0.02)
        time.sleep(chance.random() / 10)
        os.kill(process.pid, signal.SIGKILL)
    _wait_for_quiet(control)


def _wait_for_quiet(control: EmulatorControl) -> None:
    """Until the portal has served the calls that were on their way."""
    deadline = time.monotonic() + LONGEST_WAIT
    seen = -1
    while (now := len(control.calls(UPSERT))) != seen:
        if time.monotonic() > deadline:
            raise SystemExit("the portal still gets calls from a run that was killed")
        seen = now
        time.sleep(0.5)


def _sent(control: EmulatorControl) -> int:
    return sum(call["inputs"] for call in control.calls(UPSERT))


def _written(folder: Path, control: EmulatorControl) -> int:
    """Answers to writes in the log (what was found to be there already is no write)."""
    kinds = [AnswerKind.CREATED.value, AnswerKind.UPDATED.value]
    with SyncLog(sqlite_url(folder / "storage")) as log:
        return sum(int(rows["kind"].is_in(kinds).sum()) for rows in log.rows_after(control.portal_id, 0))


def _contacts(sources: Sources, folder: Path) -> int:
    alone = folder / "counted"
    contacts: int = cost_of("benchmarks.merge:raw_and_merge", *sources.paths.values(), str(alone)).value["contacts"]
    shutil.rmtree(alone)
    return contacts

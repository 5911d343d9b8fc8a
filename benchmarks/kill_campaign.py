"""Kills at random moments of the whole pipeline, while the sources change, go back, break off and recover: what HubSpot holds in the end.

Each run is a process of its own, the four steps or now and then ``dagster job execute``, and most are ended by SIGKILL, or by SIGTERM, which
both take for Ctrl-C. After each of them the emulator is compared, property by property, with the naive model of the histories
(``hubsync_assets_tests.histories``): nothing may be there that neither was there before nor is what the sources say. Every few kills, and
at the end, a run goes through, after which everything has to be there. Keep out: kills of an upload alone, and what they cost (``kills``).
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from benchmarks.portal import environment, running_portal
from benchmarks.report import table
from hubsync_assets.emulator import EmulatorControl
from hubsync_assets.sync_log.watching import look_at_log
from hubsync_assets_tests.databases.postgresql import PostgreSQL
from hubsync_assets_tests.histories.replay import Replay
from hubsync_assets_tests.histories.rules import SOURCES
from hubsync_assets_tests.histories.world import BAD, EMPTY, FIELDS, VALUES, Damage, Delta, Truth
from hubsync_assets_tests.pipeline import Pipeline, Synced

__all__ = ["Campaign", "Told", "run", "run_on_postgresql"]

BURST = 400
LATENCY = {"seconds": 0.2}
"""Of a write call, always the same: a call of a run that was killed must not arrive while the next one runs."""
QUIET_SECONDS = 1.0
LONGEST_WAIT = 300.0
EVERY_DAGSTER = 10
"""One of so many kills is one of ``dagster job execute``, which takes seconds to begin."""
KILLS_BETWEEN_WHOLE_RUNS = 4
UPSERT = "/batch/upsert"
STEPS = ("read", "merge", "plan", "upload")


@dataclass
class Told:
    """What came of a campaign, by the step in which a run was ended; ``finished``: it had ended by itself before."""

    killed: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    finished: int = 0
    dagster: int = 0
    whole_runs: int = 0
    contacts: int = 0

    @property
    def ended(self) -> int:
        """Runs that a signal ended."""
        return self.killed.total() + self.stopped.total() + self.dagster


class Campaign:
    """Sources that change, and runs that are ended.

    Args:
        folder: a new folder for sources and storage.
        hubspot: an empty portal.
        people: contacts of each source; half of them are in both.
        seed: of all that is random.
        log_url: a new database for the sync log; empty: SQLite in storage.
    """

    def __init__(self, folder: Path, hubspot: EmulatorControl, people: int, seed: int, *, log_url: str = "") -> None:
        self.chance = random.Random(seed)
        self.hubspot = hubspot
        self.replay = Replay(Pipeline(folder, hubspot, log_url=log_url))
        self.told = Told()
        self.emails = {
            "db1": [f"c{n:05}@example.com" for n in range(people)],
            "db2": [f"c{n:05}@example.com" for n in range(people // 2, people // 2 + people)],
        }
        self.seconds = dict.fromkeys(STEPS, 0.3)

    def run(self, kills: int) -> Told:
        """End so many runs, then let one through.

        Raises:
            AssertionError: HubSpot holds something that it may not, or does not hold in the end what it has to.
        """
        for source in SOURCES:
            people = {email: self._person() for email in self.emails[source]}
            self.replay.put(source, Truth(people, form="json" if source == "db1" else "csv"), Damage())
        self._let_through()
        self.hubspot.mix({"latency": 1.0}, seed=self.chance.randrange(1 << 30), path=UPSERT, latency=LATENCY)
        while self.told.ended < kills:
            self._change_sources()
            self._end_one(by_dagster=self.told.ended % EVERY_DAGSTER == EVERY_DAGSTER - 1)
            if self.told.ended % KILLS_BETWEEN_WHOLE_RUNS == 0:
                self._let_through()
        for source in SOURCES:
            self.replay.put(source, self.replay.past[source][-1], Damage())
        self._let_through()
        self.replay.run(accept=True)
        self.replay.finish()
        self.told.contacts = len(self.replay.pipeline.held())
        return self.told

    def _person(self) -> dict[str, str]:
        return {name: self._cell(name) for name in FIELDS}

    def _cell(self, name: str) -> str:
        return self.chance.choice([*VALUES[name] * 3, EMPTY])

    def _change_sources(self) -> None:
        for source in SOURCES:
            past = self.replay.past[source]
            what = self.chance.random()
            truth = past[-1]
            if what < 0.3:
                truth = past[max(-len(past), -1 - self.chance.randint(1, 3))]
            elif what < 0.8:
                truth = self._changed(truth)
            self.replay.put(source, truth, self._damage() if self.chance.random() < 0.25 else Damage())

    def _changed(self, truth: Truth) -> Truth:
        """Some people have other values, some are new or gone, some values cannot be read; now and then in a file of their own."""
        people = dict(truth.people)
        several = self.chance.sample(sorted(people), k=max(1, len(people) // self.chance.choice([2, 10, 100])))
        name = self.chance.choice(FIELDS)
        if self.chance.random() < 0.2:
            return replace(truth, deltas=(Delta((name,), {email: {name: self._cell(name)} for email in several}),))
        for email in several:
            cell = BAD if self.chance.random() < 0.02 else self._cell(name)
            people[email] = {**people[email], name: cell}
        for email in several[: len(several) // 20]:
            del people[email]
        back = [email for email in self.emails["db1"] + self.emails["db2"] if email not in people]
        for email in self.chance.sample(back, k=min(len(back), 3)):
            people[email] = self._person()
        return replace(truth, people=people, deltas=())

    def _damage(self) -> Damage:
        return self.chance.choice(
            [
                Damage(newest=self.chance.randint(0, 200)),
                Damage(newest="zero"),
                Damage(newest="refused"),
                Damage(whole="nothing"),
                Damage(broken=tuple(self.chance.sample(self.emails["db1"], k=3))),
                Damage(bad_emails=tuple(self.chance.sample(self.emails["db1"], k=3))),
            ]
        )

    def _let_through(self) -> None:
        self.replay.run(self._to_its_end)
        self.told.whole_runs += 1

    def _to_its_end(self, accept: Mapping[str, str]) -> Synced:
        del accept
        pipeline = self.replay.pipeline
        begun: dict[str, float] = {}
        synced = replace(pipeline, tell=lambda step: begun.update({step: time.monotonic()})).sync()
        begun["end"] = time.monotonic()
        times = list(begun.items())
        self.seconds.update({step: after - at for (step, at), (_, after) in pairwise(times)})
        return synced

    def _end_one(self, *, by_dagster: bool) -> None:
        self.replay.run(self._ended_dagster if by_dagster else self._ended_steps)

    def _ended_steps(self, accept: Mapping[str, str]) -> Synced | None:
        del accept
        step = self.chance.choice([*STEPS, "upload", "upload"])
        sign = self.chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM])
        pipeline = self.replay.pipeline
        command = [sys.executable, "-m", "hubsync_assets_tests.pipeline", str(pipeline.folder), self.hubspot.base_url]
        with subprocess.Popen(
            [*command, *pipeline.sources],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "HUBSYNC_LOG_URL": pipeline.log_url},
        ) as process:
            assert process.stdout is not None
            now = ""
            for line in process.stdout:
                now = line.strip()
                if now == step:
                    break
            time.sleep(self.chance.random() * self.seconds[step])
            process.send_signal(sign)
            rest = process.stdout.read().split()
            process.wait(LONGEST_WAIT)
        now = rest[-1] if rest else now
        self._wait_for_quiet()
        if now.startswith("ended"):
            self.told.finished += 1
            return Synced(success=now == "ended:0", words="", unsent=0)
        (self.told.killed if sign == signal.SIGKILL else self.told.stopped)[now] += 1
        return None

    def _ended_dagster(self, accept: Mapping[str, str]) -> Synced | None:
        """``dagster job execute``, ended some milliseconds after one of its write calls; or when it has ended without one."""
        del accept
        pipeline = self.replay.pipeline
        settings = {source: pipeline.sources.get(source, "") for source in SOURCES}
        variables = {
            **environment(pipeline.folder, settings, self.hubspot.base_url),
            "HUBSYNC_LOG_URL": pipeline.log_url,
        }
        dagster = Path(sys.executable).with_name("dagster")
        command = [str(dagster), "job", "execute", "-m", "hubsync_assets.definitions", "-j", "sync_contacts"]
        before = len(self.hubspot.calls(UPSERT))
        with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + LONGEST_WAIT
            while process.poll() is None and len(self.hubspot.calls(UPSERT)) == before:
                assert time.monotonic() < deadline, "a run of Dagster did not end"
                time.sleep(0.02)
            time.sleep(self.chance.random() / 3)
            ended = process.poll()
            process.kill()
        self._wait_for_quiet()
        if ended is not None:
            self.told.finished += 1
            return Synced(success=ended == 0, words="", unsent=0)
        self.told.dagster += 1
        return None

    def _wait_for_quiet(self) -> None:
        """Until the portal has served the calls that were on their way, and the log's server has noticed that the writer is gone."""
        seen = -1
        while (now := len(self.hubspot.calls(UPSERT))) != seen:
            seen = now
            time.sleep(QUIET_SECONDS)
        log_url = self.replay.pipeline.log_url
        deadline = time.monotonic() + LONGEST_WAIT
        while log_url and look_at_log(log_url).writers:
            assert time.monotonic() < deadline, "a run that was killed still holds the portal's lock"
            time.sleep(QUIET_SECONDS / 10)


def run_on_postgresql(people: int, folder: Path) -> None:
    """The same with a sync log in a PostgreSQL that pip installs.

    Raises:
        AssertionError: as ``run``.
    """
    with PostgreSQL().begin() as server:
        url = server.engine().url.render_as_string(hide_password=False)
        run(people, folder, log_url=url)


def run(people: int, folder: Path, kills: int = 60, seed: int = 2026, *, log_url: str = "") -> None:
    """Measure and print.

    Raises:
        AssertionError: HubSpot holds something that the model does not allow.
    """
    work = folder / "kill_campaign"
    shutil.rmtree(work, ignore_errors=True)
    began = time.monotonic()
    with running_portal(BURST) as control:
        told = Campaign(work, control, people, seed, log_url=log_url).run(kills)
    shutil.rmtree(work)
    by_step = [(f"ended in {step}: SIGKILL, SIGTERM", f"{told.killed[step]}, {told.stopped[step]}") for step in STEPS]
    lines = [
        ("contacts", f"{told.contacts:,}"),
        ("runs that a signal ended", told.ended),
        *by_step,
        ("of `dagster job execute`, SIGKILL in the upload", told.dagster),
        ("runs that ended by themselves before the signal", told.finished),
        ("runs that were let through", told.whole_runs),
        ("properties at the portal that the model does not allow", "0"),
        ("minutes", f"{(time.monotonic() - began) / 60:.1f}"),
    ]
    print(table((f"kill campaign, seed {seed}, log in {'PostgreSQL' if log_url else 'SQLite'}", ""), lines), flush=True)

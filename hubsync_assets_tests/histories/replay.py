"""A history is played, run by run, and after each run HubSpot is compared with what the model says.

Put here: one run with its ending, and the comparison. Keep out: drawing histories (``strategies``), and the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from hubsync_assets.emulator import EmulatorControl
from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot.retry import RetryPolicy
from hubsync_assets.hubspot.tuning import Tuning
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.histories.kills import Killed, ends_at
from hubsync_assets_tests.histories.model import Held, Model, Targets
from hubsync_assets_tests.histories.rules import SOURCES, Doubts, Reading, accepted_next, doubts_of, reading_of
from hubsync_assets_tests.histories.strategies import History, Step, changed
from hubsync_assets_tests.histories.world import Damage, Truth, files_of, text_of
from hubsync_assets_tests.pipeline import PROPERTIES, Pipeline, Synced
from hubsync_assets_tests.shipped import MODEL

__all__ = ["Replay", "Runs", "play"]

WRITES, READS = "/batch/upsert", "/batch/read"

QUICK = Tuning(policy=RetryPolicy(base=0.0, cap=0.001, lock=0.0, tries=2, failures=2, probes=1), sleep=lambda _: None)
"""Hardly a wait between tries: what is tested is what a lost answer leaves behind. With none at all (``cap``) the open breaker would let calls
pass each other for ever, and never probe."""


class Runs(Protocol):
    """How a run is made: in this process, or in one of its own that can be killed."""

    def __call__(self, accept: Mapping[str, str]) -> Synced | None:
        """Run once, with the digests that a person accepts; None: the run did not come to its end."""


@dataclass
class Replay:
    """A history under way.

    Attributes:
        pipeline: the project that it happens to.
        model: what is known of HubSpot.
        past: what each source held, the oldest first.
        baselines: the last accepted reading of each.
        readings: what each says now.
        number: runs so far.
    """

    pipeline: Pipeline
    model: Model = field(default_factory=Model)
    past: dict[str, list[Truth]] = field(default_factory=dict)
    baselines: dict[str, Reading | None] = field(default_factory=lambda: dict.fromkeys(SOURCES))
    readings: dict[str, Reading] = field(default_factory=dict)
    number: int = 0

    @property
    def is_off(self) -> bool:
        """Whether no source is used, so that no run is possible."""
        return all(reading.off for reading in self.readings.values())

    def put(self, source: str, truth: Truth, damage: Damage) -> None:
        """Let a source export what it holds."""
        self.past.setdefault(source, []).append(truth)
        files = files_of(truth, damage)
        self.readings[source] = reading_of(files)
        if files:
            self.pipeline.put(source, {file.name: text_of(file) for file in files})
        else:
            self.pipeline.switch_off(source)

    def run(self, make: Runs | None = None, *, accept: bool = False) -> Synced | None:
        """One run, and what it may and must have done.

        Args:
            make: how it is made; None: in this process, to its end.
            accept: whether a person accepts what is doubted.

        Raises:
            AssertionError: HubSpot holds what it may not, or the exit code is wrong.
        """
        self.number += 1
        doubts = {it: doubts_of(self.readings[it], self.baselines[it]) for it in SOURCES}
        accepted = {it for it in SOURCES if accept and doubts[it].fails and self.readings[it].newest_broken is None}
        doubts = {it: Doubts() if it in accepted else doubt for it, doubt in doubts.items()}
        before, versions = self.pipeline.held(), self._versions()
        targets = self.model.targets(before, self.readings, doubts)
        digests = {source: self.pipeline.digest(source) for source in accepted}
        synced = make(digests) if make is not None else self.pipeline.sync(accept=digests)
        after = self.pipeline.held()
        ended = synced is not None and not synced.unsent
        where = f"run {self.number} ({self._counts(doubts)})"
        _compare(before, after, targets, self.readings, ended=ended, where=where)
        if synced is not None:
            fails = any(it.fails for it in doubts.values())
            told = f"EXIT CODE {where} said: {synced.words!r}, unsent {synced.unsent}"
            assert synced.success is (not fails and not synced.unsent), told
        for source in SOURCES:
            if synced is not None or self._versions()[source] != versions[source]:
                taken = accepted_next(
                    self.readings[source], self.baselines[source], doubts[source], by_a_person=source in accepted
                )
                self.baselines[source] = taken
        self.model.learn(before, after, self.readings, doubts, targets, ended=ended)
        return synced

    def finish(self) -> None:
        """The last runs: HubSpot holds what it has to, and another run sends nothing.

        Raises:
            AssertionError: something is sent that HubSpot holds already; or as ``run``.
        """
        self.run()
        sent = self.pipeline.inputs_sent()
        self.run()
        assert self.pipeline.inputs_sent() == sent, "a run without news sends something"

    def _counts(self, doubts: Mapping[str, Doubts]) -> str:
        """What the model judges by: what is read and what was accepted, without the contacts."""
        read = {it: replace(self.readings[it], said={}) for it in SOURCES}
        accepted = {it: base and replace(base, said={}) for it, base in self.baselines.items()}
        return f"doubts {doubts}; read {read}; accepted {accepted}"

    def _versions(self) -> dict[str, str | None]:
        """The version of each raw table: whether a run that was killed had read a source to the end."""
        tables = {
            source: Storage(MODEL, self.pipeline.folder / "storage").table(f"raw_{source}").current()
            for source in SOURCES
        }
        return {source: version.id if version is not None else None for source, version in tables.items()}


def play(folder: Path, hubspot: EmulatorControl, history: History) -> None:
    """Play a history; after each of its runs HubSpot holds what it may, and after the last, quiet ones what it has to.

    Raises:
        AssertionError: it does not; the text says which property of whom, and what was to become of it.
    """
    hubspot.seed([{"email": email, **properties} for email, properties in history.seeded.items()])
    replay = Replay(Pipeline(folder, hubspot, tuning=QUICK))
    for source in SOURCES:
        replay.put(source, history.first[source], Damage())
    replay.run()
    for step in history.steps:
        for source in SOURCES:
            replay.put(source, changed(replay.past[source], step.changes[source]), step.damage[source])
        if not replay.is_off:
            replay.run(_run_of(replay.pipeline, step))
            if step.accept:
                replay.run()
                replay.run(accept=True)
    if not replay.is_off:
        replay.finish()


def _run_of(pipeline: Pipeline, step: Step) -> Runs:
    """How a step's run is made: killed, stopped, or robbed of its answers."""

    def make(accept: Mapping[str, str]) -> Synced | None:
        if step.lost:
            pipeline.hubspot.fault("reset_after", times=step.lost, path=WRITES)
        if step.lost < 0:
            pipeline.hubspot.fault("reset_before", times=-1, path=READS)
        try:
            with ends_at(step.ending):
                return pipeline.sync(accept=accept, distrust=step.distrust)
        except (Killed, KeyboardInterrupt, HubsyncError):
            return None
        finally:
            pipeline.hubspot.clear_faults()

    return make


def _compare(
    before: Held, after: Held, targets: Targets, readings: Mapping[str, Reading], *, ended: bool, where: str
) -> None:
    strangers = after.keys() - before.keys() - targets.keys()
    assert not strangers, f"{where}: contacts that no source has: {sorted(strangers)}"
    assert before.keys() <= after.keys(), f"{where}: contacts are gone from HubSpot"
    for email in targets:
        assert email in after or not ended, f"{where}: {email} is not in HubSpot"
    for email, now in after.items():
        was = before.get(email, {})
        wanted = targets.get(email, [])
        aims = {name: (target, text) for target in wanted for name, text in target.text.items()}
        for name in PROPERTIES:
            held, old = now.get(name, ""), was.get(name, "")
            target, text = aims.get(name, (None, old))
            said = {source: readings[source].said.get(email) for source in SOURCES}
            told = f"{where}: {name} of {email} was {old!r}, is {held!r}; {target or 'stays'}; the sources say {said}"
            assert held in (old, text), f"UNSAFE {told}"
            if ended and target is not None and target.must:
                assert held == text, f"NOT DONE {told}"

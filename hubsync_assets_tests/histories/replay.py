"""A history is played, run by run, and after each run HubSpot is compared with what the model says.

Put here: one run with its ending, and the comparison. Keep out: drawing histories (``strategies``), and the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hubsync_assets.emulator import EmulatorControl
from hubsync_assets.hubspot.retry import RetryPolicy
from hubsync_assets.hubspot.tuning import Tuning
from hubsync_assets_tests.histories.kills import Ending, Killed, ends_at
from hubsync_assets_tests.histories.model import Held, Model, Targets
from hubsync_assets_tests.histories.rules import SOURCES, Doubts, Reading, accepted_next, doubts_of, reading_of
from hubsync_assets_tests.histories.strategies import History, Step, changed
from hubsync_assets_tests.histories.world import Damage, Truth, files_of, text_of
from hubsync_assets_tests.pipeline import PROPERTIES, Pipeline

__all__ = ["play"]

WRITES, READS = "/batch/upsert", "/batch/read"

QUICK = Tuning(policy=RetryPolicy(base=0.0, cap=0.0, lock=0.0, tries=2, failures=2, probes=1), sleep=lambda _: None)
"""No waits between tries: what is tested is what a lost answer leaves behind."""


@dataclass
class Replay:
    """A history under way."""

    pipeline: Pipeline
    model: Model = field(default_factory=Model)
    past: dict[str, list[Truth]] = field(default_factory=dict)
    baselines: dict[str, Reading | None] = field(default_factory=lambda: dict.fromkeys(SOURCES))
    readings: dict[str, Reading] = field(default_factory=dict)
    number: int = 0

    def put(self, source: str, truth: Truth, damage: Damage) -> None:
        """Let a source export what it holds."""
        self.past.setdefault(source, []).append(truth)
        files = files_of(truth, damage)
        self.readings[source] = reading_of(files)
        if files:
            self.pipeline.put(source, {file.name: text_of(file) for file in files})
        else:
            self.pipeline.switch_off(source)

    def run(self, *, ending: Ending | None = None, lost: int = 0, distrust: bool = False, accept: bool = False) -> None:
        """One run, and what it may and must have done."""
        self.number += 1
        doubts = {it: doubts_of(self.readings[it], self.baselines[it]) for it in SOURCES}
        accepted = {it for it in SOURCES if accept and doubts[it].fails and self.readings[it].newest_broken is None}
        doubts = {it: Doubts() if it in accepted else doubt for it, doubt in doubts.items()}
        before = self.pipeline.held()
        targets = self.model.targets(before, self.readings, doubts)
        if lost:
            self.pipeline.hubspot.fault("reset_after", times=lost, path=WRITES)
        if lost < 0:
            self.pipeline.hubspot.fault("reset_before", times=-1, path=READS)
        with ends_at(ending) as effects:
            try:
                digests = {source: self.pipeline.digest(source) for source in accepted}
                synced = self.pipeline.sync(accept=digests, distrust=distrust)
            except (Killed, KeyboardInterrupt):
                synced = None
        self.pipeline.hubspot.clear_faults()
        after = self.pipeline.held()
        ended = synced is not None and not synced.unsent
        _compare(before, after, targets, self.readings, ended=ended, where=f"run {self.number}")
        if synced is not None:
            fails = any(it.fails for it in doubts.values())
            assert synced.success is (not fails and not synced.unsent), f"run {self.number} said: {synced.words}"
        for source in SOURCES:
            if synced is not None or f"raw_{source}" in effects.published:
                baseline = self.baselines[source]
                by_a_person = source in accepted
                now = accepted_next(self.readings[source], baseline, doubts[source], by_a_person=by_a_person)
                self.baselines[source] = now
        doubted = any(it.absence or it.everything or it.fields for it in doubts.values())
        self.model.learn(before, after, self.readings, targets, ended=ended, doubted=doubted)

    def step(self, step: Step) -> None:
        """What happens to the sources, and the runs after it."""
        for source in SOURCES:
            self.put(source, changed(self.past[source], step.changes[source]), step.damage[source])
        if all(reading.off for reading in self.readings.values()):
            return
        self.run(ending=step.ending, lost=step.lost, distrust=step.distrust)
        if step.accept:
            self.run()
            self.run(accept=True)


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
        replay.step(step)
    if all(reading.off for reading in replay.readings.values()):
        return
    replay.run()
    sent = replay.pipeline.inputs_sent()
    replay.run()
    assert replay.pipeline.inputs_sent() == sent, "a run without news sends something"


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

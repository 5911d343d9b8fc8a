"""However runs are narrowed, the first one that is not leaves HubSpot as if there had been that one alone, and nothing is sent twice.

Two projects with a HubSpot each live through the same changes of their sources. One syncs once after each; the other first in random parts,
some of them killed. Keep out: what HubSpot has to hold (``test_histories``).
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets_tests.first_day.day import declared
from hubsync_assets_tests.histories.kills import Ending, Killed, ends_at
from hubsync_assets_tests.histories.replay import QUICK
from hubsync_assets_tests.histories.strategies import History, changed, histories
from hubsync_assets_tests.histories.test_histories import SmallBatches
from hubsync_assets_tests.histories.world import EMAILS, Damage, files_of, text_of
from hubsync_assets_tests.pipeline import Pipeline

pytestmark = pytest.mark.services

EXAMPLES = int(os.environ.get("HUBSYNC_HISTORIES", "12"))

SHIPPED = declared()
CAREFUL = declared(
    {
        "name": {"write": "fill"},
        "phone": {"write": "set_once"},
        "company_name": {"write": {"edited": "theirs"}},
        "mrr": {"write": "never_clear"},
    }
)
"""Policies by which it would matter who has written first."""


@dataclass(frozen=True)
class Part:
    """A narrowed run: whom it may write, and where it is killed."""

    listed: tuple[str, ...] | None
    options: Mapping[str, Any]
    ending: Ending | None


_OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "max_contacts": st.integers(0, 4),
        "sources_off": st.lists(st.sampled_from(["db1", "db2"]), min_size=1, max_size=2, unique=True),
        "writes": st.sampled_from(["create_only", "update_only"]),
    },
)
_PARTS = st.lists(
    st.builds(
        Part,
        listed=st.one_of(st.none(), st.lists(st.sampled_from(EMAILS), min_size=1, max_size=4, unique=True).map(tuple)),
        options=_OPTIONS,
        ending=st.one_of(st.none(), st.none(), st.builds(Ending, st.just("any"), st.integers(1, 20), st.just("after"))),
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def portals() -> Iterator[tuple[HubSpotEmulator, HubSpotEmulator]]:
    """Two emulators for all examples; nothing waits for the disk, as no power is cut here."""
    with (
        HubSpotEmulator() as one,
        HubSpotEmulator() as other,
        mock.patch("os.fsync", return_value=None),
        mock.patch("hubsync_assets.hubspot.writer.Batches", SmallBatches),
    ):
        yield one, other


@pytest.mark.timeout(60 + 20 * EXAMPLES)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES <= 12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(history=histories, parts=st.lists(_PARTS, min_size=6, max_size=6), model=st.sampled_from([SHIPPED, CAREFUL]))
def test_narrowed_runs_change_nothing_of_what_the_whole_one_gives(
    portals: tuple[HubSpotEmulator, HubSpotEmulator], history: History, parts: list[list[Part]], model: ContactModel
) -> None:
    for hubspot in portals:
        hubspot.reset()
        hubspot.set_limit(1_000_000, daily=None)
        hubspot.seed([{"email": email, **properties} for email, properties in history.seeded.items()])
    with tempfile.TemporaryDirectory() as folder:
        whole, narrowed = (
            Pipeline(Path(folder) / name, hubspot, tuning=QUICK, model=model)
            for name, hubspot in zip(("whole", "narrowed"), portals, strict=True)
        )
        past = {source: [history.first[source]] for source in ("db1", "db2")}
        for number, of_step in enumerate(parts[: len(history.steps) + 1]):
            for source, truths in past.items():
                damage = history.steps[number - 1].damage[source] if number else Damage()
                if number:
                    truths.append(changed(truths, history.steps[number - 1].changes[source]))
                files = files_of(truths[-1], damage)
                for pipeline in (whole, narrowed):
                    if files:
                        pipeline.put(source, {file.name: text_of(file) for file in files})
                    else:
                        pipeline.switch_off(source)
            if not whole.sources:
                continue
            for part in of_step:
                _run(narrowed, part)
            for pipeline in (whole, narrowed):
                pipeline.sync()
            told = f"after step {number}, model {'careful' if model is CAREFUL else 'shipped'}, parts {of_step}"
            assert narrowed.held() == whole.held(), told
            assert narrowed.inputs_sent() == whole.inputs_sent(), told


def _run(pipeline: Pipeline, part: Part) -> None:
    """One narrowed run: nobody else is written, and no more than may be."""
    options = dict(part.options)
    if part.listed is not None:
        path = pipeline.folder / "only.txt"
        path.write_text("\n".join(part.listed))
        path.chmod(0o600)
        options["only_file"] = str(path)
    before, sent = pipeline.held(), pipeline.inputs_sent()
    try:
        with ends_at(part.ending):
            plan = pipeline.sync(scope=options).plan
        assert plan is None or all(total.closes for total in plan.sums), str(plan)
    except Killed:
        pass
    after = pipeline.held()
    touched = {email for email in after if after[email] != before.get(email)}
    assert part.listed is None or touched <= set(part.listed)
    assert part.options.get("writes") != "create_only" or not touched & before.keys()
    assert part.options.get("writes") != "update_only" or touched <= before.keys()
    most = part.options.get("max_contacts")
    assert most is None or pipeline.inputs_sent() - sent <= most

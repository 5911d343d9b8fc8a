"""The pipeline benchmark: what it makes the portal's state, what it plans, and a daily run."""

from pathlib import Path

import pytest

from benchmarks.data import make_sources
from benchmarks.merge import raw_and_merge
from benchmarks.pipeline import acknowledge, daily_run, plan_only
from hubsync_assets.emulator import HubSpotEmulator

pytestmark = pytest.mark.services

ROWS = 1_000


@pytest.mark.parametrize("percent", [0, 1, 100])
def test_the_plan_holds_the_contacts_that_were_made_to_differ(percent: int, tmp_path: Path) -> None:
    sources = make_sources(tmp_path, ROWS)
    contacts = raw_and_merge(str(sources.db1), str(sources.db2), str(tmp_path / "storage"))["contacts"]
    with HubSpotEmulator() as hubspot:
        differing = acknowledge(str(tmp_path), hubspot.base_url, percent)
        told = plan_only(str(tmp_path), hubspot.base_url)
    assert differing == contacts * percent // 100
    assert (told["planned"], told["unchanged"]) == (differing, contacts - differing)


def test_a_daily_run_writes_the_change_and_a_run_on_unchanged_files_nothing(tmp_path: Path) -> None:
    sources, changed = make_sources(tmp_path, ROWS), make_sources(tmp_path, ROWS, 10)
    work = tmp_path / "work"
    raw_and_merge(str(sources.db1), str(sources.db2), str(work / "storage"))
    with HubSpotEmulator() as hubspot:
        acknowledge(str(work), hubspot.base_url, 0, whole=True)
        nothing, _, no_calls = daily_run(sources, work, hubspot)
        something, until_last, calls = daily_run(changed, work, hubspot)
        held = len(hubspot.contacts())
    assert (nothing.value["planned"], nothing.value["merged_again"], no_calls) == (0, 0, 0)
    assert 0 < something.value["planned"] == something.value["acknowledged"] < held
    assert calls == 1
    assert 0 < until_last < something.whole

"""The storm and the kills, small; and that their comparison with the portal can see a fault."""

from pathlib import Path

import polars as pl
import pytest

from benchmarks.data import make_sources
from benchmarks.kills import PROMISE, kill_again_and_again
from benchmarks.measure import cost_of
from benchmarks.portal import compare
from benchmarks.storm import rates
from hubsync_assets.emulator import KINDS, HubSpotEmulator

pytestmark = pytest.mark.services


def test_a_storm_leaves_every_contact_in_one_state_and_the_portal_equal(tmp_path: Path) -> None:
    share = {kind: 5 * rate for kind, rate in rates().items()}
    with HubSpotEmulator() as hubspot:
        hubspot.set_limit(100_000, daily=None)
        told = cost_of("benchmarks.storm:weather", 1_500, 11, str(tmp_path), hubspot.base_url, share).value
    assert told["faults"]
    assert told["merged"] == 1_500
    assert told["equal"], told["details"]
    assert told["nothing_left"]


def test_the_storm_has_every_fault_and_meets_5_percent_of_the_calls() -> None:
    assert set(rates()) == set(KINDS)
    assert sum(rates().values()) == pytest.approx(0.05)


def test_kills_end_in_the_same_portal_and_the_comparison_sees_an_edit_a_stranger_and_a_lost_contact(
    tmp_path: Path,
) -> None:
    with HubSpotEmulator() as hubspot:
        told = kill_again_and_again(make_sources(tmp_path, 600), tmp_path / "work", hubspot, 1, 3)
        assert told.equality.holds
        assert told.answers == told.equality.merged > 600
        assert 0 <= told.lost[0] <= PROMISE
        found = compare(tmp_path / "work" / "storage", hubspot)
        somebody = hubspot.contacts()[0]
        hubspot.seed([{"email": somebody["email"], "firstname": "Edited"}, {"email": "stranger@example.com"}])
        after = compare(tmp_path / "work" / "storage", hubspot)
        for state in (tmp_path / "work" / "storage" / "hubspot_contacts" / "current").glob("*.parquet"):
            pl.read_parquet(state).filter(pl.col("email") != somebody["email"]).write_parquet(state)
        lost = compare(tmp_path / "work" / "storage", hubspot)
    assert found.holds
    assert (after.differing, after.strangers, after.nowhere, after.holds) == (1, 1, 0, False)
    assert (lost.differing, lost.strangers, lost.nowhere, lost.holds) == (0, 2, 1, False)

"""The campaign of kills, small."""

from pathlib import Path

from benchmarks.kill_campaign import Campaign
from hubsync_assets.emulator import HubSpotEmulator

KILLS = 4


def test_a_few_kills_while_the_sources_change_end_in_what_the_model_says(tmp_path: Path) -> None:
    with HubSpotEmulator() as hubspot:
        hubspot.set_limit(100_000, daily=None)
        told = Campaign(tmp_path, hubspot, people=400, seed=7).run(KILLS)
    assert told.ended == KILLS
    assert told.contacts >= 400

"""The campaign of kills, small."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from benchmarks.kill_campaign import Campaign
from hubsync_assets.emulator import HubSpotEmulator

pytestmark = pytest.mark.services

KILLS = 4


def test_a_few_kills_while_the_sources_change_end_in_what_the_model_says(tmp_path: Path) -> None:
    with HubSpotEmulator() as hubspot:
        hubspot.set_limit(100_000, daily=None)
        told = Campaign(tmp_path, hubspot, people=400, seed=7).run(KILLS)
    assert told.ended == KILLS
    assert told.contacts >= 400


@pytest.mark.services  # for its length: PostgreSQL itself comes from pip
@pytest.mark.timeout(900)
def test_so_do_a_few_with_the_log_in_postgresql(tmp_path: Path, postgresql: str) -> None:
    with HubSpotEmulator() as hubspot:
        hubspot.set_limit(100_000, daily=None)
        campaign = Campaign(tmp_path, hubspot, people=400, seed=11, log_url=postgresql)
        told = campaign.run(KILLS)
    assert told.ended == KILLS
    assert told.contacts >= 400
    assert not (tmp_path / "storage" / "sync_log.sqlite").exists()
    engine = sa.create_engine(postgresql)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM answers")).scalar_one() >= told.contacts
    engine.dispose()

"""A mature portal, as new for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.end_to_end.conftest import project as project  # noqa: PLC0414 - a fixture
from hubsync_assets_tests.first_day.day import OURS, Day


@pytest.fixture(scope="module")
def server() -> Iterator[HubSpotEmulator]:
    """One for a file; seeding some hundred people takes its time."""
    with HubSpotEmulator() as hubspot:
        hubspot.seed(preset="mature")
        hubspot.snapshot("mature")
        yield hubspot


@pytest.fixture
def mature(server: HubSpotEmulator) -> HubSpotEmulator:
    """The portal as it was after years of use: nothing of it is made for us."""
    server.restore("mature")
    server.clear_faults()
    server.set_limit(tier="professional")
    return server


@pytest.fixture
def day(mature: HubSpotEmulator, tmp_path: Path) -> Day:
    """A project on it; ``mrr`` and ``company_size`` take what the shipped declaration sends."""
    mature.seed(properties=OURS)
    return Day(tmp_path, mature)

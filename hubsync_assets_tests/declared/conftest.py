"""A HubSpot of these tests' own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets_tests.declared.used_storage import Used


@pytest.fixture(scope="module")
def server() -> Iterator[HubSpotEmulator]:
    with HubSpotEmulator() as hubspot:
        yield hubspot


@pytest.fixture
def hubspot(server: HubSpotEmulator) -> HubSpotEmulator:
    """As it was started."""
    server.reset()
    return server


@pytest.fixture
def client(hubspot: HubSpotEmulator) -> Iterator[HubSpotClient]:
    with HubSpotClient(hubspot.base_url, "any") as client:
        yield client


@pytest.fixture
def used(hubspot: HubSpotEmulator, tmp_path: Path) -> Used:
    """All contacts are in HubSpot."""
    used = Used(tmp_path, hubspot)
    used.put()
    assert used.costs().writes == 3
    return used

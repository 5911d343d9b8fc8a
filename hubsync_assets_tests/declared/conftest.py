"""A HubSpot of these tests' own."""

from collections.abc import Iterator

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient


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

"""Portals and clients for the tests of the HubSpot room."""

from collections.abc import Iterator

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets_tests.hubspot.scripted import ScriptedPortal, scripted_portal
from hubsync_assets_tests.hubspot.upload import client_of


@pytest.fixture
def portal() -> Iterator[ScriptedPortal]:
    with scripted_portal() as portal:
        yield portal


@pytest.fixture
def client(portal: ScriptedPortal) -> Iterator[HubSpotClient]:
    with client_of(portal.base_url) as client:
        yield client


@pytest.fixture
def hubspot() -> Iterator[HubSpotEmulator]:
    """An emulator with a burst limit that no test reaches."""
    with HubSpotEmulator() as hubspot:
        hubspot.set_limit(1_000_000)
        yield hubspot


@pytest.fixture
def emulated(hubspot: HubSpotEmulator) -> Iterator[HubSpotClient]:
    """A client of the emulator."""
    with client_of(hubspot.base_url) as client:
        yield client

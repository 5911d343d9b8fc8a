"""One emulator for all tests of this folder, emptied before each, and a plain HTTP client of it."""

from collections.abc import Iterator

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.emulator.pytest_plugin import hubspot_emulator, hubspot_server
from hubsync_assets_tests.emulator.asking import Api

__all__ = ["hubspot_emulator", "hubspot_server"]


@pytest.fixture
def hubspot(hubspot_emulator: HubSpotEmulator) -> HubSpotEmulator:
    return hubspot_emulator


@pytest.fixture
def api(hubspot: HubSpotEmulator) -> Iterator[Api]:
    with Api(hubspot.base_url) as api:
        yield api

"""A pytest fixture for other projects: ``pytest -p hubsync_assets.emulator.pytest_plugin``.

Loaded only when it is asked for, by ``-p`` or by ``pytest_plugins`` in the topmost conftest. Keep out: fixtures of this
project's own tests.
"""

from collections.abc import Iterator

import pytest

from hubsync_assets.emulator.server import HubSpotEmulator

__all__ = ["hubspot_emulator", "hubspot_server"]


@pytest.fixture(scope="session")
def hubspot_server() -> Iterator[HubSpotEmulator]:
    """One emulator for the whole test run, in memory, on a free port."""
    with HubSpotEmulator() as hubspot:
        yield hubspot


@pytest.fixture
def hubspot_emulator(hubspot_server: HubSpotEmulator) -> HubSpotEmulator:
    """The emulator as it was started: no contacts, calls, faults; for this test alone, unless tests run side by side."""
    hubspot_server.reset()
    return hubspot_server

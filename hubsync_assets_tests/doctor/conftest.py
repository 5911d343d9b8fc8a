"""The installation fixture."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.doctor.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """One that has synced one contact."""
    with HubSpotEmulator() as hubspot:
        made = Installation(tmp_path, hubspot)
        made.sync()
        yield made

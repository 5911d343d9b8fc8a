"""Whatever people do in HubSpot, before a run and during it: the plan is what is written, and HubSpot holds what the naive model says.

Policies, modes and sources vary. A second run plans nothing, asks for nobody and writes nothing. ``HUBSYNC_HISTORIES`` sets the number of
examples. Keep out: the rules (``portal_model``).
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.histories.portal_play import play_portal
from hubsync_assets_tests.histories.portal_world import PortalHistory, portal_histories

pytestmark = pytest.mark.services

EXAMPLES = int(os.environ.get("HUBSYNC_HISTORIES", "12"))


@pytest.fixture(scope="module")
def hubspot() -> Iterator[HubSpotEmulator]:
    """One emulator for all examples; nothing waits for the disk, as no power is cut here."""
    with HubSpotEmulator() as hubspot, mock.patch("os.fsync", return_value=None):
        yield hubspot


@pytest.mark.timeout(60 + 20 * EXAMPLES)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES <= 12,
    # A history takes seconds, and what went wrong in it is said in one line: shrinking would take minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(history=portal_histories)
def test_the_plan_is_what_is_written_and_hubspot_holds_what_the_model_says(
    hubspot: HubSpotEmulator, history: PortalHistory
) -> None:
    hubspot.reset()
    hubspot.set_limit(1_000_000, daily=None)
    with tempfile.TemporaryDirectory() as folder:
        play_portal(Path(folder), hubspot, history)

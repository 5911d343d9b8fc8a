"""Whatever happens to the sources and to the runs, HubSpot holds what the naive model says, field by field.

And no property becomes empty or returns to an older or a lower-ranked value but where an *empty*, an absence that is believed, or a
person's word says so. ``HUBSYNC_HISTORIES`` sets the number of examples. Keep out: the rules (``rules``, ``model``).
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.batches import Batches
from hubsync_assets_tests.histories.replay import play
from hubsync_assets_tests.histories.strategies import History, histories

EXAMPLES = int(os.environ.get("HUBSYNC_HISTORIES", "12"))
CONTACTS_A_CALL = 3


class SmallBatches(Batches):
    """Few contacts a call, so that few contacts are several calls, and a kill comes between them."""

    def __init__(self, upserts, check, size=CONTACTS_A_CALL) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        super().__init__(upserts, check, size)


@pytest.fixture(scope="module")
def hubspot() -> Iterator[HubSpotEmulator]:
    """One emulator for all examples; nothing waits for the disk, as no power is cut here."""
    with (
        HubSpotEmulator() as hubspot,
        mock.patch("os.fsync", return_value=None),
        mock.patch("hubsync_assets.hubspot.writer.Batches", SmallBatches),
    ):
        yield hubspot


@pytest.mark.timeout(60 + 10 * EXAMPLES)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES <= 12,
    # A history takes about a second, and what went wrong in it is said in one line: shrinking would take minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(history=histories)
def test_hubspot_holds_what_the_model_says(hubspot: HubSpotEmulator, history: History) -> None:
    hubspot.reset()
    hubspot.set_limit(1_000_000, daily=None)
    with tempfile.TemporaryDirectory() as folder:
        play(Path(folder), hubspot, history)

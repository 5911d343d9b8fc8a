"""The project fixture."""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.end_to_end.project import Project, environment


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project without data yet, and an empty HubSpot."""
    (tmp_path / "dagster_home").mkdir()
    overrides = {"telemetry": {"enabled": False}}
    with (
        HubSpotEmulator() as hubspot,
        dg.DagsterInstance.local_temp(str(tmp_path / "dagster_home"), overrides) as instance,
    ):
        for name in [name for name in os.environ if name.startswith(("HUBSYNC_", "HUBSPOT_"))]:
            monkeypatch.delenv(name)
        for name, value in environment(tmp_path, hubspot.base_url).items():
            monkeypatch.setenv(name, value)
        yield Project(tmp_path, hubspot, instance)

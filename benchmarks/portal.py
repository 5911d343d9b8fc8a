"""An emulator in a process of its own, and whether it holds what the project says it holds.

Keep out: measuring, and what is done to the portal.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hubsync_assets.emulator import EmulatorControl
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets_tests.shipped import FAILED_SCHEMA, MERGED_SCHEMA, MODEL, STATE_SCHEMA

__all__ = ["Equality", "compare", "environment", "running_portal"]

STOP_SECONDS = 30.0


@contextmanager
def running_portal(burst: int) -> Iterator[EmulatorControl]:
    """A new, empty portal with this many calls in 10 s and no daily limit, until the ``with`` block ends."""
    command = [sys.executable, "-m", "hubsync_assets.emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+?:\d+", process.stdout.readline())
            assert found is not None, "the emulator did not say where it listens"
            control = EmulatorControl(found.group())
            control.set_limit(burst, daily=None)
            yield control
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def environment(folder: Path, sources: dict[str, str], base_url: str) -> dict[str, str]:
    """The variables of a project with its storage and Dagster's home in ``folder`` (made where they are missing)."""
    home = folder / "dagster_home"
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUBSYNC_", "HUBSPOT_"))}
    return {
        **kept,
        **{f"HUBSYNC_{source.upper()}": setting for source, setting in sources.items()},
        "HUBSYNC_STORAGE": str(folder / "storage"),
        "HUBSPOT_BASE_URL": base_url,
        "DAGSTER_HOME": str(home),
        # What is measured changes much more than a day does.
        "HUBSYNC_APPROVAL": "never",
    }


@dataclass(frozen=True, slots=True)
class Equality:
    """Where every golden record is at the end.

    Attributes:
        merged: golden records.
        acknowledged: of them, in ``hubspot_contacts`` and not refused.
        refused: of them, in ``failed_contacts``.
        nowhere: of them, in neither, so still to be sent.
        held: contacts that the portal holds.
        strangers: of those, not acknowledged by the log.
        differing: acknowledged contacts whose properties at the portal are not the golden record's.
        wrong_ids: acknowledged contacts whose id is not the portal's.
    """

    merged: int
    acknowledged: int
    refused: int
    nowhere: int
    held: int
    strangers: int
    differing: int
    wrong_ids: int

    @property
    def holds(self) -> bool:
        """Every contact is in exactly one state, and the portal holds exactly what was acknowledged, field by field."""
        faults = self.nowhere + self.strangers + self.differing + self.wrong_ids
        return not faults and self.held == self.acknowledged and self.merged == self.acknowledged + self.refused


def compare(storage: Path, control: EmulatorControl) -> Equality:
    """Compare ``merged_contacts``, ``hubspot_contacts`` and ``failed_contacts`` with the portal (all in memory)."""
    merged = {row["email"]: row for row in _rows(storage, "merged_contacts", MERGED_SCHEMA)}
    acknowledged = {row["email"]: row["hubspot_id"] for row in _rows(storage, "hubspot_contacts", STATE_SCHEMA)}
    refused = {row["email"] for row in _rows(storage, "failed_contacts", FAILED_SCHEMA)}
    held = {contact["email"]: contact for contact in control.contacts()}
    to_properties = PropertyMapping(MODEL).to_properties
    names = {name for row in merged.values() for name in to_properties(row)}
    differing = 0
    for email in acknowledged.keys() & held.keys() & merged.keys():
        wanted = to_properties(merged[email])
        differing += any((held[email].get(name) or "") != wanted.get(name, "") for name in names)
    return Equality(
        merged=len(merged),
        acknowledged=len(merged.keys() & (acknowledged.keys() - refused)),
        refused=len(merged.keys() & refused),
        nowhere=len(merged.keys() - acknowledged.keys() - refused),
        held=len(held),
        strangers=len(held.keys() ^ acknowledged.keys()),
        differing=differing,
        wrong_ids=sum(held[email]["id"] != acknowledged[email] for email in acknowledged.keys() & held.keys()),
    )


def _rows(
    storage: Path, table: str, schema: dict[str, pl.DataType | type[pl.DataType]] | dict[str, type[pl.DataType]]
) -> list[dict[str, object]]:
    return pl.read_parquet(storage / table / "current" / "*.parquet").select(schema.keys()).to_dicts()

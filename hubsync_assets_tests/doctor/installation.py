"""An installation in a folder of its own, and the doctor as a process of its own.

Put here: setting up, and one look. Keep out: expectations.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.pipeline import Pipeline
from hubsync_assets_tests.shipped import SHIPPED

__all__ = ["EMAIL", "Installation", "Told", "silent_server", "snapshot"]

EMAIL = "ana.arnal@example.com"
PERSON = {"email": EMAIL, "name": "Ana Arnal", "phone": "+34 600 000 001"}


@dataclass(frozen=True)
class Told:
    """What the doctor said: exit code, text as it came, and by part the level and the findings."""

    code: int
    text: str
    parts: Mapping[str, Any]

    def said(self, part: str) -> str:
        """All of one part."""
        return "\n".join(finding["text"] for finding in self.parts[part]["findings"])

    def level(self, part: str) -> str:
        return str(self.parts[part]["level"])

    def worse(self) -> dict[str, str]:
        """The parts that are not well, and how bad they are."""
        return {name: part["level"] for name, part in self.parts.items() if part["level"] != "well"}


@dataclass
class Installation:
    """A folder with sources and storage, and an emulator."""

    folder: Path
    hubspot: HubSpotEmulator
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def storage(self) -> Path:
        return self.folder / "storage"

    def sync(self, mrr: int = 5) -> None:
        """One run of the steps, on one contact."""
        people = json.dumps([{**PERSON, "mrr": mrr}])
        pipeline = Pipeline(self.folder, self.hubspot)
        pipeline.put("db1", {"a.json": people})
        pipeline.put("db2", {"b.json": people})
        assert pipeline.sync().success

    def look(self, *options: str) -> Told:
        """Ask the doctor."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HUBSYNC_", "HUBSPOT_", "DAGSTER_"))
        }
        told = subprocess.run(
            [sys.executable, "-m", "hubsync_assets.doctor", "--json", *options],
            env={
                **kept,
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "HUBSYNC_FILE": str(SHIPPED),
                "HUBSYNC_DB1": str(self.folder / "db1"),
                "HUBSYNC_DB2": str(self.folder / "db2"),
                "HUBSYNC_STORAGE": str(self.storage),
                "HUBSPOT_BASE_URL": self.hubspot.base_url,
                **self.environment,
            },
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,  # it says 20 s itself; a busy machine takes its time to begin
            check=False,
        )
        assert told.stderr == ""
        read = json.loads(told.stdout)
        assert read["code"] == told.returncode
        return Told(told.returncode, told.stdout, {part["part"]: part for part in read["parts"]})


@contextmanager
def silent_server() -> Iterator[int]:
    """A port on which a server lets everybody in and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def snapshot(folder: Path) -> dict[str, tuple[int, int, int]]:
    """All that is there, folders too: size, time and inode."""
    found = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        status = path.lstat()
        found[str(path)] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return found

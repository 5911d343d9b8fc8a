"""``make dev`` in a folder of its own: started with free ports, waited for, ended with all its children; and what it must not have kept.

Put here: processes, files and the grep over what Dagster keeps. Keep out: the browser (``ui``), and what is tried.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import psutil

from hubsync_assets.emulator import EmulatorControl
from hubsync_assets.sample_data import write_sample
from hubsync_assets_tests.browser.leaks import people_of, someone_in
from hubsync_assets_tests.databases.daemon import free_port

__all__ = ["DevProject", "until"]

ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 120.0
LOOK_SECONDS = 0.25
END_SECONDS = 40.0
REFUSED = "refused.person@example.invalidtld"
"""An address that reads as one and that HubSpot takes for none."""


def until(what: str, found: Callable[[], Any], seconds: float = LIMIT_SECONDS) -> Any:
    """What is found when it is; whoever waits longer than so many seconds has failed."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(LOOK_SECONDS)
    return result


class DevProject:
    """Two folders of sample contacts, a storage, a home of Dagster and an emulator.

    Args:
        folder: a new, empty one.
        people: how many the sample has.
        variables: for ``make dev``, besides where things are.
    """

    def __init__(self, folder: Path, people: int, variables: Mapping[str, str]) -> None:
        self.folder = folder
        self.home = folder / "dagster_home"
        self.home.mkdir()
        shutil.copy(ROOT / "dagster_home" / "dagster.yaml", self.home)
        for name in ("db1", "db2"):
            (folder / name).mkdir()
        write_sample(people, 7, self.file("db1"), self.file("db2"))
        self.put("db1", [*self.records("db1"), {"email": REFUSED, "name": "Refused Person", "country": "ES"}])
        self.ui = f"http://127.0.0.1:{free_port()}"
        self.hubspot = EmulatorControl(f"http://127.0.0.1:{free_port()}")
        kept = {it: text for it, text in os.environ.items() if not it.startswith(("HUBSYNC_", "HUBSPOT_", "DAGSTER_"))}
        self.variables = {
            **kept,
            "DAGSTER_HOME": str(self.home),
            "HUBSYNC_DB1": str(folder / "db1"),
            "HUBSYNC_DB2": str(folder / "db2"),
            "HUBSYNC_STORAGE": str(folder / "storage"),
            "HUBSYNC_UI_PORT": self.ui.rpartition(":")[2],
            "HUBSYNC_EMULATOR_PORT": self.hubspot.base_url.rpartition(":")[2],
            **variables,
        }
        self.urls: list[str] = []
        """What a browser was asked to open or opened by itself."""

    def file(self, source: str) -> Path:
        """The one export of a source."""
        return self.folder / source / "contacts.json"

    def records(self, source: str) -> list[dict[str, Any]]:
        """What is in it that is a record."""
        return [each for each in json.loads(self.file(source).read_text()) if isinstance(each, dict)]

    def put(self, source: str, records: list[dict[str, Any]], name: str = "contacts.json") -> None:
        """Drop an export, whole at once."""
        new = self.folder / "new.json"
        new.write_text(json.dumps(records))
        new.replace(self.folder / source / name)

    @contextmanager
    def running(self) -> Iterator[None]:
        """``make dev``, from when it says that it is ready; nothing of it is left afterwards."""
        said = self.folder / "said"
        with said.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "hubsync_assets.launch.dev"],
                cwd=ROOT,
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            until("make dev says that it is ready", lambda: _is_ready(process, said))
            yield
        finally:
            _end(process)

    def runs(self) -> list[dg.DagsterRun]:
        """All of them, the newest first."""
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            return list(instance.get_runs())

    def plan_digest(self) -> str:
        """That of the stored plan."""
        manifest = self.folder / "storage" / "contact_changes" / "current" / "_manifest.json"
        return str(json.loads(manifest.read_text())["facts"]["report"]["digest"])

    def kept(self) -> dict[str, str]:
        """By where it stands, all that Dagster keeps or prints, what servers log of calls, and the URLs of browser and emulator."""
        files = [path for path in self.home.rglob("*") if path.is_file()]
        files += [self.folder / "said", self.folder / "storage" / "emulator.log"]
        found = {str(path): path.read_bytes().decode("utf-8", "replace") for path in files if path.is_file()}
        found["URLs of the browser"] = "\n".join(self.urls)
        found["URLs of calls"] = "\n".join(call["path"] for call in self.hubspot.calls())
        return found

    def assert_nobody_is_kept(self) -> None:
        """No email, phone or name of the sources stands in any of that."""
        records = [record for source in ("db1", "db2") for record in self.records(source)]
        kept = self.kept()
        assert any("merged_contacts" in text for text in kept.values()), "nothing is kept at all"
        assert someone_in(kept, people_of(records)) == []


def _is_ready(process: "subprocess.Popen[bytes]", said: Path) -> bool:
    assert process.poll() is None, f"make dev has ended: {said.read_text()[-2_000:]}"
    return "Ready." in said.read_text()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """As Ctrl-C does; what has not ended then is killed."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _, left = psutil.wait_procs(family, END_SECONDS)
    for each in left:
        each.kill()
    psutil.wait_procs(left, END_SECONDS)

"""A file with 1,000 changed contacts is dropped under a running ``make dev``: how long until HubSpot has acknowledged them, part by part.

``python -m benchmarks.drop [rounds]``. Keep out: what each part does.
"""

import itertools
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy

import dagster as dg
import requests

__all__ = ["main", "measured"]

ROOT = Path(__file__).parents[1]
CONTACTS = 1_000
PARTS = ("seen by the sensor", "out of the queue", "run started", "acknowledged", "in all")


def main() -> int:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    found = measured(rounds)
    print(f"| part, s (median of {rounds}, [least..most]; load {os.getloadavg()[1]:.1f}) | |\n|---|---|")
    for part in PARTS:
        values = [each[part] for each in found]
        print(f"| {part} | {statistics.median(values):.1f} [{min(values):.1f}..{max(values):.1f}] |")
    return 0


def measured(rounds: int) -> list[dict[str, float]]:
    """Seconds of each part, a round each."""
    with tempfile.TemporaryDirectory(prefix="hubsync-drop-") as name:
        folder = Path(name)
        with _dev(folder) as (emulator, home):
            _drop(folder, 0)
            _wait(lambda: _inputs(emulator) >= CONTACTS)
            found = []
            for number in range(1, rounds + 1):
                _wait(lambda: not _unfinished(home))
                before = _inputs(emulator)
                at = time.time()
                _drop(folder, number)
                _wait(lambda before=before: _inputs(emulator) >= before + CONTACTS)  # type: ignore[misc]
                found.append(_parts(home, at, time.time()))
            return found


def _parts(home: Path, dropped: float, acknowledged: float) -> dict[str, float]:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        (record,) = instance.get_run_records(limit=1)
        stats = instance.get_run_stats(record.dagster_run.run_id)
    enqueued, launched = (getattr(stats, name) or dropped for name in ("enqueued_time", "launch_time"))
    started = stats.start_time or dropped
    times = [dropped, enqueued, launched, started, acknowledged]
    parts = [after - before for before, after in itertools.pairwise(times)]
    return dict(zip(PARTS, [*parts, acknowledged - dropped], strict=True))


def _drop(folder: Path, number: int) -> None:
    records = [{"email": f"p{n}@example.com", "name": f"Ana {n}", "mrr": number * 10 + 1} for n in range(CONTACTS)]
    beside = folder / "beside.json"
    beside.write_text(json.dumps(records))
    beside.replace(folder / "db1" / "contacts.json")


def _inputs(emulator: str) -> int:
    calls = requests.get(f"{emulator}/_emulator/calls", timeout=10).json()
    calls = calls["calls"] if isinstance(calls, dict) else calls
    return sum(call.get("inputs") or 0 for call in calls if call["path"].endswith(("/batch/upsert", "/batch/update")))


def _unfinished(home: Path) -> int:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        return sum(not run.is_finished for run in instance.get_runs())


@contextmanager
def _dev(folder: Path) -> Iterator[tuple[str, Path]]:
    home = folder / "home"
    for each in (home, folder / "db1", folder / "db2"):
        each.mkdir()
    copy(ROOT / "dagster_home" / "dagster.yaml", home)
    (folder / "db2" / "contacts.json").write_text("[]")
    ui, port = _free_port(), _free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUBSYNC_", "HUBSPOT_"))}
    names = {"DB1": folder / "db1", "DB2": folder / "db2", "STORAGE": folder / "storage", "UI_PORT": ui}
    set_now = {f"HUBSYNC_{name}": str(value) for name, value in {**names, "EMULATOR_PORT": port}.items()}
    command = [sys.executable, "-m", "hubsync_assets.launch.dev"]
    with subprocess.Popen(
        command, cwd=ROOT, env={**kept, **set_now, "DAGSTER_HOME": str(home)}, stdout=subprocess.DEVNULL
    ) as process:
        try:
            _wait(lambda: _answers(f"http://127.0.0.1:{ui}/server_info"))
            yield f"http://127.0.0.1:{port}", home
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=3).ok
    except requests.RequestException:
        return False


def _wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 300
    while not is_so():
        if time.monotonic() > deadline:
            msg = "it took more than five minutes"
            raise TimeoutError(msg)
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())

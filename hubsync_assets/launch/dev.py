"""``make dev``: the emulator and the Dagster UI side by side, until Ctrl-C.

Prints where both are, and when they are ready; what Dagster itself has to say goes into a file. With HUBSYNC_TARGET=hubspot only Dagster
starts. Keep out: what they do.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import requests
from dotenv import dotenv_values

from hubsync_assets.declaring.loading import file_named_by, load
from hubsync_assets.errors import HubsyncError, PermanentError
from hubsync_assets.launch.emulator_process import emulator_port, is_taken, running_emulator
from hubsync_assets.setting_values import port_of
from hubsync_assets.settings import Settings

__all__ = ["main"]

UI_PORT = 3000
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.5
LAST_LINES = 15
POLARS_KEEPS = "dirty_decay_ms:500,muzzy_decay_ms:1000"
"""What polars puts into the environment by itself when it is imported, unless there is something."""
MEMORY_KEPT = "dirty_decay_ms:5000,muzzy_decay_ms:5000"


def main() -> int:
    """Run both until interrupted; exit code 1 when one of them cannot start."""
    try:
        # As Dagster does: .env wins over the shell.
        os.environ.update({name: value for name, value in dotenv_values(".env").items() if value is not None})
        home = Path(os.environ.get("DAGSTER_HOME") or "dagster_home").absolute()
        os.environ["DAGSTER_HOME"] = str(home)
        # Only before polars is loaded does it count, so in the processes that Dagster starts (docs/production.md).
        if os.environ.get("_RJEM_MALLOC_CONF") in (None, POLARS_KEEPS):
            os.environ["_RJEM_MALLOC_CONF"] = MEMORY_KEPT
        settings = Settings.from_environment(os.environ, load(file_named_by(os.environ)))
        ui_port = port_of(os.environ, "HUBSYNC_UI_PORT", UI_PORT)
        if is_taken(ui_port):
            msg = (
                f"port {ui_port} is taken by another program, perhaps another make dev: stop it, or set HUBSYNC_UI_PORT"
            )
            raise PermanentError(msg)
        if not home.is_dir():
            msg = f"DAGSTER_HOME is {home}, which is not a folder: start this with make, or create it"
            raise PermanentError(msg)
        with ExitStack() as stack:
            print("Starting; this takes about 15 seconds ...", flush=True)
            url = ""
            if settings.target == "emulator":
                os.environ["HUBSPOT_BASE_URL"] = settings.base_url
                port = emulator_port(settings.base_url)
                url = stack.enter_context(running_emulator(port, settings.storage / "emulator.sqlite"))
            return _dagster(ui_port, home / "dev.log", url)
    except HubsyncError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _dagster(port: int, log: Path, emulator: str) -> int:
    dagster = str(Path(sys.executable).with_name("dagster"))
    # A shell that starts this in the background makes it ignore SIGINT, and so would Dagster, which stops on it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with log.open("wb") as output:
        command = [dagster, "dev", "-m", "hubsync_assets.definitions", "-p", str(port)]
        process = subprocess.Popen(command, stdout=output, stderr=output)  # noqa: S603
    # A terminal's Ctrl-C reaches Dagster too; a plain kill reaches only this process, and must not leave Dagster behind.
    signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGINT))
    try:
        if _is_ready(process, port):
            _welcome(port, log, emulator)
        code = process.wait()
        # Asked to stop, Dagster ends with 0 or by the signal; anything else is its own end, and its words are not in the terminal.
        if code > 0:
            last = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
            print("\n".join([f"Dagster has stopped. The end of {log}:", *last]), file=sys.stderr)
        return max(code, 0)
    except KeyboardInterrupt:
        return 0
    finally:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()


def _is_ready(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until the UI answers; False: Dagster has ended before."""
    while process.poll() is None:
        try:
            if requests.get(f"http://127.0.0.1:{port}/server_info", timeout=3).ok:
                return True
        except requests.RequestException:
            pass
        time.sleep(LOOK_SECONDS)
    return False


def _welcome(port: int, log: Path, emulator: str) -> None:
    # Dagster takes a second to import, which by now it has done.
    from hubsync_assets.automation import faults  # noqa: PLC0415

    print(f"Ready.\n  Dagster UI         http://127.0.0.1:{port}")
    print(
        f"  HubSpot emulator   {emulator}" if emulator else "  HubSpot            the real one: HUBSYNC_TARGET=hubspot"
    )
    print(f"  Dagster's log      {log}")
    for fault in faults():
        print(f"  {fault}")
    print("Ctrl-C stops everything.", flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""``make dev``: the emulator and the Dagster UI side by side, until Ctrl-C.

With HUBSYNC_TARGET=hubspot only Dagster starts. Keep out: what they do.
"""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from dotenv import dotenv_values

from hubsync_assets.declaring.loading import file_named_by, load
from hubsync_assets.errors import HubsyncError, PermanentError
from hubsync_assets.launch.emulator_process import emulator_port, is_taken, running_emulator
from hubsync_assets.settings import EMULATOR_PORT, Settings

__all__ = ["main"]

UI_PORT = 3000
STOP_SECONDS = 20.0
POLARS_KEEPS = "dirty_decay_ms:500,muzzy_decay_ms:1000"
"""What polars puts into the environment by itself when it is imported, unless there is something."""
MEMORY_KEPT = "dirty_decay_ms:5000,muzzy_decay_ms:5000"


def main() -> int:
    """Run both until interrupted; exit code 1 when one of them cannot start."""
    try:
        # As Dagster does: .env wins over the shell.
        os.environ.update({name: value for name, value in dotenv_values(".env").items() if value is not None})
        os.environ["DAGSTER_HOME"] = str(Path(os.environ.get("DAGSTER_HOME") or "dagster_home").absolute())
        # Only before polars is loaded does it count, so in the processes that Dagster starts (docs/production.md).
        if os.environ.get("_RJEM_MALLOC_CONF") in (None, POLARS_KEEPS):
            os.environ["_RJEM_MALLOC_CONF"] = MEMORY_KEPT
        settings = Settings.from_environment(os.environ, load(file_named_by(os.environ)))
        if is_taken(UI_PORT):
            msg = f"port {UI_PORT} is taken by another program, perhaps another make dev: stop it first"
            raise PermanentError(msg)
        with ExitStack() as stack:
            if settings.target == "emulator":
                os.environ.setdefault("HUBSPOT_BASE_URL", f"http://127.0.0.1:{EMULATOR_PORT}")
                port = emulator_port(settings.base_url)
                url = stack.enter_context(running_emulator(port, settings.storage / "emulator.sqlite"))
                print(f"HubSpot emulator   {url}")
            print(
                f"Dagster UI         http://127.0.0.1:{UI_PORT}   (ready in about 15 seconds; Ctrl-C stops both)",
                flush=True,
            )
            return _dagster()
    except HubsyncError as error:
        print(error, file=sys.stderr)
        return 1


def _dagster() -> int:
    dagster = str(Path(sys.executable).with_name("dagster"))
    # A shell that starts this in the background makes it ignore SIGINT, and so would Dagster, which stops on it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen([dagster, "dev", "-m", "hubsync_assets.definitions", "-p", str(UI_PORT)])  # noqa: S603
    # A terminal's Ctrl-C reaches Dagster too; a plain kill reaches only this process, and must not leave Dagster behind.
    signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGINT))
    try:
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())

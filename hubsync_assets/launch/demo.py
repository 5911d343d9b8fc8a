"""``make run``: one sync of the sample data into the emulator, and what it did in words.

Always the emulator, whatever the environment says, and without reading ``.env``: trying the project must never write to a real
portal. Keep out: the sync.
"""

import logging
import os
import sys
from pathlib import Path

from hubsync_assets.declaring.loading import file_named_by, load
from hubsync_assets.errors import HubsyncError, PermanentError
from hubsync_assets.launch.emulator_process import emulator_port, running_emulator
from hubsync_assets.launch.summary import summary
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.settings import Settings
from hubsync_assets.sources.connectors.registry import shown
from hubsync_assets.tables.storage import Storage

__all__ = ["main"]


def main(following: str | None = None) -> int:
    """Sync once and tell.

    Args:
        following: What a person may do next; None: open the UI.

    Returns:
        Exit code 0: HubSpot holds what it should; 1: it does not, and the text says why.
    """
    try:
        home = prepare_environment()
        model = load(file_named_by(os.environ))
        settings = Settings.from_environment(os.environ, model)
        port = emulator_port(settings.base_url)
        Storage(model, settings.storage)  # made, or refused, before anything is started
        print(f"Starting a local HubSpot on port {port} and syncing {_sources(settings)} into it ...", flush=True)
        with running_emulator(port, settings.storage / "emulator.sqlite") as url:
            ok, text = _sync(model, home)
            following = (
                following or f"Next: make dev opens the Dagster UI and this HubSpot's page ({url}) side by side."
            )
    except HubsyncError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"{text}\n\n{following}")
    return 0 if ok else 1


def prepare_environment() -> Path:
    """Point this process at the emulator and at an absolute DAGSTER_HOME, and return that."""
    os.environ["HUBSYNC_TARGET"] = "emulator"
    home = Path(os.environ.get("DAGSTER_HOME") or "dagster_home").absolute()
    if not home.is_dir():
        msg = f"DAGSTER_HOME is {home}, which is not a folder: start this with make, or create it"
        raise PermanentError(msg)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def _sources(settings: Settings) -> str:
    return " and ".join(shown(name, setting) for name, setting in settings.sources.items())


def _sync(model: ContactModel, home: Path) -> tuple[bool, str]:
    # Dagster takes 2 seconds to import; by now the port and the settings are known to be right.
    import dagster as dg  # noqa: PLC0415

    from hubsync_assets.definitions import defs  # noqa: PLC0415

    logging.getLogger("dagster").setLevel(logging.ERROR)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        result = defs.resolve_job_def("sync_contacts").execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        return result.success, summary(model, result)


if __name__ == "__main__":
    sys.exit(main())

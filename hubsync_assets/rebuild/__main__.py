"""The command: look, say what is wrong and what would be done, and do it when told so.

Put here: options, words and exit codes. Keep out: what is damaged (``findings``) and making it again (``replacing``).
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa
from dotenv import dotenv_values

from hubsync_assets.declaring.loading import file_named_by, load
from hubsync_assets.errors import HubsyncError
from hubsync_assets.rebuild.findings import damaged_tables, lost_log
from hubsync_assets.rebuild.replacing import made_from, put_back, rebuild
from hubsync_assets.settings import Settings
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.tables.storage import Storage

__all__ = ["main"]


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Look for damaged tables, and make them again.

    Args:
        arguments: of the command.
        environment: the settings.

    Returns:
        The exit code: 0 if everything is whole now, 1 if not.
    """
    parser = argparse.ArgumentParser(
        prog="python -m hubsync_assets.rebuild",
        description="Look for tables that are lost or damaged, say what would be done, and with --yes make them again from the sync log "
        "and the sources. What is replaced is kept until the new table stands. Nothing is written to HubSpot.",
    )
    parser.add_argument("--yes", action="store_true", help="do it")
    options = parser.parse_args(arguments)
    try:
        model = load(file_named_by(environment))
        settings = Settings.from_environment(environment, model)
        storage = Storage(model, settings.storage)
        storage.acquire("python -m hubsync_assets.rebuild")
        try:
            return _mend(storage, settings, do=options.yes)
        finally:
            storage.lock.release()
    except HubsyncError as error:
        print(error)
        return 1


def _mend(storage: Storage, settings: Settings, *, do: bool) -> int:
    put_back(storage)
    url = settings.log_url or sqlite_url(storage.folder)
    lost = _lost_file(storage, url)
    if lost is not None:
        print(lost)
    damaged = damaged_tables(storage)
    if not damaged:
        print(f"all tables in {storage.folder} are whole")
        return 0 if lost is None else 1
    for finding in damaged:
        print(f"{finding.table}: {finding.words}; to be {made_from(finding.table)}")
    if not do:
        print("nothing was changed: with --yes this is done, and what is replaced is kept until the new table stands")
        return 1
    with SyncLog(url) as log:
        rebuild(storage, log, settings, [finding.table for finding in damaged], print)
    left = damaged_tables(storage)
    for finding in left:
        print(f"{finding.table}: {finding.words}, still")
    return 1 if left else 0


def _lost_file(storage: Storage, url: str) -> str | None:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        return None  # Opening it says so, without the URL, which may hold a password.
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database
    return lost_log(storage, Path(parsed.database)) if is_file and parsed.database else None


if __name__ == "__main__":
    # As Dagster reads it: what is set already counts more.
    for name, value in dotenv_values(".env").items():
        if value is not None:
            os.environ.setdefault(name, value)
    sys.exit(main(sys.argv[1:], os.environ))

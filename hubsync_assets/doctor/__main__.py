"""The command.

Put here: options, which parts there are, and exit codes. Keep out: what each part looks at.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from dotenv import dotenv_values

from hubsync_assets.declaring.loading import file_named_by, load
from hubsync_assets.doctor.dagster_storage_look import find_storage
from hubsync_assets.doctor.file_look import find_files
from hubsync_assets.doctor.findings import Finding, Level, Part, worst
from hubsync_assets.doctor.lock_look import find_locks
from hubsync_assets.doctor.log_look import find_log
from hubsync_assets.doctor.machine_look import find_disk, find_versions
from hubsync_assets.doctor.portal_look import find_portal
from hubsync_assets.doctor.screen import as_json, lines
from hubsync_assets.doctor.settings_look import find_misspelt, find_settings
from hubsync_assets.doctor.side_by_side import Look, look_at_all
from hubsync_assets.doctor.source_look import find_source
from hubsync_assets.errors import HubsyncError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.settings import Settings
from hubsync_assets.sync_log.standing import standing_of
from hubsync_assets.tables.lock_look import look_at_lock

__all__ = ["main"]

_AS_LONG_AS_IT_TAKES = 24 * 3600.0
_SECONDS = 14.0
_BY_HAND = "see that it runs and can be reached from here"


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Look at everything.

    Args:
        arguments: of the command.
        environment: the variables of the README.

    Returns:
        The exit code: 0 all is well, 1 something needs attention, 2 no sync can work.
    """
    parser = argparse.ArgumentParser(
        prog="python -m hubsync_assets.doctor",
        description="How an installation stands: settings, portal, sources, locks, log, files, disk, versions, runs, and what needs attention. Takes "
        "no lock, writes nothing into storage, starts no run; answers within 20 seconds, also where a server does not.",
        epilog="Exit code: 0 all is well, 1 something needs attention, 2 no sync can work.",
    )
    parser.add_argument("--json", action="store_true", help="for scripts")
    parser.add_argument(
        "--files",
        action="store_true",
        help="read every file of the tables, and compare its bytes (as long as it takes)",
    )
    parser.add_argument("--prefix", default="", help="of a sync that is not alone (key_prefix of build_definitions)")
    options = parser.parse_args(arguments)
    parts = _parts(environment, options.prefix, read_all=options.files)
    if options.json:
        print(as_json(parts))
    else:
        print("\n".join(lines(parts, colour=sys.stdout.isatty())))
    return worst(parts).value


def _parts(environment: Mapping[str, str], prefix: str, *, read_all: bool) -> list[Part]:
    file = file_named_by(environment)
    try:
        model = load(file)
        settings = Settings.from_environment(environment, model, prefix=prefix)
    except HubsyncError as error:
        faults = [Finding(line, Level.BROKEN) for line in str(error).splitlines() if line.strip()]
        return [Part("settings", faults), *look_at_all([Look("Dagster", partial(_dagster_storage, environment))])]
    looks = _looks(model, settings, environment, prefix, read_all=read_all)
    found = [*find_settings(file, model, settings), *find_misspelt(model, environment)]
    return [Part("settings", found), *look_at_all(looks)]


def _looks(
    model: ContactModel, settings: Settings, environment: Mapping[str, str], prefix: str, *, read_all: bool
) -> list[Look]:
    """What is looked at; where the limit ends first, the looks' own limits have mostly ended before."""
    sources = [
        Look(f"source {name}", partial(find_source, model, settings, name), _SECONDS, do=_BY_HAND)
        for name in settings.sources
    ]
    files = partial(find_files, model, settings, read_all=read_all)
    return [
        Look("portal", partial(find_portal, settings), _SECONDS, Level.BROKEN, _BY_HAND),
        *sources,
        Look("locks", partial(find_locks, settings), _SECONDS, do=_BY_HAND),
        Look("sync log", partial(find_log, model, settings), _SECONDS, Level.BROKEN, _BY_HAND),
        Look("files", files, _AS_LONG_AS_IT_TAKES if read_all else _SECONDS),
        Look("disk", partial(find_disk, model, settings), _SECONDS),
        Look("versions", partial(find_versions, settings)),
        Look("Dagster", partial(_dagster, settings, environment, prefix), _SECONDS, do=_BY_HAND),
    ]


def _dagster_storage(environment: Mapping[str, str]) -> Iterator[Finding]:
    home = environment.get("DAGSTER_HOME", "").strip()
    if not home:
        yield Finding("DAGSTER_HOME is not set: nothing is known of runs, sensors and schedule")
    elif not Path(home).is_dir():
        yield Finding(
            f"DAGSTER_HOME {home} is no folder", Level.ATTENTION, "set DAGSTER_HOME to the folder that has dagster.yaml"
        )
    else:
        yield from find_storage(Path(home).absolute(), environment)


def _dagster(settings: Settings, environment: Mapping[str, str], prefix: str) -> Iterator[Finding]:
    kept = list(_dagster_storage(environment))
    yield from kept
    # Dagster takes seconds to import, and nobody else here needs it.
    from hubsync_assets.doctor.dagster_look import find_faults, find_runs  # noqa: PLC0415

    yield from find_faults()
    if not environment.get("DAGSTER_HOME", "").strip() or any(finding.level for finding in kept):
        return
    home = Path(environment["DAGSTER_HOME"].strip()).absolute()
    yield from find_runs(home, environment, prefix, partial(_is_at_work, settings))


def _is_at_work(settings: Settings, run_id: str) -> bool:
    if look_at_lock(settings.storage).is_held_by(run_id):
        return True
    standing = None if settings.log_url is None else standing_of(settings.log_url, None)
    return standing is not None and any(f"run {run_id[:8]} " in who for who in standing.writers.values())


if __name__ == "__main__":
    # As Dagster reads it: what is set already counts more.
    in_file = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    for name, value in in_file.items():
        os.environ.setdefault(name, value)
    code = main(sys.argv[1:], os.environ)
    sys.stdout.flush()
    # Not sys.exit, which waits for threads: one of a driver may hang for as long as its server does.
    os._exit(code)

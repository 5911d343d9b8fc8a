"""When things run by themselves, by the environment: whether, how often, at what time of day, and after how long a sync is late.

With the emulator everything runs by itself, against a real portal only what a person switches on (``HUBSYNC_AUTOMATION``). Keep out: the
settings of a run (``settings``). A wrong value must not keep the definitions from loading: the default counts, and ``faults`` says so.
"""

import os
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import dagster as dg

__all__ = [
    "daily_cron",
    "faults",
    "hours_until_late",
    "runs_out_of_the_box",
    "seconds_between_files",
    "seconds_between_looks",
    "time_zone",
]

_AUTOMATION, _FILES_EVERY, _LOOK_EVERY = "HUBSYNC_AUTOMATION", "HUBSYNC_FILES_EVERY", "HUBSYNC_LOOK_EVERY"
_CRON, _ZONE, _LATE = "HUBSYNC_CRON", "HUBSYNC_TIMEZONE", "HUBSYNC_LATE_AFTER"

_FEW_SECONDS = 5  # docs/benchmarks.md has what each part of the way from a file to HubSpot takes
_QUARTER = 900
_AT_FIVE = "0 5 * * *"
_A_DAY_AND_A_BIT = 26


def runs_out_of_the_box() -> bool:
    """Whether sensors and schedule are on until somebody switches them off in the UI: ``HUBSYNC_AUTOMATION``, or with the emulator."""
    wanted = _text(_AUTOMATION)
    return wanted == "on" if wanted in ("on", "off") else (_text("HUBSYNC_TARGET") or "emulator") == "emulator"


def seconds_between_files() -> int:
    """How often files are looked at: ``HUBSYNC_FILES_EVERY``; 5 where it is not set, or is no number of seconds."""
    return _number(_FILES_EVERY, _FEW_SECONDS, least=1)


def seconds_between_looks() -> int:
    """How often databases are asked whether their rows changed: ``HUBSYNC_LOOK_EVERY``; 900 where it is not set, or is no number of seconds."""
    return _number(_LOOK_EVERY, _QUARTER, least=30)


def hours_until_late() -> int:
    """After how many hours without a finished upload a sync is late: ``HUBSYNC_LATE_AFTER``; 26 where it is not set, or is no number of hours."""
    return _number(_LATE, _A_DAY_AND_A_BIT, least=1)


def daily_cron() -> str:
    """When the schedule runs: ``HUBSYNC_CRON``, five fields; every day at five where it is not set, or is none."""
    cron = _text(_CRON)
    return cron if cron and _is_cron(cron) else _AT_FIVE


def time_zone() -> str:
    """In which time zone that is: ``HUBSYNC_TIMEZONE``, such as Europe/Madrid; UTC where it is not set, or is none."""
    zone = _text(_ZONE)
    return zone if zone and _is_zone(zone) else "UTC"


def faults() -> Iterator[str]:
    """What is set and cannot be meant, a line each."""
    if _text(_AUTOMATION) not in ("", "on", "off"):
        yield f"{_AUTOMATION} cannot be what it is set to: write on or off; left out, sensors and schedule are on with the emulator alone"
    for name, default, what, least in (
        (_FILES_EVERY, _FEW_SECONDS, "seconds", 1),
        (_LOOK_EVERY, _QUARTER, "seconds", 30),
        (_LATE, _A_DAY_AND_A_BIT, "hours", 1),
    ):
        if _text(name) and not _is_number(_text(name)):
            yield f"{name} cannot be what it is set to: write a number of {what}; {default} counts until then"
        elif _text(name) and int(_text(name)) < least:
            yield f"{name} is less than it can be: {least} counts; write a number of {what} of at least {least}"
    if _text(_CRON) and not _is_cron(_text(_CRON)):
        yield f"{_CRON} cannot be what it is set to: write five fields, such as {_AT_FIVE}, which counts until then"
    if _text(_ZONE) and not _is_zone(_text(_ZONE)):
        yield f"{_ZONE} cannot be what it is set to: write a time zone, such as Europe/Madrid; UTC counts until then"


def _text(name: str) -> str:
    return os.environ.get(name, "").strip()


def _number(name: str, default: int, *, least: int) -> int:
    return max(least, int(_text(name))) if _is_number(_text(name)) else default


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7


def _is_cron(text: str) -> bool:
    try:
        dg.ScheduleDefinition(name="is_cron", job_name="none", cron_schedule=text)
    except dg.DagsterInvalidDefinitionError:
        return False
    return True


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        return False
    return True

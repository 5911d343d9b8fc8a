"""Where Dagster keeps its runs, from its ``dagster.yaml``: judged before anybody connects, as a wrong URL keeps every run from starting.

Keep out: which URLs work (``dagster_storage``), and the runs (``dagster_look``).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from hubsync_assets.dagster_storage import storage_url_fault
from hubsync_assets.doctor.findings import Finding, Level

__all__ = ["find_storage"]

_FILE = "dagster.yaml"
_KEPT = ("history", "storage", "schedules")
"""Folders that Dagster makes for runs in SQLite."""


def find_storage(home: Path, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Judge where runs are kept.

    Args:
        home: ``DAGSTER_HOME``.
        environment: What ``env:`` names.

    Returns:
        Nothing worse than ``WELL`` if it can be connected to.
    """
    try:
        text = (home / _FILE).read_text(encoding="utf-8") if (home / _FILE).exists() else ""
        read = yaml.safe_load(text) or {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        yield Finding(f"{home / _FILE} cannot be read ({type(error).__name__})", Level.BROKEN, "correct it")
        return
    storage = read.get("storage") if isinstance(read, dict) else None
    postgres = storage.get("postgres") if isinstance(storage, dict) else None
    if not isinstance(postgres, dict):
        kind = "as dagster.yaml says" if storage else "SQLite, for one machine"
        yield Finding(f"DAGSTER_HOME {home}: runs are kept {kind}")
        if not storage and not any((home / name).exists() for name in _KEPT):
            yield Finding(
                "no run so far", Level.ATTENTION, "start Dagster with this DAGSTER_HOME, or set the one that it has"
            )
        return
    yield _judged(postgres, home, environment)


def _judged(postgres: Mapping[str, Any], home: Path, environment: Mapping[str, str]) -> Finding:
    url = _text(postgres.get("postgres_url"), environment)
    parts = postgres.get("postgres_db")
    if url is None and isinstance(parts, dict):
        url = f"{parts.get('scheme') or 'postgresql'}://"
    if url is None:
        return Finding(
            f"{home / _FILE} says PostgreSQL, and not where: its variable is not set here",
            Level.BROKEN,
            "set the variable that postgres_url names",
        )
    fault = storage_url_fault(url)
    if fault is not None:
        return Finding(fault, Level.BROKEN, f"correct the URL that {home / _FILE} names")
    return Finding(f"DAGSTER_HOME {home}: runs are kept in PostgreSQL, by a driver that works")


def _text(value: object, environment: Mapping[str, str]) -> str | None:
    if isinstance(value, dict):
        return environment.get(str(value.get("env", ""))) or None
    return value if isinstance(value, str) and value else None

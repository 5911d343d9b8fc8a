"""The files of deploy/, read: what the tests beside this hold against the project, and start.

Keep out: expectations.
"""

import re
from pathlib import Path
from typing import Any

import yaml

__all__ = ["COMPOSE", "DEPLOY", "ROOT", "compose", "program_of", "unit", "units", "values", "with_options"]

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose" / "compose.yaml"


def compose() -> dict[str, Any]:
    """The compose file."""
    return dict(yaml.safe_load(COMPOSE.read_text()))


def values() -> dict[str, Any]:
    """The values for Dagster's Helm chart."""
    return dict(yaml.safe_load((DEPLOY / "kubernetes" / "values.yaml").read_text()))


def units() -> list[Path]:
    """The units of systemd."""
    return sorted(path for path in (DEPLOY / "systemd").iterdir() if path.suffix in (".service", ".timer"))


def unit(path: Path) -> dict[str, list[str]]:
    """The settings of one, each with all its values; no name is in two of its sections."""
    found: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith(("#", "[")):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def program_of(word: str) -> str:
    """``dagster`` of ``-/opt/hubsync/.venv/bin/dagster``."""
    return re.sub(r"^-?(?:/\S*/)?", "", word)


def with_options(command: list[str], **options: object) -> list[str]:
    """A command with other values for some of its ``--options``, which it has to have."""
    changed = list(command)
    for name, value in options.items():
        changed[changed.index(f"--{name}") + 1] = str(value)
    return changed

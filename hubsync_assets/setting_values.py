"""What the text of an environment variable means: a number, a share, a port, a word, limits, a scope; or which variable cannot be what it is.

A wrong value is not repeated: it may be a secret in the wrong place. Keep out: which variables there are (``settings``).
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

from hubsync_assets.errors import PermanentError
from hubsync_assets.model.contact_model import ContactModel

__all__ = [
    "BUCKETS_AT_ONCE",
    "approval_of",
    "buckets_at_once",
    "days_of",
    "number_of",
    "one_of",
    "port_of",
    "scope_of",
    "share_of",
    "unusual_limits",
]


BUCKETS_AT_ONCE = 2
WITHOUT_BUCKETS = 390
"""MiB that a run needs whatever it does: Dagster, polars, blocks of the sources, the fold of a bucket of answers."""
OF_A_BUCKET = 60
"""MiB of each bucket in work (measured: 35 to 52, with one to eight of them)."""


def one_of(environment: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """One of some words; left out: the first.

    Raises:
        PermanentError: It is another one.
    """
    value = environment.get(name) or allowed[0]
    if value not in allowed:
        msg = f"{name} cannot be what it is set to: write one of {', '.join(allowed)}"
        raise PermanentError(msg)
    return value


def days_of(environment: Mapping[str, str], name: str) -> int | None:
    """For how many days something is kept; None: ``all`` of it, also where it is left out.

    Raises:
        PermanentError: It is no number of days.
    """
    text = environment.get(name, "").strip()
    if text in ("", "all"):
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text)):
        raise PermanentError(f"{name} cannot be what it is set to: write a number of days, such as 365, or all")
    return int(text)


def number_of(environment: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    """A whole number.

    Raises:
        PermanentError: It is none, or too small.
    """
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) >= least):
        raise PermanentError(
            f"{name} cannot be what it is set to: write a whole number of at least {least}, such as {default}"
        )
    return int(text)


def share_of(environment: Mapping[str, str], name: str, default: float) -> float:
    """A share such as ``5%``, as 0 to 1.

    Raises:
        PermanentError: It is none.
    """
    text = environment.get(name, "").strip()
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*%", text or f"{default:%}")
    if match is None or float(match[1]) > 100:
        msg = f"{name} cannot be what it is set to: write a share of the contacts, such as {default:.0%}"
        raise PermanentError(msg)
    return float(match[1]) / 100


def port_of(environment: Mapping[str, str], name: str, default: int) -> int:
    """A port that a variable names.

    Raises:
        PermanentError: It is no port.
    """
    text = environment.get(name, "").strip()
    if text and not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65_536):
        msg = f"{name} cannot be what it is set to: write a port from 1 to 65535; {default} counts when it is left out"
        raise PermanentError(msg)
    return int(text or default)


def approval_of(environment: Mapping[str, str], name: str) -> Literal["always", "guard", "never"]:
    """Which plans wait for a person.

    Raises:
        PermanentError: It is another word.
    """
    if environment.get(name) == "needed":
        return "guard"  # what it was called until there was always
    return cast("Literal['always', 'guard', 'never']", one_of(environment, name, ("guard", "always", "never")))


def unusual_limits(environment: Mapping[str, str], own: str) -> dict[str, tuple[float, int]]:
    """The limits that are set, each as a share and a number: ``1% 20``.

    Raises:
        PermanentError: One of them is wrong.
    """
    found = {}
    for what in ("clears", "overwrites", "updates"):
        name = f"{own}UNUSUAL_{what.upper()}"
        text = environment.get(name, "").strip()
        if text:
            match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%\s+(\d+)", text)
            if match is None:
                msg = f"{name} cannot be what it is set to: write a share of the contacts and a number of contacts, such as 1% 20"
                raise PermanentError(msg)
            found[what] = (float(match[1]) / 100, int(match[2]))
    return found


def scope_of(environment: Mapping[str, str], model: ContactModel, own: str) -> dict[str, Any]:
    """What is set of the scope of runs that sensor and schedule start.

    Raises:
        PermanentError: One of them is wrong.
    """
    found: dict[str, Any] = {}
    if path := environment.get(f"{own}ONLY_FILE", "").strip():
        if not Path(path).is_absolute():
            msg = f"{own}ONLY_FILE cannot be what it is set to: write the whole path of a file of emails"
            raise PermanentError(msg)
        found["only_file"] = path
    if most := environment.get(f"{own}MAX_CONTACTS", "").strip():
        if not (most.isascii() and most.isdigit() and 0 < len(most) < 10 and int(most)):
            msg = f"{own}MAX_CONTACTS cannot be what it is set to: write a number of contacts, at least 1"
            raise PermanentError(msg)
        found["max_contacts"] = int(most)
    if off := environment.get(f"{own}SOURCES_OFF", "").replace(",", " ").split():
        if not set(off) <= set(model.sources):
            msg = f"{own}SOURCES_OFF cannot be what it is set to: write names of sources, of {', '.join(model.sources)}"
            raise PermanentError(msg)
        found["sources"] = dict.fromkeys(off, False)
    if environment.get(f"{own}WRITES"):
        found["writes"] = one_of(environment, f"{own}WRITES", ("all", "create_only", "update_only"))
    if one_of(environment, f"{own}STAGED", ("no", "yes")) == "yes":
        found["staged"] = True
    return found


def buckets_at_once(environment: Mapping[str, str], own: str) -> int:
    """As many as there are cores, where the memory of ``<own>MEMORY`` is enough for them.

    Raises:
        PermanentError: It is no number of MiB, or too small.
    """
    text = environment.get(f"{own}MEMORY", "").strip()
    if not text:
        return BUCKETS_AT_ONCE
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < WITHOUT_BUCKETS + OF_A_BUCKET:
        msg = f"{own}MEMORY cannot be what it is set to: write the MiB that a run may use, {WITHOUT_BUCKETS + OF_A_BUCKET} or more, or leave it out"
        raise PermanentError(msg)
    return max(1, min(os.cpu_count() or 1, (int(text) - WITHOUT_BUCKETS) // OF_A_BUCKET))

"""What the environment says: the variables of the README, read and checked in one place.

Put here: names, defaults and the checks that need no file and no network. Keep out: opening anything; what a single run can be
told (that is the run's config, in ``assets``).
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.paths import DEFAULT_BASE_URL, VERSIONS, is_loopback
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["EMULATOR_PORT", "Settings"]

EMULATOR_PORT = 8954
BUCKETS_AT_ONCE = 2
WITHOUT_BUCKETS = 390
"""MiB that a run needs whatever it does: Dagster, polars, blocks of the sources, the fold of a bucket of answers."""
OF_A_BUCKET = 60
"""MiB of each bucket in work (measured: 35 to 52, with one to eight of them)."""
_VARIABLE = "env:"
EMULATOR_TOKEN = "emulator"  # noqa: S105 - the emulator takes any token


@dataclass(frozen=True, slots=True)
class Settings:
    """The project's settings.

    Attributes:
        sources: what each source in use reads (a file, folder, glob or URL); a source set to nothing is not in it.
        files: whether all files of a folder or glob count, or only the newest.
        storage: folder of the tables, the log and the emulator's database.
        log_url: the sync log's database; None: SQLite in storage.
        target: nothing leaves the machine unless it is ``hubspot``.
        token: service key or private-app token.
        base_url: where the API is.
        api_version: first part of the API's paths.
        approval: whether a plan that changes unusually much waits for a person.
        buckets_at_once: how many buckets of a table are in work at the same time.
        unusual: by ``clears``, ``overwrites`` and ``updates``, more than which share of the contacts and which number is unusual.
    """

    sources: Mapping[str, str] = field(repr=False)
    files: Literal["all", "newest"]
    storage: Path
    log_url: str | None = field(repr=False)
    target: Literal["emulator", "hubspot"]
    token: str = field(repr=False)
    base_url: str
    api_version: str
    approval: Literal["needed", "never"] = "needed"
    buckets_at_once: int = BUCKETS_AT_ONCE
    unusual: Mapping[str, tuple[float, int]] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], model: ContactModel, *, prefix: str = "") -> "Settings":
        """Read and check the variables.

        Args:
            environment: The variables.
            model: What a contact is; ``HUBSYNC_<SOURCE>`` goes before what it says of where a source is read.
            prefix: Of the variables of a sync that is not alone: ``HUBSYNC_<PREFIX>_STORAGE``.

        Raises:
            PermanentError: a variable has a value that cannot be meant, or the token is missing; the text names it.
        """
        own = f"HUBSYNC_{prefix.upper()}_" if prefix else "HUBSYNC_"
        used = _sources(environment, model, own)
        target = _one_of(environment, "HUBSYNC_TARGET", ("emulator", "hubspot"))
        token = environment.get("HUBSPOT_ACCESS_TOKEN", "").strip()
        if target == "hubspot" and not token:
            msg = "HUBSYNC_TARGET is hubspot but HUBSPOT_ACCESS_TOKEN is not set: put a service key or private-app token into it"
            raise PermanentError(msg)
        default_url = DEFAULT_BASE_URL if target == "hubspot" else f"http://127.0.0.1:{EMULATOR_PORT}"
        base_url = (environment.get("HUBSPOT_BASE_URL") or default_url).rstrip("/")
        if target == "emulator" and not _stays_here(base_url):
            msg = (
                "HUBSPOT_BASE_URL leaves this machine but HUBSYNC_TARGET is emulator: set HUBSYNC_TARGET=hubspot to write to "
                "a real portal, or remove HUBSPOT_BASE_URL"
            )
            raise PermanentError(msg)
        return cls(
            sources=used,
            files=cast("Literal['all', 'newest']", _one_of(environment, f"{own}FILES", ("all", "newest"))),
            storage=Path(environment.get(f"{own}STORAGE") or (f"storage/{prefix}" if prefix else "storage")),
            log_url=environment.get(f"{own}LOG_URL") or None,
            target=cast("Literal['emulator', 'hubspot']", target),
            token=token if target == "hubspot" else EMULATOR_TOKEN,
            base_url=base_url,
            api_version=_one_of(environment, "HUBSPOT_API_VERSION", VERSIONS),
            approval=cast("Literal['needed', 'never']", _one_of(environment, f"{own}APPROVAL", ("needed", "never"))),
            buckets_at_once=_buckets_at_once(environment, own),
            unusual=_unusual(environment, own),
        )


def _buckets_at_once(environment: Mapping[str, str], own: str) -> int:
    """As many as there are cores, where the memory is enough for them."""
    text = environment.get(f"{own}MEMORY", "").strip()
    if not text:
        return BUCKETS_AT_ONCE
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < WITHOUT_BUCKETS + OF_A_BUCKET:
        msg = f"{own}MEMORY cannot be what it is set to: write the MiB that a run may use, {WITHOUT_BUCKETS + OF_A_BUCKET} or more, or leave it out"
        raise PermanentError(msg)
    return max(1, min(os.cpu_count() or 1, (int(text) - WITHOUT_BUCKETS) // OF_A_BUCKET))


def _unusual(environment: Mapping[str, str], own: str) -> dict[str, tuple[float, int]]:
    """The limits that are set, each as a share and a number: ``1% 20``."""
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


def _sources(environment: Mapping[str, str], model: ContactModel, own: str) -> dict[str, str]:
    """Where each source that is not switched off is read."""
    found = {}
    for source in model.sources:
        declared = model.source(source).read
        setting = environment.get(own + source.upper())
        if setting is None and declared.startswith(_VARIABLE):
            name = declared.removeprefix(_VARIABLE)
            setting = environment.get(name)
            if setting is None:
                msg = (
                    f"{name} is not set, and the source {source} is to be read from there: set it, or {own}{source.upper()}; empty "
                    "switches the source off"
                )
                raise PermanentError(msg)
        setting = declared if setting is None else setting
        if setting.strip():
            found[source] = setting.strip()
    if not found:
        names = " and ".join(own + source.upper() for source in model.sources)
        every = {1: "is", 2: "are both"}.get(len(model.sources), "are all")
        msg = f"{names} {every} empty, so there is nothing to sync: set at least one of them"
        raise PermanentError(msg)
    return found


def _stays_here(url: str) -> bool:
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


def _one_of(environment: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = environment.get(name) or allowed[0]
    if value not in allowed:
        msg = f"{name} cannot be what it is set to: write one of {', '.join(allowed)}"
        raise PermanentError(msg)
    return value

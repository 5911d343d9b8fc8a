"""What the environment says: the variables of the README, read and checked in one place.

Put here: names, defaults and the checks that need no file and no network. Keep out: opening anything; what a single run can be
told (that is the run's config, in ``assets``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.paths import DEFAULT_BASE_URL, VERSIONS, is_loopback
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["EMULATOR_PORT", "Settings"]

EMULATOR_PORT = 8954
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
        approval: which plans wait for a person: every one, those that change unusually much or are the first of a real portal, or none.
        portal_label: what people call the portal.
        stage_limit: the share of a stage that may be refused or read back otherwise.
        scope: what runs may write that nobody started by hand, as ``contact_changes`` is told it.
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
    approval: Literal["always", "guard", "never"] = "guard"
    unusual: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    portal_label: str = ""
    stage_limit: float = 0.1
    scope: Mapping[str, Any] = field(default_factory=dict)

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
            approval=_approval(environment, f"{own}APPROVAL"),
            unusual=_unusual(environment, own),
            portal_label=environment.get(f"{own}PORTAL_LABEL", "").strip(),
            stage_limit=_share(environment, f"{own}STAGE_LIMIT"),
            scope=_scope(environment, model, own),
        )


def _approval(environment: Mapping[str, str], name: str) -> Literal["always", "guard", "never"]:
    if environment.get(name) == "needed":
        return "guard"  # what it was called until there was always
    return cast("Literal['always', 'guard', 'never']", _one_of(environment, name, ("guard", "always", "never")))


def _share(environment: Mapping[str, str], name: str) -> float:
    text = environment.get(name, "").strip() or "10%"
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*%", text)
    if match is None or float(match[1]) > 100:
        msg = f"{name} cannot be what it is set to: write a share of the contacts, such as 10%"
        raise PermanentError(msg)
    return float(match[1]) / 100


def _scope(environment: Mapping[str, str], model: ContactModel, own: str) -> dict[str, Any]:
    """What is set of the scope of runs that sensor and schedule start."""
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
        found["writes"] = _one_of(environment, f"{own}WRITES", ("all", "create_only", "update_only"))
    if _one_of(environment, f"{own}STAGED", ("no", "yes")) == "yes":
        found["staged"] = True
    return found


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

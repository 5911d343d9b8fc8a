"""What the environment says: the variables of the README, read and checked in one place.

Put here: names, defaults and the checks that need no file and no network. Keep out: opening anything; what a single run can be
told (that is the run's config, in ``assets``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.emulator_place import BEYOND, check_emulator_place
from hubsync_assets.hubspot.paths import DEFAULT_BASE_URL, VERSIONS
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
        approval: whether a plan that changes unusually much waits for a person.
        reports: folder of the runs' pages.
        report_detail: whether they show who somebody is.
        reports_kept: of how many runs they are kept.
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
    unusual: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    reports: Path = Path("storage/reports")
    report_detail: Literal["masked", "full"] = "masked"
    reports_kept: int = 30

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
        if target == "emulator":
            check_emulator_place(base_url, environment.get(BEYOND, "").strip())
        storage = Path(environment.get(f"{own}STORAGE") or (f"storage/{prefix}" if prefix else "storage"))
        return cls(
            sources=used,
            files=cast("Literal['all', 'newest']", _one_of(environment, f"{own}FILES", ("all", "newest"))),
            storage=storage,
            log_url=environment.get(f"{own}LOG_URL") or None,
            target=cast("Literal['emulator', 'hubspot']", target),
            token=token if target == "hubspot" else EMULATOR_TOKEN,
            base_url=base_url,
            api_version=_one_of(environment, "HUBSPOT_API_VERSION", VERSIONS),
            approval=cast("Literal['needed', 'never']", _one_of(environment, f"{own}APPROVAL", ("needed", "never"))),
            unusual=_unusual(environment, own),
            reports=Path(environment.get(f"{own}REPORTS") or storage / "reports"),
            report_detail=cast(
                "Literal['masked', 'full']", _one_of(environment, f"{own}REPORT_DETAIL", ("masked", "full"))
            ),
            reports_kept=_whole(environment, f"{own}REPORTS_KEPT", 30),
        )


def _whole(environment: Mapping[str, str], name: str, default: int) -> int:
    """A number of at least one."""
    text = environment.get(name, "").strip()
    if text and not re.fullmatch(r"[1-9]\d{0,5}", text):
        msg = f"{name} cannot be what it is set to: write a whole number of at least 1, such as {default}"
        raise PermanentError(msg)
    return int(text or default)


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


def _one_of(environment: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = environment.get(name) or allowed[0]
    if value not in allowed:
        msg = f"{name} cannot be what it is set to: write one of {', '.join(allowed)}"
        raise PermanentError(msg)
    return value

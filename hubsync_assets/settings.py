"""What the environment says: the variables of the README, read and checked in one place.

Put here: names, defaults and the checks that need no file and no network. Keep out: opening anything; what a single run can be
told (that is the run's config, in ``assets``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.emulator_place import BEYOND, check_emulator_place
from hubsync_assets.hubspot.paths import DEFAULT_BASE_URL, VERSIONS
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.setting_values import (
    BUCKETS_AT_ONCE,
    approval_of,
    buckets_at_once,
    days_of,
    number_of,
    one_of,
    port_of,
    scope_of,
    share_of,
    unusual_limits,
)

__all__ = ["EMULATOR_PORT", "Settings", "storage_folder"]

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
        keep_log: days for which the job ``prune`` keeps answers of the log that nothing follows from any more; None: for ever.
        keep_rejected: days for which it keeps rejected rows; None: until their source is read again.
        keep_versions: how many versions of a table stay beside the current one.
        reports: folder of the runs' pages.
        report_detail: whether they show who somebody is.
        reports_kept: of how many runs they are kept.
        again_after: seconds after which a sensor asks again for a sync that did not finish; twice as many after each further time.
        again_times: how often it asks again before it waits for a change or for the schedule.
        refused_limit: share of the contacts, 0 to 1, above which it is said that HubSpot refuses them.
        approval: which plans wait for a person: every one, those that change unusually much or are the first of a real portal, or none.
        portal_label: what people call the portal.
        stage_limit: the share of a stage that may be refused or read back otherwise.
        scope: what runs may write that nobody started by hand, as ``contact_changes`` is told it.
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
    approval: Literal["always", "guard", "never"] = "guard"
    buckets_at_once: int = BUCKETS_AT_ONCE
    unusual: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    reports: Path = Path("storage/reports")
    report_detail: Literal["masked", "full"] = "masked"
    reports_kept: int = 30
    again_after: int = 60
    again_times: int = 8
    refused_limit: float = 0.05
    portal_label: str = ""
    stage_limit: float = 0.1
    scope: Mapping[str, Any] = field(default_factory=dict)
    keep_log: int | None = None
    keep_rejected: int | None = None
    keep_versions: int = 1

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
        # A blank before or after a value is a slip of the hand, and names another folder or address.
        environment = {name: value.strip() for name, value in environment.items()}
        own = _own(prefix)
        used = _sources(environment, model, own)
        target = one_of(environment, "HUBSYNC_TARGET", ("emulator", "hubspot"))
        token = environment.get("HUBSPOT_ACCESS_TOKEN", "").strip()
        if target == "hubspot" and not token:
            msg = "HUBSYNC_TARGET is hubspot but HUBSPOT_ACCESS_TOKEN is not set: put a service key or private-app token into it"
            raise PermanentError(msg)
        default_url = (
            DEFAULT_BASE_URL
            if target == "hubspot"
            else f"http://127.0.0.1:{port_of(environment, 'HUBSYNC_EMULATOR_PORT', EMULATOR_PORT)}"
        )
        base_url = (environment.get("HUBSPOT_BASE_URL") or default_url).rstrip("/")
        if target == "emulator":
            check_emulator_place(base_url, environment.get(BEYOND, "").strip())
        storage = storage_folder(environment, prefix)
        return cls(
            sources=used,
            files=cast("Literal['all', 'newest']", one_of(environment, f"{own}FILES", ("all", "newest"))),
            storage=storage,
            log_url=environment.get(f"{own}LOG_URL") or None,
            target=cast("Literal['emulator', 'hubspot']", target),
            token=token if target == "hubspot" else EMULATOR_TOKEN,
            base_url=base_url,
            api_version=one_of(environment, "HUBSPOT_API_VERSION", VERSIONS),
            approval=approval_of(environment, f"{own}APPROVAL"),
            unusual=unusual_limits(environment, own),
            again_after=number_of(environment, f"{own}AGAIN_AFTER", 60),
            again_times=number_of(environment, f"{own}AGAIN_TIMES", 8),
            reports=Path(environment.get(f"{own}REPORTS") or storage / "reports"),
            report_detail=cast(
                "Literal['masked', 'full']", one_of(environment, f"{own}REPORT_DETAIL", ("masked", "full"))
            ),
            reports_kept=number_of(environment, f"{own}REPORTS_KEPT", 30, least=1),
            refused_limit=share_of(environment, f"{own}REFUSED_LIMIT", 0.05),
            portal_label=environment.get(f"{own}PORTAL_LABEL", "").strip(),
            stage_limit=share_of(environment, f"{own}STAGE_LIMIT", 0.1),
            scope=scope_of(environment, model, own),
            buckets_at_once=buckets_at_once(environment, own),
            keep_log=days_of(environment, f"{own}KEEP_LOG"),
            keep_rejected=days_of(environment, f"{own}KEEP_REJECTED"),
            keep_versions=number_of(environment, f"{own}KEEP_VERSIONS", 1, least=1),
        )


def storage_folder(environment: Mapping[str, str], prefix: str = "") -> Path:
    """The folder of the tables, which is all that a reader of them has to know.

    Args:
        environment: The variables.
        prefix: As for ``Settings.from_environment``.
    """
    return Path(environment.get(f"{_own(prefix)}STORAGE", "").strip() or (f"storage/{prefix}" if prefix else "storage"))


def _own(prefix: str) -> str:
    return f"HUBSYNC_{prefix.upper()}_" if prefix else "HUBSYNC_"


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

"""What a run can be told in the launchpad: how to plan, whom to write, and which stored plan to apply.

The same in the UI, on the command line, and for what sensor and schedule start. Put here: fields and their help. Keep out: what follows
(``steps``), and refusing wrong values early (``checked_config``).
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

import dagster as dg
from pydantic import AfterValidator, Field, create_model, field_validator

from hubsync_assets.assets.checked_config import checked
from hubsync_assets.resources import Sync
from hubsync_assets.steps.plan_report import PlanOptions

__all__ = ["ApplyConfig", "SyncConfig", "UploadConfig", "apply_schema", "sync_config", "sync_schema", "upload_schema"]

_MOST_CALLS = 250
_DIGEST = re.compile("[0-9a-f]{12}")
_STAGED = (
    "Write ten contacts, then a hundred, then the rest, and stop where too many are refused or read back otherwise than they were sent. "
    "The first sync of a real portal always is."
)


def _is_a_digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        msg = "write the twelve letters (a to f) and numbers that the plan's summary ends with, and nothing else"
        raise ValueError(msg)
    return text


def _is_a_digest_or_empty(text: str) -> str:
    return _is_a_digest(text) if text else text


class SourcesConfig(dg.Config):
    """Which sources count."""


class SyncConfig(dg.Config):
    """What a run can be told; the upload follows the plan that was made with it."""

    mode: Literal["replace", "never_clear"] = Field(
        default="replace",
        description="replace: a value that is missing now clears what we wrote before. never_clear (once called fill): nothing is made empty in HubSpot.",
    )
    clear_unknown: bool = Field(
        default=False,
        description="With replace: also clear values that somebody else wrote, where a source says that there is none.",
    )
    reformat: bool = Field(
        default=False,
        description="Write again what we wrote and what means the same in another form, such as ES for Spain: reads all contacts of ours.",
    )
    retry_failed: bool = Field(
        default=False,
        description="Plan contacts and values again that HubSpot refused, although nothing about them changed.",
    )
    distrust: bool = Field(
        default=False,
        description="Trust neither log nor tables, after both were restored from a copy: read every contact from HubSpot first.",
    )
    reserve: int = Field(
        default=0,
        ge=0,
        lt=_MOST_CALLS,
        description=f"Calls per ten seconds to leave for the portal's other apps; no portal has more than {_MOST_CALLS}, some have 100.",
    )
    approve: Annotated[str, AfterValidator(_is_a_digest_or_empty)] = Field(
        default="",
        description="The digest of the stored plan, which the failed check names: lets it through as it is, and makes no other one.",
    )
    only_file: str = Field(
        default="",
        description=(
            "The whole path of a text file of emails, one a line, which only its owner may read (chmod 600): nobody else is written. "
            "Never an email itself: Dagster keeps this for ever and shows it to everybody."
        ),
    )
    max_contacts: int | None = Field(
        default=None, ge=1, description="Write so many contacts at most; the next run takes the next ones."
    )
    writes: Literal["all", "create_only", "update_only"] = Field(
        default="all",
        description="create_only: only contacts that HubSpot does not have. update_only: only those that it has.",
    )
    sources: SourcesConfig = Field(
        default=SourcesConfig(),
        description="Off: no contact is written of which this source has, or had, a record. It is read all the same, and nothing of it counts as missing.",
    )
    staged: bool = Field(default=False, description=_STAGED)

    @field_validator("only_file")
    @classmethod
    def _is_a_whole_path(cls, path: str) -> str:
        if path and not path.startswith("/"):
            msg = "write the whole path of a file, which begins with /"
            raise ValueError(msg)
        return path

    def options(self) -> PlanOptions:
        """The same for the step."""
        return PlanOptions(
            self.mode,
            self.clear_unknown,
            self.retry_failed,
            self.reserve,
            self.distrust,
            self.reformat,
            only_file=self.only_file,
            max_contacts=self.max_contacts,
            sources_off=sorted(name for name, is_on in self.sources if not is_on),
            writes=self.writes,
            staged=self.staged,
        )


class UploadConfig(dg.Config):
    """What an upload can be told."""

    approve: Annotated[str, AfterValidator(_is_a_digest_or_empty)] = Field(
        default="",
        description="The digest of the stored plan, where it waits for a person: lets it through. Not needed where contact_changes was told.",
    )
    staged: bool = Field(default=False, description=_STAGED)


class ApplyConfig(dg.Config):
    """What ``apply_plan`` is told."""

    approve: Annotated[str, AfterValidator(_is_a_digest)] = Field(
        description="The digest of the stored plan, which its summary names: it is written as it is, or refused as a whole where something changed.",
    )
    staged: bool = Field(default=False, description=_STAGED)


def sync_config(sync: Sync) -> type[SyncConfig]:
    """The config of one sync, with a switch for each of its sources."""
    switches = {
        name: (bool, Field(default=True, description=f"Whether contacts of {name} are written."))
        for name in sync.model.sources
    }
    sources = create_model("SourcesConfig", __base__=SourcesConfig, **switches)  # type: ignore[call-overload]
    field = Field(default=sources(), description=SyncConfig.model_fields["sources"].description)
    made: type[SyncConfig] = create_model("SyncConfig", __base__=SyncConfig, sources=(sources, field))
    return made


def sync_schema(config: type[SyncConfig]) -> Mapping[str, dg.Field]:
    """As Dagster takes it, with wrong values refused before a run."""
    return checked(config, reserve=int, approve=str, only_file=str, max_contacts=int)


def upload_schema() -> Mapping[str, dg.Field]:
    """The same for an upload."""
    return checked(UploadConfig, approve=str)


def apply_schema(sync: Sync) -> dg.ConfigMapping:
    """``apply_plan`` has two fields of its own, and nothing else to fill in."""

    @dg.config_mapping(config_schema=checked(ApplyConfig, approve=str))
    def apply(config: dict[str, object]) -> dict[str, object]:
        return {"ops": {sync.name("hubspot_upsert"): {"config": config}}}

    return apply

"""One sync: its contact, and what its definitions are called, so that two of them fit into one code location.

Put here: names. Keep out: what the definitions do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.settings import Settings

__all__ = ["Sync"]

RESOURCES = ("sources", "storage", "sync_log", "hubspot")


@dataclass(frozen=True, slots=True)
class Sync:
    """One sync.

    Attributes:
        model: What a contact is.
        prefix: Goes before the names of all that is defined, and of the variables (``HUBSYNC_<PREFIX>_STORAGE``); empty: nothing does.
    """

    model: ContactModel
    prefix: str = ""

    def key(self, name: str) -> dg.AssetKey:
        """The asset key of a table or an export."""
        return dg.AssetKey([self.prefix, name] if self.prefix else [name])

    def name(self, name: str) -> str:
        """The name of an op, a job, a sensor or a schedule."""
        return f"{self.prefix}_{name}" if self.prefix else name

    def resource(self, name: str) -> str:
        """The key of a resource, which no other project's is likely to have."""
        return self.name(f"hubsync_{name}")

    @property
    def resources(self) -> dict[str, str]:
        """The keys of all resources, by what they are."""
        return {name: self.resource(name) for name in RESOURCES}

    def of(self, context: Any, name: str) -> Any:  # noqa: ANN401 - Dagster's contexts have resources in common, and no base
        """A resource of a running step or sensor."""
        return getattr(context.resources, self.resource(name))

    def settings(self, environment: Mapping[str, str]) -> Settings:
        """What the environment says for this sync.

        Raises:
            PermanentError: A variable is wrong or missing.
        """
        return Settings.from_environment(environment, self.model, prefix=self.prefix)

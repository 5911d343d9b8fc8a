"""A day on the mature portal of the emulator: sources of a test's own, and what the plan and HubSpot say of a contact.

Put here: setting up and looking. Keep out: expectations, and how a run is made (``pipeline``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import yaml

from hubsync_assets.hubspot.retry import RetryPolicy
from hubsync_assets.hubspot.tuning import Tuning
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets_tests.pipeline import Pipeline
from hubsync_assets_tests.shipped import SHIPPED

__all__ = ["BUCKETS", "OURS", "Change", "Day", "declared"]

OURS: tuple[Mapping[str, Any], ...] = (
    {"name": "mrr", "type": "number", "fieldType": "number", "calculated": False, "readOnlyValue": False},
    {"name": "company_size", "type": "string", "fieldType": "text", "options": []},
)
"""What has to be otherwise on the mature portal for the shipped declaration to be written there as it is."""
BUCKETS = OURS[:1]
"""The same, but the size of a company stays one of seven options, such as 11-50."""

Change = tuple[str, str | None, str | None]
"""Action, old and new value of a property in the plan."""

QUICK = Tuning(policy=RetryPolicy(base=0.0, cap=0.001, lock=0.0, tries=2, failures=2, probes=1))


def declared(fields: Mapping[str, Any] | None = None, *, without: tuple[str, ...] = (), **top: object) -> ContactModel:
    """The shipped declaration with some keys of fields and of the whole changed, without some fields."""
    text = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    for name, keys in (fields or {}).items():
        text["fields"][name] = {**text["fields"].get(name, {}), **keys}
    for name in without:
        del text["fields"][name]
    return ContactModel(ContactSync.model_validate({**text, **top}))


@dataclass
class Day(Pipeline):
    """A project on a first day, and those after it."""

    tuning: Tuning | None = field(default_factory=lambda: QUICK)

    def export(self, *records: Mapping[str, object], source: str = "db1") -> None:
        """Let a source hold just these records."""
        columns = list(dict.fromkeys(name for record in records for name in record))
        lines = [",".join(columns)]
        lines += [",".join(f'"{record.get(name, "")}"' for name in columns) for record in records]
        self.put(source, {"contacts.csv": "\n".join(lines) + "\n"})

    def between(self, happens: Callable[[], object]) -> None:
        """Let something happen between the next run's plan and its upload."""

        def tell(step: str) -> None:
            if step == "upload":
                self.tell = lambda _step: None
                happens()

        self.tell = tell

    def changes(self, email: str) -> dict[str, Change]:
        """What the plan says of a contact, by property; empty: nothing."""
        rows = self.table("contact_changes").filter(pl.col("email") == email)["changes"].to_list()
        return {each["property"]: (each["action"], each["old"], each["new"]) for row in rows for each in row}

    def holds(self, email: str, *properties: str) -> tuple[str | None, ...]:
        """What HubSpot holds of a contact, by any of its addresses."""
        values = self.hubspot.contact(email)["properties"]
        return tuple(values.get(name) or None for name in properties)

    def failed(self) -> dict[tuple[str, str | None], dict[str, Any]]:
        """The rows of ``failed_contacts``, by email and property."""
        rows = self.table("failed_contacts").to_dicts()
        return {(row["email"], row["property"]): row for row in rows}

    def writers(self, email: str, name: str) -> list[str]:
        """Who wrote a property of a contact, newest first."""
        history = self.hubspot.contact(email)["history"]
        return [save["sourceType"] for save in history if name in save["changes"]]

    def written(self) -> int:
        """Calls so far that wrote contacts."""
        return len(self.hubspot.write_calls())

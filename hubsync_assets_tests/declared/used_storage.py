"""A sync of two small sources that has run, and whose declaration is changed then.

Put here: the sources, changing a declaration, and a run with what it cost. The files are plain, so that what stands in a column is what is
meant. Keep out: what is expected of each change.
"""

import copy
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.model.faults import faults_of
from hubsync_assets_tests.declared.formats import as_csv
from hubsync_assets_tests.declared.naive import EMPTY, Record, golden_records
from hubsync_assets_tests.declared.portal import Portal, differences, in_hubspot
from hubsync_assets_tests.pipeline import Pipeline, Synced

__all__ = ["Cost", "Declared", "Used", "calls_for", "email_of"]

PEOPLE = 250
ONLY_CRM, ONLY_BILLING = 30, 20
"""The first so many are only in one source, the last so many only in the other."""

DECLARED: Mapping[str, Any] = {
    "sources": {"crm": {"read": "crm", "columns": {"name": "full_name"}}, "billing": {"read": "billing"}},
    "fields": {
        "email": {"kind": "email"},
        "name": {"kind": "text", "property": ["firstname", "lastname"], "form": "first_word_and_rest"},
        "company": {"kind": "text"},
        "size": {"kind": "whole", "keep": "max", "property": {"name": "headcount", "label": "Headcount"}},
        "since": {"kind": "text", "property": "customer_since"},
        "seats": {"kind": "text", "property": "seats"},
        "plan": {"kind": "text", "property": "plan"},
    },
}

Declared = dict[str, Any]
Rows = dict[int, dict[str, str]]


def email_of(number: int) -> str:
    return f"person{number}@example.com"


def calls_for(*contacts: int) -> int:
    """New ones and others go apart."""
    return sum(math.ceil(each / 100) for each in contacts)


def _crm() -> Rows:
    return {
        number: {
            "full_name": f"Ana {number} L\u00f3pez" if number % 4 else f"Ana{number}",
            "company": f"Company {number % 30}" if number % 5 else "",
            "org": f"Company {number % 15}" if number % 5 else "",
            "size": str(number % 40),
            "since": f"20{10 + number % 15}-0{1 + number % 9}-1{number % 10}" if number % 3 else "",
            "nick": f"nick{number}" if number % 2 else "",
        }
        for number in range(PEOPLE - ONLY_BILLING)
    }


def _billing() -> Rows:
    return {
        number: {
            "company": f"Billed {number % 30}",
            "size": str(number % 60),
            "seats": str(number % 7) if number % 6 else "",
            "plan": ("free", "pro", "")[number % 3],
        }
        for number in range(ONLY_CRM, PEOPLE)
    }


@dataclass(frozen=True)
class Cost:
    """What a run cost, and what it planned: whom it sent, and which fields of anybody."""

    writes: int
    inputs: int
    reads: int
    emails: frozenset[str]
    fields: frozenset[str]


@dataclass
class Used:
    """The sync.

    Attributes:
        folder: of sources and storage.
        hubspot: the portal.
        declared: what is declared now.
        rows: by source and person, what stands in its file.
        portal: what should be there.
    """

    folder: Path
    hubspot: HubSpotEmulator
    declared: Declared = field(default_factory=lambda: copy.deepcopy(dict(DECLARED)))
    rows: dict[str, Rows] = field(default_factory=lambda: {"crm": _crm(), "billing": _billing()})
    portal: Portal = field(default_factory=Portal)
    pipeline: Pipeline = field(init=False)

    def __post_init__(self) -> None:
        self.pipeline = Pipeline(self.folder, self.hubspot)

    def put(self) -> None:
        """Export what the sources hold."""
        for source, rows in self.rows.items():
            named = ({"email": email_of(number), **row} for number, row in rows.items())
            self.pipeline.put(source, {f"{source}.csv": as_csv(named)})

    def change(self, change: Callable[[Declared], None]) -> None:
        """Edit the declaration."""
        change(self.declared)

    def run(self, *, confirm: Collection[str] = ()) -> Synced:
        """Sync as it is declared now."""
        sync = ContactSync.model_validate(self.declared)
        assert list(faults_of(sync)) == []
        self.pipeline.model = ContactModel(sync)
        self.pipeline.sources = {name: path for name, path in self.pipeline.sources.items() if name in sync.sources}
        return self.pipeline.sync(confirm=confirm)

    def costs(self, *, confirm: Collection[str] = ()) -> Cost:
        """Sync, compare HubSpot with the naive model, and tell what was sent for it; another run then does nothing."""
        before, reads = len(self.hubspot.write_calls()), self._reads()
        wanted = self.portal.take(self.declared, golden_records(self.declared, self._records()))
        run = self.run(confirm=confirm)
        assert run.success, run.words
        calls = self.hubspot.write_calls()[before:]
        plan = self.pipeline.table("contact_changes")
        emails = frozenset(plan["email"])
        names = self.declared["fields"].keys() - {"email"}
        sent = {name for column in ("sent", "cleared") for names in plan[column] for name in names}
        fields = frozenset(names & sent)
        assert differences(in_hubspot(self.hubspot), self.portal.held) == []
        assert emails == wanted
        reads = self._reads() - reads
        assert self.run().planned == 0
        assert len(self.hubspot.write_calls()) == before + len(calls)
        return Cost(len(calls), sum(call["inputs"] for call in calls), reads, emails, fields)

    def _reads(self) -> int:
        paths = ("/batch/read", "/search", "/contacts")
        return sum(call["path"].partition("?")[0].endswith(paths) for call in self.hubspot.calls("/objects/"))

    def _records(self) -> list[Record]:
        return [
            Record(source, email_of(number), self._cells(source, row))
            for source in self.declared["sources"]
            for number, row in self.rows[source].items()
        ]

    def _cells(self, source: str, row: Mapping[str, str]) -> dict[str, Any]:
        declared = self.declared["sources"][source]
        columns = declared.get("columns", {})
        texts = {name: row.get(columns.get(name, name)) for name in self.declared["fields"]}
        cells = {name: self._meant(name, text) for name, text in texts.items() if text is not None}
        return {**cells, **declared.get("constants", {})}

    def _meant(self, name: str, text: str) -> Any:
        if not text:
            return EMPTY
        match self.declared["fields"][name]["kind"]:
            case "whole" | "number":
                return Decimal(text)
            case "date":
                day = "-".join(reversed(text.split("/")))
                return date.fromisoformat(day)
            case _:
                return text

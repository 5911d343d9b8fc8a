"""Small tables for the tests of the plan.

Put here: how a test writes down golden records, state, refusals and what HubSpot holds in few words, and the plan of those. HubSpot speaks in
its own texts, and a made-up portal says what they mean.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
import polars as pl
import yaml

from hubsync_assets.contacts.changes import Changes, Found, count_refusals, find_changes
from hubsync_assets.contacts.regions import with_regions
from hubsync_assets.contacts.rules import Rules
from hubsync_assets.contacts.uncertainty import Uncertainty, marked_fields
from hubsync_assets.contacts.unlike import Known, Unlike, find_unlike
from hubsync_assets.hubspot.live import Live
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.portal_values import PortalValues
from hubsync_assets.hubspot.values import PropertySchema
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.schema import SETTLED_SCHEMA
from hubsync_assets.steps.forming import FOUND_SCHEMA, Forming
from hubsync_assets.steps.plan_report import PlanOptions
from hubsync_assets.steps.plan_rules import rules_of
from hubsync_assets.steps.twins import TWINS_SCHEMA
from hubsync_assets_tests.shipped import (
    CONTACT_FIELDS,
    FAILED_SCHEMA,
    MAPPING,
    MERGED_SCHEMA,
    MODEL,
    SHIPPED,
    SOURCES,
    STATE_SCHEMA,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VERSION = 3
STALE = ("country", "mrr")
"""The fields that an earlier version wrote another way."""
ELSEWHERE = ("mrr",)
"""Of these, the ones that it wrote to another property."""
MAPPINGS = {VERSION - 1: {**MAPPING.ways, "country": "country: alpha2 country", "mrr": "revenue: as_is number"},
            VERSION: MAPPING.ways}  # fmt: skip

PROVENANCE = {"db1_records": 1, "db2_records": 0, "db1_file_rank": 0, "db2_file_rank": None}
DEFAULTS: dict[str, dict[str, Any]] = {
    "merged": PROVENANCE,
    "state": {**PROVENANCE, "hubspot_id": "101", "written": True, "mapping_version": VERSION, "run_id": "r0", "at": NOW},
    "settled": {"decision": "theirs", "at": NOW, "run_id": "r0"},
    "refused": {"mapping_version": VERSION, "category": "VALIDATION_ERROR", "message": "no", "attempts": 1,
                "first_at": NOW, "last_at": NOW, "run_id": "r0"},
    "in_doubt": {"sent": []},
}  # fmt: skip
SCHEMAS: dict[str, dict[str, Any]] = {
    "merged": MERGED_SCHEMA,
    "state": STATE_SCHEMA,
    "settled": SETTLED_SCHEMA,
    "refused": FAILED_SCHEMA,
    "in_doubt": {"email": pl.String, "sent": pl.List(pl.String)},
}

TEXTS = {
    name: PropertySchema(name, "string", "text") for name in ("firstname", "lastname", "country", "phone", "company")
}
PORTAL = {**TEXTS, **{name: PropertySchema(name, "number", "number") for name in ("company_size", "mrr")}}
"""The made-up portal: it has no ``hs_country_region_code``."""
REGION = {"hs_country_region_code": PropertySchema("hs_country_region_code", "string", "text")}

SHRANK = SourceDoubts(absence=True)

Row = Mapping[str, Any]


@lru_cache
def model_with(*writes: tuple[str, str]) -> ContactModel:
    """The shipped contact with other policies: fields, and ``how`` or ``how/edited``."""
    declared = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    for name, write in writes:
        how, _, edited = write.partition("/")
        declared["fields"][name]["write"] = {"how": how, "edited": edited or "ours"}
    return ContactModel(ContactSync.model_validate(declared))


def full_row(name: str, row: Row) -> dict[str, Any]:
    """A row with all columns. A value is of the first source that has the contact, and ours; one that is missing is said to be empty."""
    full = {**dict.fromkeys(SCHEMAS[name]), **DEFAULTS[name], **row}
    known = next((source for source in SOURCES if full.get(f"{source}_records")), SOURCES[0])
    for field in CONTACT_FIELDS:
        is_there = full.get(field.name) is not None
        if name == "merged" and f"{field.name}:from" not in row:
            full[f"{field.name}:from"] = known if is_there else "empty"
        if name == "state" and f"{field.name}:source" not in row and is_there:
            full[f"{field.name}:source"] = known
        if name == "state" and f"{field.name}:ours" not in row:
            full[f"{field.name}:ours"] = is_there
    return full


def table(name: str, rows: Iterable[Row]) -> pl.DataFrame:
    """A table of rows that say only what is special about them."""
    return pl.DataFrame([full_row(name, row) for row in rows], schema=SCHEMAS[name], orient="row")


def held(state: Iterable[Row], hubspot: Iterable[Row], gone: Collection[str]) -> dict[str, Row]:
    """What HubSpot holds, by email: what the state says that we wrote, with what a test says that it is now; None: nothing."""
    there: dict[str, dict[str, Any]] = {}
    for row in state:
        known = {"email": row["email"], **{field.name: row.get(field.name) for field in CONTACT_FIELDS}}
        there[row["email"]] = {"id": row.get("hubspot_id", "101"), **MAPPING.to_properties(known)}
    for row in hubspot:
        there[row["email"]] = {"id": "201", **there.get(row["email"], {}), "email": row["email"], **row}
    return {email: row for email, row in there.items() if email not in gone}


@dataclass(frozen=True)
class Plan:
    """What a plan comes to. ``rows``: of the plan, as they are published."""

    unlike: Unlike
    changes: Changes
    rows: pl.DataFrame
    rules: Rules

    @property
    def looked_at(self) -> list[str]:
        """Whom HubSpot is asked about."""
        return self.unlike.rows["email"].to_list()

    @property
    def row(self) -> dict[str, Any]:
        """The plan's one row."""
        (row,) = self.rows.to_dicts()
        return row

    @property
    def sends(self) -> dict[str, tuple[str | None, str | None, str]]:
        """Of the plan's one row, by property: what HubSpot holds, what it is to hold, and what that is."""
        return {each["property"]: (each["old"], each["new"], each["action"]) for each in self.row["changes"]}

    @property
    def settled(self) -> dict[str, dict[str, Any]]:
        """What is settled of the one contact of which something is, by field: the log is told of it in one place only."""
        texts = [*self.changes.noted["settled"].drop_nulls(), *self.rows["settled"].drop_nulls()]
        assert len(texts) <= 1
        return {entry.pop("field"): entry for text in texts for entry in orjson.loads(text)}

    @property
    def noted(self) -> dict[str, Any]:
        """The one contact of which the log is told."""
        (row,) = self.changes.noted.to_dicts()
        return row

    @property
    def held_back(self) -> dict[str, int]:
        """How many contacts are held back, by reason."""
        found = Counter(self.changes.held_back)
        found.update(count_refusals(self.unlike.refusals["category"]))
        return dict(+found)

    @property
    def unchanged(self) -> int:
        """How many contacts have all that they should."""
        return self.unlike.as_known + self.changes.unchanged

    @property
    def outcome(self) -> str:
        """Of the one contact: ``known`` (nobody has to look), ``unchanged``, ``planned``, or why it is held back."""
        counts = {
            "known": self.unlike.as_known, "unchanged": self.changes.unchanged, "planned": self.rows.height,
            **self.held_back,
        }  # fmt: skip
        ((word, count),) = [(word, count) for word, count in counts.items() if count]
        assert count == 1
        return word


def plan(  # a table a key, and how the run goes
    merged: Sequence[Row],
    *,
    state: Sequence[Row] = (),
    settled: Sequence[Row] = (),
    refused: Sequence[Row] = (),
    hubspot: Sequence[Row] = (),
    gone: Collection[str] = (),
    in_doubt: Sequence[Row] = (),
    twins: Mapping[str, str] | None = None,
    primary: Mapping[str, str] | None = None,
    portal: Mapping[str, PropertySchema] = PORTAL,
    model: ContactModel = MODEL,
    doubts: Mapping[str, SourceDoubts] | None = None,
    **options: Any,
) -> Plan:
    """The plan, with the options of a plain run unless a test says otherwise.

    Args:
        merged: golden records.
        state: what we wrote.
        settled: what is settled, under what is declared now unless a row says otherwise.
        refused: what HubSpot refused.
        hubspot: what HubSpot holds otherwise than the state says, and whom the state does not know: ``email``, properties, perhaps ``id``.
        gone: emails of contacts that HubSpot has no more.
        in_doubt: contacts of which nobody knows what HubSpot took.
        twins: by email the record that two golden records are.
        primary: by record its primary address, where that is another one than it was asked for by.
        portal: its properties.
        model: what a contact is.
        doubts: by source.
        options: ``PlanOptions``.
    """
    values = PortalValues(PropertyMapping(model), portal)
    rules = rules_of(model, PlanOptions(**options), values, VERSION, MAPPINGS, NOW)
    doubts = doubts or {}
    known = Known(
        table("state", state),
        table("settled", [{"digest": rules.digests[row["field"]], **row} for row in settled]),
        table("refused", refused),
        table("in_doubt", in_doubt),
    )
    unlike = find_unlike(model, table("merged", merged), known, rules, doubts)
    there = {
        email: {**row, "email": (primary or {}).get(row["id"], email)}
        for email, row in held(state, hubspot, gone).items()
    }
    found = pl.DataFrame(
        [(email, row["id"], orjson.dumps(dict(row)).decode()) for email, row in there.items()],
        schema=FOUND_SCHEMA,
        orient="row",
    )
    forming = Forming(model, Live(values), exactly=rules.reformat)
    uncertainty = Uncertainty(model, doubts, marked_fields(model, unlike.rows.lazy()))
    looked_at = with_regions(model, unlike.rows, uncertainty)
    rows, unfit = forming.portal_rows(looked_at, found)
    same = pl.DataFrame(list((twins or {}).items()), schema=TWINS_SCHEMA, orient="row")
    of_contacts = known.refused.filter(pl.col("property").is_null())
    changes = find_changes(model, looked_at, Found(rows, unfit, same), known.settled, of_contacts, rules, doubts)
    return Plan(unlike, changes, forming.formed(changes.planned, found), rules)

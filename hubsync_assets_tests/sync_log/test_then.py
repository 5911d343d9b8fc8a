"""Rows of the log that an earlier declaration wrote: other kinds, other names of fields and sources, other properties."""

import json
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.sync_log.answers import ANSWER_SCHEMA
from hubsync_assets.sync_log.fold import fold_state
from hubsync_assets.sync_log.then import NOW, Then

AT = datetime(2026, 11, 26, tzinfo=UTC)


def model_of(**fields: Any) -> ContactModel:
    declared = {
        "sources": {"crm": {"read": "a"}, "billing": {"read": "b"}},
        "fields": {"email": {"kind": "email"}, **fields},
    }
    return ContactModel(ContactSync.model_validate(declared))


def answers(*sent: dict[str, Any], versions: tuple[int, ...] = (), **said: Any) -> pl.DataFrame:
    """A row for each contact a, b, c ...; or for a alone, where there are versions."""
    rows = [
        {
            "seq": number + 1,
            "portal_id": 1,
            "run_id": "r",
            "at": AT,
            "email": "a" if versions else "abcdefghij"[number],
            "kind": "updated",
            "hubspot_id": "1",
            "sent": json.dumps(values),
            "cleared": json.dumps(said.get("cleared", [])),
            "provenance": json.dumps(said.get("provenance", {})),
            "mapping_version": versions[number] if versions else 1,
        }
        for number, values in enumerate(sent)
    ]
    return pl.DataFrame(rows, schema=ANSWER_SCHEMA)


def folded(model: ContactModel, rows: pl.DataFrame, then: Then = NOW) -> pl.DataFrame:
    return fold_state(model, pl.DataFrame(schema=model.schema.state), rows, then).sort("email")


@pytest.mark.parametrize(
    ("field", "logged", "values"),
    [
        ({"kind": "whole"}, ["3", 4, "x", None], [3, 4, None, None]),
        ({"kind": "number"}, ["2.5", 4, "x"], [2.5, 4.0, None]),
        ({"kind": "text"}, [3, True, "x"], ["3", "true", "x"]),
        ({"kind": "boolean"}, ["yes", "false", True, "x"], [True, False, True, None]),
        # A day that this kind logged stands beside texts in the format of the source.
        (
            {"kind": "date", "formats": ["%d/%m/%Y"]},
            ["13/03/2018", "2020-02-29", "soon"],
            [date(2018, 3, 13), date(2020, 2, 29), None],
        ),
        (
            {"kind": "datetime"},
            ["2026-01-02T03:04:05.000000Z", "2026-01-02 03:04", "x"],
            [datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, tzinfo=UTC), None],
        ),
    ],
)
def test_a_log_written_by_another_kind_is_read_again(
    field: dict[str, Any], logged: list[Any], values: list[Any]
) -> None:
    rows = answers(*({"it": value} for value in logged))
    assert folded(model_of(it=field), rows)["it"].to_list() == values


def test_a_source_has_its_name_of_now() -> None:
    provenance = {"db2_records": 2, "db2_file_rank": 0, "sources": {"it": "db2"}}
    rows = answers({"it": "x"}, provenance=provenance)
    renamed = folded(model_of(it={"kind": "text"}), rows, Then(sources={"db2": "billing"})).row(0, named=True)
    assert (renamed["it:source"], renamed["billing_records"], renamed["billing_file_rank"]) == ("billing", 2, 0)
    unknown = folded(model_of(it={"kind": "text"}), rows).row(0, named=True)
    assert (unknown["it:source"], unknown["billing_records"]) == ("(gone)", None)


def test_a_field_has_its_name_of_now_where_it_is_written_to_the_same_properties() -> None:
    model = model_of(firm={"kind": "text", "property": "company"})
    then = Then.of({}, {"firm": "company: as_is"}, {1: {"company": "company: as_is"}, 2: {"firm": "company: as_is"}})
    provenance = {"sources": {"company": "crm"}}
    renamed = folded(model, answers({"company": "Acme"}, {"company": "Beta"}, provenance=provenance), then)
    assert renamed.select("firm", "firm:source").rows() == [("Acme", "crm"), ("Beta", "crm")]
    cleared = pl.concat([answers({"company": "Acme"}, versions=(1,)), answers({}, versions=(1,), cleared=["company"])])
    assert folded(model, cleared.with_columns(seq=pl.int_range(1, 3, dtype=pl.Int64)), then)["firm"].to_list() == [None]


@pytest.mark.parametrize(("second", "value"), [(1, "old"), (2, None)])
def test_what_another_property_holds_is_forgotten_once_the_contact_is_written_as_now(
    second: int, value: str | None
) -> None:
    model = model_of(plan={"kind": "text", "property": "new_plan"}, name={"kind": "text"})
    ways = {"plan": "new_plan: as_is", "name": "name: as_is"}
    then = Then.of({}, ways, {1: {**ways, "plan": "old_plan: as_is"}, 2: ways})
    rows = answers({"plan": "old", "name": "Ana"}, {"name": "Eva"}, versions=(1, second))
    assert folded(model, rows, then).select("plan", "name").rows() == [(value, "Eva")]

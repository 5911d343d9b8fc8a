"""What somebody who had never seen the project found in the plan and the sync.

Put here: whole runs on small portals that nobody had thought of. Keep out: what a page promises in so many words (``first_day``).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hubsync_assets.emulator import EmulatorControl, HubSpotEmulator
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets_tests.first_day.day import Day

ANN, OLD = "ann@example.com", "ann.old@example.com"


@pytest.fixture
def hubspot() -> Iterator[HubSpotEmulator]:
    with HubSpotEmulator() as portal:
        yield portal


@pytest.fixture
def day(hubspot: HubSpotEmulator, tmp_path: Path) -> Day:
    return Day(tmp_path, hubspot)


def declared(fields: dict[str, Any], **top: object) -> ContactModel:
    sources = {"db1": {"read": "db1.csv"}, "db2": {"read": "db2.csv"}}
    return ContactModel(
        ContactSync.model_validate({"sources": sources, "fields": {"email": {"kind": "email"}, **fields}, **top})
    )


@pytest.mark.parametrize("name", ["owner", "marks0"])
def test_a_field_may_be_called_as_a_column_of_the_plans_own_was(day: Day, name: str) -> None:
    day.model = declared({name: {"kind": "text", "property": "company"}})
    day.hubspot.seed([{"email": ANN, "hs_additional_emails": OLD}])
    day.export({"email": ANN, name: "Bea"}, {"email": OLD, name: "Cid"})
    day.sync()
    assert day.holds(ANN, "company") == ("Bea",)
    assert ANN in day.failed()[OLD, None]["message"]


@pytest.mark.parametrize("kind", ["text", "whole", "boolean", "date", "phone", "country"])
def test_what_is_settled_is_not_read_again_because_the_sync_has_created_its_property(day: Day, kind: str) -> None:
    texts = {"whole": "5", "boolean": "yes", "date": "2024-01-03", "phone": "+34600000001", "country": "ES"}
    day.model = declared({"extra": {"kind": kind, "write": "set_once"}, "company": {"kind": "text"}})
    day.hubspot.seed([{"email": ANN}])
    day.export({"email": ANN, "extra": texts.get(kind, "x"), "company": "Acme"})
    assert day.sync().planned == 1
    calls = len(day.hubspot.calls("/objects/"))
    assert day.sync().planned == 0
    assert len(day.hubspot.calls("/objects/")) == calls


def test_the_only_value_of_an_update_that_hubspot_refused_is_sent_when_the_property_takes_it(day: Day) -> None:
    day.model = declared({"tier": {"kind": "enum", "values": ["A", "B"]}, "company": {"kind": "text"}})
    options(day.hubspot, "A", "B")
    day.export({"email": ANN, "tier": "A", "company": "Acme"})
    day.sync()
    day.export({"email": ANN, "tier": "B", "company": "Acme"})
    day.between(lambda: options(day.hubspot, "A"))
    run = day.sync()
    assert run.upload is not None
    assert (run.planned, run.upload.refused) == (1, 1)
    assert {key: it["category"] for key, it in day.failed().items()} == {(ANN, "tier"): "INVALID_OPTION"}
    assert day.sync().planned == 0
    options(day.hubspot, "A", "B")
    assert day.sync().planned == 1
    assert day.holds(ANN, "tier") == ("B",)
    assert day.failed() == {}


def test_a_contact_of_which_all_was_refused_is_not_sent_or_read_again_and_again(day: Day) -> None:
    """It is known to nobody but the portal: the log has to learn of it from the refusal."""
    day.model = declared({"tier": {"kind": "enum", "values": ["A", "B"]}})
    options(day.hubspot, "A", "B")
    day.hubspot.seed([{"email": ANN}])
    day.export({"email": ANN, "tier": "B"})
    day.between(lambda: options(day.hubspot, "A"))
    assert day.sync().planned == 1
    day.sync()  # the options have changed, so that it is looked at once more
    calls = len(day.hubspot.calls("/objects/"))
    assert day.sync().planned == 0
    assert len(day.hubspot.calls("/objects/")) == calls
    assert set(day.failed()) == {(ANN, "tier")}


def options(hubspot: EmulatorControl, *values: str) -> None:
    """Let the property ``tier`` have just these options."""
    shown = [{"value": it, "label": it, "displayOrder": 0, "hidden": False} for it in values]
    hubspot.seed([], properties=[{"name": "tier", "type": "enumeration", "fieldType": "select", "options": shown}])

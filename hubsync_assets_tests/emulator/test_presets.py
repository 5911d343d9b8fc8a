"""The presets: a new portal, and one that people have used for years."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hubsync_assets.emulator import ControlError, HubSpotEmulator
from hubsync_assets.emulator.client import EmulatorControl
from hubsync_assets_tests.emulator.asking import Api, codes, row


def definitions(api: Api) -> dict[str, dict[str, Any]]:
    return {it["name"]: it for it in api.properties("GET").json()["results"]}


def test_a_free_portal_is_empty_and_has_the_limits_of_free(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.set_limit(tier="enterprise")
    before = definitions(api)

    assert hubspot.seed(preset="free") == []

    state = hubspot.state()
    assert (state["contacts"], state["burst"], state["daily"]) == (0, 100, 250_000)
    assert definitions(api) == before


def test_a_mature_portal_has_the_properties_that_years_of_use_leave(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.seed(preset="mature")

    there = definitions(api)
    country = {it["label"]: it["value"] for it in there["country"]["options"]}
    custom = [it for it in there.values() if not it["hubspotDefined"] and it["name"] != "mrr"]
    assert (country["Spain"], country["United Kingdom"]) == ("spain", "united kingdom")
    assert [it["value"] for it in there["company_size"]["options"]][:2] == ["1-10", "11-50"]
    assert (there["mrr"]["calculated"], there["mrr"]["fieldType"]) == (True, "calculation_equation")
    assert len(custom) == 30
    assert codes(api.upsert(row("new@example.com", country="ES", company_size="22", mrr="1", legacy_score="1"))) == [
        "INVALID_OPTION",
        "INVALID_OPTION",
        "READ_ONLY_VALUE",
        "READ_ONLY_VALUE",
    ]


def test_a_mature_portal_has_contacts_with_a_past(api: Api, hubspot: HubSpotEmulator) -> None:
    hubspot.seed(preset="mature")

    contacts = hubspot.contacts()
    everything = [version for it in contacts for version in hubspot.contact(it["id"])["history"]]
    archived = api.contacts("GET", archived="true", limit="100").json()["results"]
    merged = [it for it in contacts if "hs_merged_object_ids" in it]
    secondary = [it for it in contacts if "hs_additional_emails" in it]

    assert (len(contacts), len(merged), len(secondary)) == (339, 12, 37)
    assert len(archived) == 15 + 2 * len(merged)
    assert {it["sourceType"] for it in everything} == {
        *("CALCULATED", "CRM_UI", "FORM", "IMPORT", "INTEGRATION", "MERGE_OBJECTS")
    }
    assert len({it["updatedByUserId"] for it in everything if it["sourceType"] == "CRM_UI"}) == 5
    assert max(it["at"] for it in everything) < "2026"
    assert all(it["email"].endswith((".example.com", ".example.org")) for it in contacts)
    assert any(it["history"] for it in [hubspot.contact(merged[0]["hs_merged_object_ids"].split(";")[0])])
    assert (hubspot.state()["burst"], hubspot.calls("seed")) == (190, [])


def test_a_mature_portal_is_the_same_each_time() -> None:
    seen = []
    for _ in range(2):
        with HubSpotEmulator() as hubspot:
            hubspot.seed(preset="mature")
            seen.append([(it, hubspot.contact(it["id"])["history"]) for it in hubspot.contacts()])

    assert seen[0] == seen[1]


def test_a_preset_fills_empty_portals_only_and_then_seeds_the_rest(api: Api, hubspot: HubSpotEmulator) -> None:
    (identity,) = hubspot.seed([{"email": "new@example.com", "country": "spain"}], preset="mature")

    assert api.get(identity, "country")["country"] == "spain"
    with pytest.raises(ControlError, match="reset it first"):
        hubspot.seed(preset="mature")
    with pytest.raises(ControlError, match="There is no preset huge: use one of free, mature"):
        hubspot.seed(preset="huge")
    hubspot.reset()
    assert (hubspot.contacts(), definitions(api)["country"]["type"]) == ([], "string")


def test_what_can_not_be_seeded_beside_a_preset_leaves_an_empty_portal(api: Api, hubspot: HubSpotEmulator) -> None:
    with pytest.raises(ControlError, match="invalid"):
        hubspot.seed([{"email": "no address"}], preset="mature")

    assert (hubspot.contacts(), definitions(api)["country"]["type"]) == ([], "string")
    assert hubspot.state()["burst"] == 100


@pytest.mark.parametrize(
    ("options", "contacts", "burst"),
    [
        (["--preset", "mature"], 339, 190),
        (["--preset", "mature", "--tier", "free"], 339, 100),
        (["--preset", "free"], 0, 100),
    ],
)
def test_the_command_line_starts_a_preset_once_for_each_file(
    tmp_path: Path, options: list[str], contacts: int, burst: int
) -> None:
    command = [sys.executable, "-m", "hubsync_assets.emulator", "--port", "0", "--db", str(tmp_path / "p.db"), *options]
    for start in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                hubspot = EmulatorControl(process.stdout.readline().split()[4])
                state = hubspot.state()
                assert (state["contacts"], state["burst"]) == (contacts + start, burst)
                hubspot.seed([{"email": "one.more@example.com"}])
            finally:
                process.terminate()

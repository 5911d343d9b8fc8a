"""See, approve, apply, understand: what a person does in Dagster's UI with a real browser, from the first graph to the report."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hubsync_assets_tests.browser.dev_project import REFUSED, DevProject
from hubsync_assets_tests.browser.ui import DagsterUI

if TYPE_CHECKING:
    from playwright.sync_api import Page

PEOPLE = 80
CHANGED = 777
ASSETS = ["raw_db1", "rejected_rows", "merged_contacts", "contact_changes", "hubspot_contacts", "failed_contacts"]


@pytest.mark.timeout(900)
def test_a_person_sees_approves_applies_and_understands_it_in_the_browser(chromium: "Page", tmp_path: Path) -> None:
    project = DevProject(tmp_path, PEOPLE, {"HUBSYNC_AUTOMATION": "off", "HUBSYNC_UNUSUAL_UPDATES": "5% 10"})
    with project.running():
        ui = DagsterUI(chromium, project)
        ui.open_graph()
        shown = ui.text()
        assert [name for name in ASSETS if name not in shown] == []

        assert ui.materialise_all() == "Success"
        held = len(project.hubspot.contacts())
        assert held > PEOPLE / 2
        project.assert_nobody_is_kept()

        ui.open_asset("contact_changes")
        ui.wait_for(f"EMULATOR (portal {project.hubspot.portal_id}): nothing leaves this machine")
        said = ui.text()
        digest = project.plan_digest()
        assert f"contacts to create, 0 to update, 0 unchanged, 0 held back. Plan {digest}." in said
        assert "firstname" in said

        _refused_is_understood(ui)
        _report_is_read(ui)
        project.assert_nobody_is_kept()
        _guard_stops_and_approval_applies(ui)
        assert len(project.hubspot.contacts()) == held
        project.assert_nobody_is_kept()
        assert len(project.urls) > len(ASSETS)


def _refused_is_understood(ui: DagsterUI) -> None:
    """A yellow check says how many, what HubSpot wants and what to do."""
    ui.open_check("failed_contacts", "nothing_is_refused")
    ui.wait_for("INVALID_EMAIL")
    said = ui.text()
    assert "HubSpot wants an address with an ending that exists, such as name@example.com" in said
    assert "to do: correct it at its source; the next sync sends it by itself" in said


def _report_is_read(ui: DagsterUI) -> None:
    """The path on the asset's page, opened by hand: it says which record of which file is refused."""
    ui.open_asset("hubspot_contacts")
    path = Path(ui.metadata("report"))
    assert path.is_file(), path
    position = 1 + [record.get("email") for record in ui.project.records("db1")].index(REFUSED)
    ui.page.goto(path.as_uri())
    ui.wait_for("Needs somebody")
    row = ui.page.get_by_role("row").filter(has_text=f"db1 contacts.json #{position}").first
    assert "HubSpot wants an address with an ending that exists" in row.inner_text()
    assert REFUSED not in ui.page.content()


def _guard_stops_and_approval_applies(ui: DagsterUI) -> None:
    """A plan that updates too many is red and writes nothing; approved by its digest it is written, itself and nothing else."""
    project = ui.project
    changed = [{**record, "mrr": CHANGED} for record in project.records("db1")]
    project.put("db1", changed)
    written = len(project.hubspot.write_calls())
    assert ui.materialise_all() == "Failure"
    digest = project.plan_digest()
    ui.wait_for(f"plan {digest} is not written, it waits for a person")
    ui.wait_for(f"launch apply_plan with approve: {digest}")
    project.assert_nobody_is_kept()
    assert len(project.hubspot.write_calls()) == written
    assert not _holding_the_change(project)
    ui.open_asset("contact_changes")
    ui.wait_for("It waits for a person.")
    assert f"Plan {digest}." in ui.text()
    ui.open_check("contact_changes", "changes_as_much_as_usual")
    ui.wait_for("contacts are updated (usual: up to 5% or 10)")

    assert ui.launch("apply_plan", f"approve: {digest}") == "Success"
    assert project.plan_digest() == digest
    assert _holding_the_change(project) > 10


def _holding_the_change(project: DevProject) -> int:
    return sum(str(contact.get("mrr")) == str(CHANGED) for contact in project.hubspot.contacts())

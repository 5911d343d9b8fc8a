"""Makes the README's pictures: ``make screenshots``, with Debian's chromium.

Starts a ``make dev`` of its own with sample contacts in a temporary folder, walks through Dagster's UI as the browser test does, and writes
docs/images/*.png anew. Keep out: where things are on Dagster's pages (``hubsync_assets_tests.browser.ui``).
"""
# ruff: noqa: INP001, T201

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hubsync_assets_tests.browser.chromium import chromium_page, missing_chromium
from hubsync_assets_tests.browser.dev_project import DevProject
from hubsync_assets_tests.browser.ui import DagsterUI

if TYPE_CHECKING:
    from playwright.sync_api import Page

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PEOPLE = 80
SMALLER = {"width": 1280, "height": 720}


def main() -> int:
    """Make them all; exit code 1 where there is no browser."""
    if (missing := missing_chromium()) is not None:
        print(missing, file=sys.stderr)
        return 1
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hubsync-screenshots-") as folder, chromium_page() as page:
        page.set_viewport_size(SMALLER)  # type: ignore[arg-type]  # playwright's own type of a size is private
        project = DevProject(Path(folder), PEOPLE, {"HUBSYNC_AUTOMATION": "off", "HUBSYNC_UNUSUAL_UPDATES": "5% 10"})
        with project.running():
            _walk(DagsterUI(page, project), project, page)
    return 0


def _walk(ui: DagsterUI, project: DevProject, page: "Page") -> None:
    ui.materialise_all()
    ui.open_graph()
    _take(page, "graph")
    ui.open_asset("contact_changes")
    ui.wait_for("nothing leaves this machine")
    page.get_by_text("nothing leaves this machine").first.evaluate("it => it.scrollIntoView()")
    _take(page, "plan")
    ui.page.goto(Path(_report(ui)).as_uri())
    ui.wait_for("Needs somebody")
    _take(page, "report")

    project.put("db1", [{**record, "mrr": 777} for record in project.records("db1")])
    ui.materialise_all()
    ui.wait_for("it waits for a person")
    _take(page, "waits")


def _report(ui: DagsterUI) -> str:
    ui.open_asset("hubspot_contacts")
    return ui.metadata("report")


def _take(page: "Page", name: str) -> None:
    page.wait_for_timeout(2_000)  # until the toast of the launch and the movements are over
    page.screenshot(path=IMAGES / f"{name}.png")
    print(f"docs/images/{name}.png")


if __name__ == "__main__":
    sys.exit(main())

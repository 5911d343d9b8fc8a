"""Dagster's UI as a person uses it: pages, buttons and words, in a real browser. Every wait has a limit, and after every command nobody may stand in what Dagster keeps.

Put here: where things are on Dagster's pages. Keep out: what has to be there (the tests), and what is shown to others (``scripts/screenshots.py``).
"""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from hubsync_assets_tests.browser.dev_project import DevProject, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["DagsterUI"]

LOCATION = "hubsync_assets.definitions"
GROUPS = ("sources", "contacts", "hubspot")
ENDED = re.compile(r"\b(Success|Failure|Canceled)\b")


class DagsterUI:
    """A page of a browser that looks at a project's Dagster.

    Args:
        page: any page.
        project: whose ``make dev`` runs; it is told of every URL.
    """

    def __init__(self, page: "Page", project: DevProject) -> None:
        self.page, self.project = page, project
        page.on("request", lambda request: project.urls.append(request.url))

    def text(self) -> str:
        """What can be read on the page now."""
        return self.page.inner_text("body")

    def wait_for(self, words: str) -> None:
        """Until it can be read."""
        until(f"the page says {words!r}", lambda: words in self.text())

    def open_graph(self) -> None:
        """All assets as a graph, with every group unfolded."""
        self._open("/asset-groups")
        for group in GROUPS:
            self.page.locator("svg").get_by_text(group, exact=True).first.dispatch_event("click")
            self.page.wait_for_timeout(500)  # the graph moves
        self._open("/asset-groups")  # a new page shows the whole of it
        self.page.locator("svg").get_by_text("hubspot_contacts", exact=True).first.wait_for()

    def materialise_all(self) -> str:
        """Press the graph's button and wait for the run on its page; how it ended."""
        self._open("/asset-groups")
        self.page.get_by_role("button", name="Materialize all").first.click()
        self.page.get_by_text("View", exact=True).first.click()
        return self._ended()

    def launch(self, job: str, config: str) -> str:
        """Write a job's config into its launchpad, launch it and wait; how it ended."""
        self.open_launchpad(job, config)
        self.page.get_by_role("button", name="Launch Run").first.click()
        return self._ended()

    def open_launchpad(self, job: str, config: str) -> None:
        """A job's launchpad with this config, which it has looked at."""
        self._open(f"/locations/{LOCATION}/jobs/{job}/playground")
        self.page.locator(".CodeMirror").first.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(config)
        self.wait_for("No errors")

    def open_asset(self, name: str) -> None:
        """The newest materialisation of an asset, with its metadata."""
        self._open(f"/assets/{quote(name)}?view=events")
        self.wait_for("dagster/uri")

    def open_check(self, asset: str, check: str) -> None:
        """The newest result of a check."""
        self._open(f"/assets/{quote(asset)}?view=checks")
        self.page.get_by_text(check, exact=True).first.click()
        self.wait_for("Latest execution")

    def metadata(self, name: str) -> str:
        """A value of the materialisation that is shown."""
        row = self.page.get_by_role("row").filter(has=self.page.get_by_text(name, exact=True)).first
        return row.inner_text().partition(name)[2].strip()

    def _open(self, path: str) -> None:
        self.page.goto(f"{self.project.ui}{path}")

    def _ended(self) -> str:
        self.page.wait_for_url("**/runs/*-*")
        found = until("the run ends", lambda: ENDED.search(self.text().partition("View tags and config")[0]))
        self.project.assert_nobody_is_kept()
        return str(found[1])

"""A real Chromium, which apt installs and playwright drives; nothing is downloaded.

Put here: where it is, how it is started, and how long it is waited for. Keep out: what is looked at (``ui``).
"""

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["chromium_page", "missing_chromium"]

SIZE = (1440, 900)
"""Of the window, in pixels."""

WAIT_MS = 60_000
"""How long a page is waited for, or something on it."""


def found() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def missing_chromium() -> str | None:
    """Why there is none, or nothing."""
    if found() is None:
        return "no chromium here; on Debian: apt-get install --no-install-recommends chromium"
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed (the extra test)"
    return None


@contextmanager
def chromium_page() -> Iterator["Page"]:
    """An empty page; the browser has a home of its own, and ends with the ``with`` block."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not needed by who has no browser

    path = found()
    assert path is not None
    width, height = SIZE
    # Chromium's sandbox refuses to run as root, which tests in a container are.
    options = ["--no-sandbox", "--disable-dev-shm-usage"]
    with (
        tempfile.TemporaryDirectory(prefix="hubsync-chromium-", ignore_cleanup_errors=True) as home,
        sync_playwright() as playwright,
    ):
        environment: dict[str, str | float | bool] = {**os.environ, "HOME": home}
        browser = playwright.chromium.launch(executable_path=path, args=options, env=environment, timeout=WAIT_MS)
        try:
            page = browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
            page.set_default_timeout(WAIT_MS)
            yield page
        finally:
            browser.close()

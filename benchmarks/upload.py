"""What the writer's benchmark measures, each in a process of its own: the writer by itself, and an upload as a sync does it.

Keep out: the portal, and tables (``writer``).
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.data import make_sources
from benchmarks.measure import cost_of
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.schema_check import check_portal
from hubsync_assets.hubspot.values import Upsert
from hubsync_assets.hubspot.writer import Writer
from hubsync_assets.steps.upload import upload_changes
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL

__all__ = ["contacts", "planned", "upload_planned", "write_alone"]

TOKEN = "pat-benchmark"
ROWS_A_CONTACT = 1 / 1.6
"""Records of each source for a contact: some repeat a person, and some persons are in both."""


def contacts(count: int) -> Iterator[Upsert]:
    """Contacts with every field, mapped as they are pulled."""
    mapping = PropertyMapping(MODEL)
    for number in range(count):
        email = f"person{number}@example.com"
        phone = f"6{number % 10**8:08d}"
        contact = {"email": email, "name": "Ana López García", "country": "ES", "phone": phone, "company_name": "Acme",
                   "company_size": number % 1000, "mrr": number / 4}  # fmt: skip
        yield Upsert(email, mapping.to_properties(contact))


def write_alone(url: str, count: int, reserve: int = 0) -> dict[str, Any]:
    """The writer with the check before it, and nothing else: so many contacts, mapped; outcomes are dropped.

    Args:
        url: the portal.
        count: contacts to write.
        reserve: calls of each window left to others.

    Raises:
        SystemExit: not all were written, or the sums do not close.
    """
    with HubSpotClient(url, TOKEN, reserve=reserve) as client:
        check_portal(client, MODEL)
        report = Writer(client, PropertyMapping(MODEL)).write(contacts(count), lambda _: None)
    if report.acknowledged != count or not report.sums_close:
        raise SystemExit(f"not all were written, or the sums do not close: {report}")
    return {"contacts": report.acknowledged}


def planned(folder: Path, count: int, url: str) -> Path:
    """A storage folder with a plan to write about so many contacts to this portal."""
    sources = make_sources(folder, round(count * ROWS_A_CONTACT))
    home = folder / "upload"
    shutil.rmtree(home, ignore_errors=True)
    cost_of("benchmarks.merge:raw_and_merge", *sources.paths.values(), str(home / "storage"))
    cost_of("benchmarks.pipeline:plan_only", str(home), url)
    return home


def upload_planned(folder: str, url: str) -> dict[str, Any]:
    """The upload of a sync: the plan read and mapped, sent, each answer into the log, the log folded at the end.

    Raises:
        SystemExit: not all were written, or a sum does not close.
    """
    storage = Storage(MODEL, Path(folder) / "storage")
    storage.lock.acquire("benchmark")
    with SyncLog(sqlite_url(storage.folder)) as log, HubSpotClient(url, TOKEN) as client:
        report = upload_changes(storage, log, client, "benchmark")
    storage.lock.release()
    if report.acknowledged != report.planned or not (report.contacts_sum.closes and report.calls_sum.closes):
        raise SystemExit(f"not all were written, or a sum does not close: {report}")
    return {"contacts": report.acknowledged, "calls": report.calls}

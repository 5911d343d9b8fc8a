"""The page of a run, written as the run goes on: after reading, after planning, after writing.

Put here: what the page needs of the run, and where Dagster shows its path. Keep out: what stands on it (``reporting``).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import dagster as dg

from hubsync_assets.assets.describe import place_of
from hubsync_assets.errors import HubsyncError
from hubsync_assets.reporting.contents import RunHead, Stage
from hubsync_assets.reporting.disguise import Disguise
from hubsync_assets.reporting.looking_back import looked_back
from hubsync_assets.reporting.record_links import RecordPages
from hubsync_assets.reporting.run_page import run_page
from hubsync_assets.reporting.run_table import run_table
from hubsync_assets.reporting.shelf import Shelf
from hubsync_assets.resources import Sync
from hubsync_assets.tables.storage import Storage

__all__ = ["TAG", "Stage", "report_run"]

TAG = "hubsync/report"


def report_run(  # what the page has to know of the run
    sync: Sync,
    context: dg.AssetExecutionContext,
    storage: Storage,
    stage: Stage,
    *,
    portal_id: int | None = None,
    ui_domain: str = "",
    notes: Iterable[str] = (),
    results: Mapping[str, int] | None = None,
) -> dict[str, dg.TextMetadataValue]:
    """Write the run's page, or write it anew with what has come since.

    A page that cannot be written is a warning: what was synced is synced all the same.

    Args:
        sync: whose run it is.
        context: of the running asset.
        storage: its tables are as the run left them.
        stage: how far the run has come.
        portal_id: the portal, where it is known.
        ui_domain: HubSpot's host for it, where it is known.
        notes: what somebody has to know first, without contact data; empty ones are left out.
        results: after writing, how many contacts came to what.

    Returns:
        Metadata with the page's path as text (Dagster's UI opens no files); nothing where there is no page.
    """
    run_id = context.run.run_id
    try:
        settings = sync.of(context, "sources").settings(sync)
        emulator = settings.base_url if settings.target == "emulator" else None
        at = datetime.now(UTC)
        pages = RecordPages(portal_id, ui_domain, emulator)
        head = RunHead(run_id, at, stage, pages, tuple(filter(None, notes)), results or {})
        contents = looked_back(storage, head)
        disguise = Disguise(sync.model, is_full=settings.report_detail == "full")
        shelf = Shelf(settings.reports, settings.reports_kept)
        path = shelf.put(run_id, at, run_page(contents, disguise), run_table(contents, disguise))
    except HubsyncError as error:
        context.log.warning(str(error))
        return {}
    except Exception as error:  # noqa: BLE001 - a page is never worth a sync; its words may quote a contact
        context.log.warning(
            f"no report was written: a fault in hubsync_assets, please report it: {type(error).__name__} at {place_of(error)}"
        )
        return {}
    context.instance.add_run_tags(run_id, {TAG: str(path)})
    context.log.info(f"the report of this run: {path}")
    return {"report": dg.MetadataValue.text(str(path))}

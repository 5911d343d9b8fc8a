"""A contact's whole story, gathered.

Put here: the order of looking things up. Keep out: each of them, and how the story is told.
"""

from hubsync_assets.errors import HubsyncError
from hubsync_assets.explain.field_stories import field_stories
from hubsync_assets.explain.knowledge import knowledge_of
from hubsync_assets.explain.portal_look import look
from hubsync_assets.explain.records import readings_of, records_of, rejected_of
from hubsync_assets.explain.story import Story
from hubsync_assets.explain.verdict import reasons_of, verdict_of
from hubsync_assets.settings import Settings
from hubsync_assets.steps.provenance import origins_of
from hubsync_assets.sync_log.history import history_of
from hubsync_assets.sync_log.log import sqlite_url
from hubsync_assets.tables.storage import Storage

__all__ = ["gather"]


def gather(storage: Storage, settings: Settings, email: str) -> Story:
    """All about one contact; nothing is written, and no lock is needed.

    Args:
        storage: the tables.
        settings: where log and portal are.
        email: in lower case, as in ``merged_contacts``.

    Raises:
        PermanentError: the storage cannot be read.
    """
    readings, records = readings_of(storage), records_of(storage, email)
    rejected = rejected_of(storage, email, records)
    origins = origins_of(storage, email) if records else []
    fields = field_stories(storage.model, origins, records)
    known = knowledge_of(storage, email)
    history, log_problem = [], ""
    try:
        history = history_of(settings.log_url or sqlite_url(storage.folder), email)
    except HubsyncError as error:
        log_problem = str(error)
    now = look(storage.model, settings, email, known.golden)
    return Story(
        email=email,
        verdict=verdict_of(known, records, rejected, now, is_written=any(row["hubspot_id"] for row in history)),
        reasons=reasons_of(known, readings, records, rejected, fields, now),
        readings=tuple(readings),
        records=tuple(records),
        rejected=tuple(rejected),
        fields=tuple(fields),
        planned=known.planned,
        history=tuple(history),
        log_problem=log_problem,
        now=now,
    )

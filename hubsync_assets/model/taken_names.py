"""Names that a source or a field cannot have, because something else has them.

Put here: variables, asset keys and columns of the project's own. Keep out: what is said about them (``source_faults``, ``field_faults``).
"""

from collections.abc import Collection, Iterable

from hubsync_assets.model.schema import DEFAULT, EMPTY, UNREADABLE
from hubsync_assets.model.tables import CONFLICTS, FAILED, MERGED, PLAN, REJECTED, SETTLED, STATE

__all__ = ["OUTCOMES", "TAKEN_VARIABLES", "clashes", "is_taken_column"]

TAKEN_VARIABLES = frozenset(
    {
        "again_after", "again_times", "alert_url", "api_version", "approval", "automation", "cron", "emulator_beyond_loopback", "emulator_port", "file", "files", "files_every",
        "keep_log", "keep_rejected", "keep_versions", "late_after", "log_url", "look_every", "max_contacts", "memory", "only_file", "portal_label", "refused_limit", "report_detail",
        "reports", "reports_kept", "sources_off", "stage_limit", "staged", "storage", "target", "timezone", "ui_port", "unusual_clears", "unusual_overwrites", "unusual_updates", "writes",
    }
)  # fmt: skip
"""``HUBSYNC_<name>`` means something else."""

OUTCOMES = frozenset({DEFAULT, EMPTY, UNREADABLE})
"""What stands where a source's name stands, when a value is no source's."""

_TABLES = frozenset({REJECTED, MERGED, CONFLICTS, PLAN, STATE, FAILED, SETTLED})

_COLUMNS = frozenset(
    {
        "accepted", "action", "answers", "at", "attempts", "bucket", "category", "change", "changes", "cleared", "conflicts", "correlation_id", "doubt", "email", "file",
        "file_rank", "filtered", "first_at", "gone", "held", "hubspot_id", "kept", "kind", "known_from", "last_at", "mapping_version", "message", "nested", "not_given",
        "order", "person", "place", "portal", "portal_id", "position", "primary", "properties", "property", "provenance", "reason", "record_id", "records", "rejected", "row", "run_id", "said", "seen",
        "sent", "seq", "settled", "shortened", "source", "sources", "state", "there", "unreadable", "value", "waits", "whose", "written",
    }
)  # fmt: skip
"""Columns of the project's own tables."""

_OF_A_SOURCE = ("_records", "_file_rank")
_OF_A_FIELD = ("_old", "_same", "_exact", "_ours", "_rest_ours", "_refused", "_said")
"""Behind a name, they are columns, too."""


def _asset_keys(source: str) -> tuple[str, str]:
    """The keys of a source's assets."""
    return f"{source}_export", f"raw_{source}"


def is_taken_column(name: str, fields: Iterable[str], sources: Iterable[str]) -> bool:
    """Whether a field of this name would have the name of another column."""
    return (
        name in _COLUMNS
        or any(name == source + end for source in sources for end in _OF_A_SOURCE)
        or any(name == field + end for field in fields for end in _OF_A_FIELD)
    )


def clashes(source: str, others: Collection[str]) -> str | None:
    """What else would have the name of one of a source's assets; None: nothing."""
    ours = {source, *_asset_keys(source)}
    if ours & _TABLES:
        return "a table of the project"
    for other in others:
        if other != source and ours & set(_asset_keys(other)):
            return f"an asset of the source '{other}'"
    return None

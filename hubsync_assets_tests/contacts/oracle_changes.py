"""What the design says of the plan, once more and naively, one contact at a time.

Put here: plain Python. Keep out: polars, and everything of the modules it checks but the field table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hubsync_assets.model.fields import CONTACT_FIELDS, SOURCES
from hubsync_assets_tests.contacts.oracle import as_text

Row = Mapping[str, Any]
NAMES = [field.name for field in CONTACT_FIELDS]


@dataclass
class Options:
    """What a run was told, and what it is like."""

    mode: str
    clear_unknown: bool
    incomplete: dict[str, int]
    mapping_version: int
    retry_failed: bool
    now: datetime


def verdict(
    contact: Row, state: Row | None, refused: Row | None, portal: Row | None, options: Options
) -> str | dict[str, Any]:
    """``unchanged_log``, ``unchanged_portal``, a reason for holding back, or the row of the plan."""
    known_from = "log" if state else "portal" if portal else "nobody"
    changes, pending = _compared(contact, state, portal, options)
    if state and not changes and state["mapping_version"] == options.mapping_version:
        return "unchanged_log"
    if known_from == "portal" and not changes and not pending:
        return "unchanged_portal"
    if (state and _came_from_incomplete(contact, state, options.incomplete)) or (known_from == "portal" and pending):
        return "incomplete_source"
    if refused and not options.retry_failed and _stands(contact, refused, options):
        return "refused_before"
    return {
        "email": contact["email"],
        "action": "create" if known_from == "nobody" else "update",
        "known_from": known_from,
        "hubspot_id": state["hubspot_id"] if state else portal["hubspot_id"] if portal else None,
        "changes": changes,
        "cleared": [change["field"] for change in changes if change["new"] is None],
        **{name: contact[name] for name in NAMES},
        **{f"{source}_records": contact[f"{source}_records"] for source in SOURCES},
        **{f"{source}_file_rank": contact[f"{source}_file_rank"] for source in SOURCES},
    }


def is_confirmed(contact: Row, state: Row, refused: Row | None, options: Options) -> bool:
    """Whether the log should say anew that a contact is as the state says."""
    if options.incomplete:
        return False
    if any(contact[f"{source}_records"] != state[f"{source}_records"] for source in SOURCES):
        return True
    return refused is not None and (options.retry_failed or not _stands(contact, refused, options))


def _compared(contact: Row, state: Row | None, portal: Row | None, options: Options) -> tuple[list[Row], bool]:
    """The fields that change, and whether a value waits to be cleared until all sources are whole."""
    changes: list[Row] = []
    pending = False
    ours = state is not None and state["written"]
    may_clear = options.mode == "replace" and (ours or options.clear_unknown)
    for name in NAMES:
        new, old, equal = contact[name], None, False
        if state:
            old, equal = as_text(state[name]), state[name] == new
        elif portal:
            old, equal = portal[f"{name}_old"], bool(portal[f"{name}_same"])
        clears = new is None and old is not None and may_clear
        pending = pending or (clears and bool(options.incomplete))
        if (new is not None and not equal) or (clears and not options.incomplete):
            changes.append({"field": name, "old": old, "new": as_text(new)})
    return changes, pending


def _came_from_incomplete(contact: Row, state: Row, incomplete: Mapping[str, int]) -> bool:
    for source, broken_rank in incomplete.items():
        if state[f"{source}_records"] > 0:
            if contact[f"{source}_records"] < state[f"{source}_records"]:
                return True
            rank = contact[f"{source}_file_rank"]
            if rank is not None and rank > broken_rank:
                return True
    return False


def _stands(contact: Row, refused: Row, options: Options) -> bool:
    if refused["mapping_version"] != options.mapping_version or any(refused[name] != contact[name] for name in NAMES):
        return False
    return not (refused["category"] == "CONFLICT" and refused["last_at"] < options.now - timedelta(days=7))

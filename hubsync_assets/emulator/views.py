"""What can be looked at over the control path: by tests, and by the page.

Put here: reads of a portal as JSON. Keep out: everything that changes it (``control``).
"""

from typing import Any

from hubsync_assets.emulator.bounds import query_count
from hubsync_assets.emulator.clock import iso
from hubsync_assets.emulator.emails import normalise
from hubsync_assets.emulator.faults import KINDS
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.shapes import all_values, source_json

__all__ = ["Views"]

MOST = 10_000


class Views:
    """The reads of one portal. Each takes the query; ValueError says what is wrong with it."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def state(self, _query: dict[str, str]) -> dict[str, object]:
        """Who this is, how full the windows are, which faults wait; ``seconds`` are the busy ones of the last two minutes."""
        now = self.portal.clock.now()
        limits, faults = self.portal.limits, self.portal.faults
        limits.roll(now, self.portal.switches.time_zone)
        return {
            "emulator": "hubspot",
            "portal_id": self.portal.id,
            "contacts": self.portal.contacts.count(),
            "now": now,
            "burst": limits.tier.burst,
            "burst_used": limits.fullest(now),
            "daily": limits.tier.daily,
            "today": limits.today,
            "resets_at": iso(limits.resets_at()),
            "seconds": limits.recent(),
            "last_call": self.portal.calls.last_id,
            "faults": [{"kind": fault.kind, "times": fault.times, "path": fault.path} for fault in faults.ordered],
            "rates": faults.rates,
            "kinds": KINDS,
        }

    def calls(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """The newest calls, oldest first; ``after``: only those with a greater number."""
        after, limit = query_count(query, "after", 0), query_count(query, "limit", MOST, MOST)
        return [call.as_dict() for call in reversed(self.portal.calls.newest(limit)) if call.id > after]

    def contacts(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """Every property of a page of live contacts by id: ``after`` (an id) and ``limit``."""
        limit, after = query_count(query, "limit", 1000, MOST), query_count(query, "after", 0)
        page = self.portal.contacts.page(limit, after)
        return [{"id": str(contact.id), **all_values(contact)} for contact in page]

    def look(self, query: dict[str, str]) -> dict[str, Any]:
        """For the page: contacts, the last made first, whose values hold ``text``; ``skip`` and ``limit``."""
        limit, skip = query_count(query, "limit", 25, 200), query_count(query, "skip", 0)
        text = query.get("text", "")
        contacts = self.portal.contacts
        found = contacts.holding(text, limit + 1, skip) if text else contacts.newest(limit + 1, skip)
        return {
            "contacts": [{"id": str(contact.id), **all_values(contact)} for contact in found[:limit]],
            "more": len(found) > limit,
        }

    def contact(self, query: dict[str, str]) -> dict[str, Any]:
        """One contact, live or archived, and what each write changed, newest first; ValueError if there is none.

        Named by ``id``, or by ``email``: the live one with that address.
        """
        email = normalise(query.get("email", ""))
        identity = self.portal.contacts.owners([email]).get(email, 0) if email else query_count(query, "id", 0)
        found = self.portal.contacts.get([identity]) or self.portal.contacts.get([identity], archived=True)
        if not found:
            raise ValueError(f"There is no contact {email or identity}.")
        contact = found[identity]
        history = [
            {
                "at": iso(version.at),
                **source_json(version.source),
                "changes": version.changes,
                "call": version.call,
                "path": self.portal.calls.path_of(version.call),
            }
            for version in reversed(self.portal.contacts.versions([identity]))
        ]
        return {
            "id": str(identity),
            "archived": contact.archived is not None,
            "properties": all_values(contact),
            "history": history,
        }

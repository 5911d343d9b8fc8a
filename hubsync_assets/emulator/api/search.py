"""Search: ``POST .../contacts/search``, as much as is needed for ``total`` and simple filters.

Keep out: reads by id (``reading``).
"""

from hubsync_assets.emulator.answers import Answer, invalid
from hubsync_assets.emulator.portal import Ask, Portal
from hubsync_assets.emulator.shapes import contact_json, selected

__all__ = ["search"]


def search(portal: Portal, ask: Ask) -> Answer:
    """A page of live contacts, and how many there are in all."""
    body = ask.json()
    limit = body.get("limit", 10)
    if not isinstance(limit, int) or not 0 <= limit <= 200:
        raise invalid("limit must be between 0 and 200")
    if body.get("filterGroups"):
        raise invalid("filterGroups are not emulated yet")
    page = portal.contacts.page(limit)
    names = [str(it) for it in body.get("properties") or []]
    results = [contact_json(portal, it, selected(portal, it, names)) for it in page]
    return Answer(200, {"total": portal.contacts.count(), "results": results})

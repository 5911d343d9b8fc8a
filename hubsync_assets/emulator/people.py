"""What people do in HubSpot while a sync looks away: edit, archive, erase and merge contacts, over the control path.

Put here: one method for each thing that somebody does to a contact that is there, named by id or by any of its addresses.
Keep out: making contacts (``seeding``) and what becomes of those that go (``removal``).
"""

from typing import Any

from hubsync_assets.emulator import emails, removal, seeding
from hubsync_assets.emulator.api.batching import record_id
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.records import Contact

__all__ = ["People"]


class People:
    """The deeds in one portal. Each takes the request's JSON object; ValueError says what is wrong with it.

    ``at``, ``sourceType``, ``sourceId`` and ``updatedByUserId`` say when and who; a person, now, without them.
    """

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def edit(self, body: dict[str, Any]) -> dict[str, object]:
        """Set values of a contact; ``email`` too, and a secondary address there changes places with the primary one."""
        with self.portal.database.transaction():
            contact = self._named(body["contact"])
            who, at = seeding.source_of(body), seeding.time_of(self.portal, body, contact)
            return {"id": str(seeding.edit(self.portal, contact, body["properties"], source=who, at=at).id)}

    def archive(self, body: dict[str, Any]) -> dict[str, object]:
        """Archive a contact."""
        with self.portal.database.transaction():
            contact = self._named(body["contact"])
            who, at = seeding.source_of(body), seeding.time_of(self.portal, body, contact)
            removal.archive(self.portal, [contact], source=who, at=at)
            return {"id": str(contact.id)}

    def erase(self, body: dict[str, Any]) -> dict[str, object]:
        """Erase a contact and its history for good (GDPR)."""
        with self.portal.database.transaction():
            contact = self._named(body["contact"])
            removal.erase(self.portal, contact)
            return {"id": str(contact.id)}

    def merge(self, body: dict[str, Any]) -> dict[str, object]:
        """Merge the contact ``other`` into ``primary``; the id is the survivor's."""
        with self.portal.database.transaction():
            primary, other = self._named(body["primary"]), self._named(body["other"])
            who, at = seeding.source_of(body), seeding.time_of(self.portal, body, primary, other)
            return {"id": str(removal.merge(self.portal, primary, other, source=who, at=at).id)}

    def _named(self, key: object) -> Contact:
        """A live contact by id or address."""
        email = emails.normalise(str(key))
        identity = self.portal.contacts.owners([email]).get(email, 0) or record_id(email)
        contact = self.portal.contacts.get([identity]).get(identity)
        if contact is None:
            raise ValueError(f"There is no contact {key}: name one that is there by its id or by one of its addresses.")
        return contact

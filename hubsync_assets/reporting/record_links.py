"""Where a person looks at a record: HubSpot's page of it, or the emulator's.

Put here: addresses. Keep out: which record a contact is.
"""

from dataclasses import dataclass

__all__ = ["RecordPages"]


@dataclass(frozen=True, slots=True)
class RecordPages:
    """The pages of one portal's records.

    Attributes:
        portal_id: None: it is not known, and records have no page.
        ui_domain: HubSpot's host for this portal, such as ``app-eu1.hubspot.com``; empty: the usual one, which sends people on.
        emulator: the emulator's address; None: it is HubSpot.
    """

    portal_id: int | None
    ui_domain: str = ""
    emulator: str | None = None

    def of(self, hubspot_id: str | None) -> str | None:
        """The page of a record; None: its id is not known."""
        if not hubspot_id or not hubspot_id.isdigit():
            return None
        if self.emulator is not None:
            return f"{self.emulator}/?contact={hubspot_id}"
        if self.portal_id is None:
            return None
        return f"https://{self.ui_domain or 'app.hubspot.com'}/contacts/{self.portal_id}/record/0-1/{hubspot_id}"

    @property
    def words(self) -> str:
        """Which portal this is."""
        portal = "a portal that is not known yet" if self.portal_id is None else f"portal {self.portal_id}"
        if self.emulator is not None:
            return f"the local emulator at {self.emulator} ({portal}); nothing left this machine"
        return f"HubSpot, {portal}" + (f" on {self.ui_domain}" if self.ui_domain else "")

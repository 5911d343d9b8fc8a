"""What the portal tells us, and what we tell it, as plain values.

Put here: the dataclasses that pass between this room's modules and its callers. Keep out: code that does something.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "Account",
    "DailyQuota",
    "Outcome",
    "OutcomeKind",
    "Page",
    "PortalContact",
    "PropertySchema",
    "ReadAnswer",
    "RefusedValue",
    "Upsert",
]

OutcomeKind = Literal["created", "updated", "refused", "gone", "unsent"]


@dataclass(frozen=True, slots=True)
class Account:
    """Which portal the token belongs to. ``time_zone`` is an IANA name: the daily limit resets at midnight there."""

    portal_id: int
    time_zone: str
    account_type: str = ""
    ui_domain: str = ""


@dataclass(frozen=True, slots=True)
class DailyQuota:
    """How many calls the portal's private apps may make a day together, and how many of them are left."""

    limit: int
    left: int


@dataclass(frozen=True, slots=True)
class PortalContact:
    """A contact as HubSpot holds it.

    ``email``: the address that was asked for (``read_contacts``), or the primary one (``list_contacts``, None: the contact has none),
    lower-cased. ``properties``: as HubSpot sent them, None where it holds nothing. ``additional_emails``: lower-cased.
    """

    id: str
    email: str | None = field(repr=False)
    properties: Mapping[str, str | None] = field(repr=False)
    additional_emails: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """Every email that was asked for is in exactly one of the two: ``found`` (as the contact's ``email``) or ``missing``."""

    found: list[PortalContact]
    missing: list[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the portal's contacts. ``after``: pass it to get the next page; None: this was the last."""

    contacts: list[PortalContact]
    after: str | None


@dataclass(frozen=True, slots=True)
class PropertySchema:
    """A property of the portal.

    ``options``: the internal values it takes, each with its label (empty unless ``type`` is ``enumeration``). ``calculated``: HubSpot works it
    out itself, so that it is ``read_only``, too.
    """

    name: str
    type: str
    field_type: str
    read_only: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    calculated: bool = False

    @property
    def takes_several(self) -> bool:
        """Whether a value may be several options, with a semicolon between them."""
        return self.type == "enumeration" and self.field_type == "checkbox"


@dataclass(frozen=True, slots=True)
class Upsert:
    """One contact to write.

    Attributes:
        email: Lower-case, the key.
        properties: In HubSpot's form. ``email`` is among them only where the contact is to be created.
        hubspot_id: Of the record to update; None: it is created, or updated by its email.
    """

    email: str = field(repr=False)
    properties: Mapping[str, str] = field(repr=False)
    hubspot_id: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedValue:
    """A value that HubSpot did not take, so that its contact was written without it.

    Attributes:
        property_name: The property.
        category: Why, in one word: HubSpot's code.
        message: Why, in a sentence for people, which may quote the value; for tables, not for logs.
        correlation_id: HubSpot's id of the answer that refused it.
    """

    property_name: str
    category: str
    message: str = field(repr=False)
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one ``Upsert``. Every pulled upsert gets exactly one.

    Attributes:
        email: The upsert's email.
        kind: ``created`` or ``updated``: HubSpot said so (``created``: its ``new`` was true), or was found to hold
            what we sent (then ``updated``, because it does not say which). ``refused``: HubSpot, or the check before sending, does not accept
            this content. ``gone``: HubSpot has no record of this id any more, and none with this email; nothing was written.
            ``unsent``: not the contact's fault; send it again next time.
        hubspot_id: The record's id; with ``created`` and ``updated``.
        category: Why, in one word, with ``refused`` and ``unsent``: HubSpot's own category or code, or one of ours in lower case
            (``not_sendable``, ``not_confirmed``, ``moved``: the email is now another record's than the one to update, or the name of
            what stopped the run).
        message: Why, in a sentence for people, which may quote the contact; for tables, not for logs.
        correlation_id: HubSpot's id of the answer that decided.
        attempts: How many write calls carried this contact.
        left_out: With ``created`` and ``updated``: the values that HubSpot refused, and without which it took the contact. With
            ``refused``: all that an update had, each of them refused for itself; nothing is wrong with the contact.
    """

    email: str = field(repr=False)
    kind: OutcomeKind
    hubspot_id: str | None = None
    category: str | None = None
    message: str | None = field(default=None, repr=False)
    correlation_id: str | None = None
    attempts: int = 0
    left_out: tuple[RefusedValue, ...] = ()

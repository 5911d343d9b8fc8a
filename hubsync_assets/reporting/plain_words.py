"""The project's own words, as people who do not know it would say them.

Put here: one phrase for each word of plans, holds and rejects. Keep out: HubSpot's codes (``refused_words``).
"""

from hubsync_assets.model.actions import (
    CLEAR,
    CREATE,
    FILL,
    NEVER_CLEAR,
    ONLY_FILL,
    OVERWRITE,
    OVERWRITE_THEIRS,
    REFUSED,
    SET_ONCE,
    THEIRS,
)

__all__ = ["ACTION_WORDS", "HELD_WORDS", "REASON_WORDS", "SETTLED_WORDS"]

ACTION_WORDS = {
    CREATE: "Set with a new contact",
    FILL: "Filled where HubSpot had nothing",
    OVERWRITE: "Changed from what we wrote before",
    OVERWRITE_THEIRS: "Changed from what somebody else wrote",
    CLEAR: "Made empty",
}

HELD_WORDS = {
    "incomplete_source": "a source was not read whole, so what it does not say is no proof",
    "source_in_doubt": "a source's last reading is in doubt until somebody accepts it",
    "unreadable_value": "a value in a source could not be read, so HubSpot keeps what it has",
    "refused_before": "HubSpot refused it as it is, and nothing has changed since",
    "not_in_portal": "it is new, and hubsync.yaml says create: false",
    "already_in_portal": "it is in HubSpot, and hubsync.yaml says update: false",
    "gone_in_hubspot": "somebody deleted, merged or erased it in HubSpot",
    "same_hubspot_record": "two contacts of the sources are one record in HubSpot",
}
"""Why a contact is held back."""

SETTLED_WORDS = {
    THEIRS: ("somebody changed it in HubSpot, and edited: theirs keeps that", "change the value in the source, or the field's write: in hubsync.yaml"),
    ONLY_FILL: ("HubSpot has a value already, and the field is only filled (write: fill)", "empty it in HubSpot, or declare write: overwrite"),
    SET_ONCE: ("the field is only written with new contacts (write: set_once)", "write it in HubSpot by hand, or declare write: overwrite"),
    NEVER_CLEAR: ("the sources have nothing there, and nothing is made empty", "empty it in HubSpot by hand, or declare write: overwrite and run with mode: replace"),
    REFUSED: ("HubSpot does not take the value", "see below what HubSpot wants"),
}  # fmt: skip
"""Why a value is not sent, and what would free it."""

REASON_WORDS = {
    "missing_email": ("the record has no email", "give it one at its source, or let it go: without one nobody can tell whose it is"),
    "invalid_email": ("the email is none", "correct it at its source"),
    "malformed": ("the line is broken: it does not fit its header, or is not JSON", "export it again, or correct the line"),
    "not_an_object": ("what stands there is no record", "export it again"),
    "invalid_value": ("a value does not fit its field; the contact goes on without it", "correct it at its source, or declare the field's format in hubsync.yaml"),
}  # fmt: skip
"""Why a record or a value could not be read, and what would help."""

"""What each column of a table holds, in words for people who see it in Dagster for the first time, and what is always true of it.

Put here: words. Keep out: names and dtypes (``model.schema``).
"""

from collections.abc import Mapping

import dagster as dg

from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.tables import CONFLICTS, FAILED, MERGED, PLAN, REJECTED, SETTLED, STATE

__all__ = ["KEYS", "column_schema"]

KEYS: Mapping[str, tuple[str, ...]] = {
    REJECTED: ("source", "file", "position", "field"),
    MERGED: ("email",),
    CONFLICTS: ("email", "field"),
    PLAN: ("email",),
    STATE: ("email",),
    FAILED: ("email", "property"),
    SETTLED: ("email", "field"),
}
"""The columns that tell the rows of a table apart; of every raw table ``_RAW_KEY`` do."""

_RAW_KEY = ("file", "position")

_RUN = "The Dagster run that it came from."
_ID = "The contact's record id in HubSpot."
_ATTEMPTS = "How many runs have tried."
_CORRELATION = "The correlation id of HubSpot's answer, which its support asks for."
_MAPPING = "Which version of the declared mapping wrote it: an older one is written anew where that makes a difference."

_RAW = {
    "file": "The file (or table) in which the record stands.",
    "file_rank": "0 for the source's newest file, 1 for the one before it, and so on.",
    "position": "The number of the record in its file, from 1; every record counts, also those that cannot be synced.",
    "record_id": "What the database calls the record; empty where the source is files.",
    "unreadable": "Fields with a text that does not fit them: nobody knows their value, so they clear nothing.",
    "not_given": "Fields that this record does not speak of, although its file has them.",
    "rejected": "True: the record cannot be synced, and is here only because it names a contact whose values it may have held.",
    "filtered": "True: the declaration's `where` leaves the record out.",
}

_OF: Mapping[str, Mapping[str, str]] = {
    REJECTED: {
        "source": "The source that it was read from.",
        "file": _RAW["file"],
        "position": _RAW["position"],
        "field": "The field whose value was dropped; empty: the whole record cannot be synced.",
        "reason": "Why, as one word to count by.",
        "message": "Why, as a sentence.",
        "raw": "The text as it stands in the source.",
        "record_id": _RAW["record_id"],
    },
    CONFLICTS: {
        "field": "The field on which the contact's records disagree.",
        "kept": "The value that was kept, as text.",
        "kept_source": "The source that it is from.",
        "not_kept": "The values that were not kept, each with its source.",
        "rule": "The rule that decided, as declared (`keep`).",
    },
    PLAN: {
        "action": "`create`: HubSpot does not have the contact. `update`: it has, with other values.",
        "known_from": "How we know whether HubSpot has the contact: `log`: we wrote it before; `portal`: it was found there now; `nobody`: it is new.",
        "hubspot_id": f"{_ID} Empty for a new contact.",
        "changes": "Property by property: `old` is what HubSpot holds now, `new` what it is to hold, `action` what that is (create, fill, overwrite, overwrite_theirs, clear).",
        "properties": "What is sent, as a JSON object of HubSpot's properties; an empty text makes a property empty.",
        "sent": "The fields that are written.",
        "cleared": "The fields that are made empty.",
        "settled": "Values of a new contact that are not sent, and why (JSON).",
        "mapping_version": _MAPPING,
    },
    STATE: {
        "hubspot_id": _ID,
        "written": "True: we wrote the contact. False: HubSpot was only seen to hold our values, which somebody else put there.",
        "mapping_version": _MAPPING,
        "run_id": "The run that last heard from HubSpot about the contact.",
        "at": "When that was (UTC).",
    },
    FAILED: {
        "property": "The HubSpot property whose value was refused; empty: the whole contact was.",
        "mapping_version": _MAPPING,
        "category": "HubSpot's word for the reason, or ours in lower case.",
        "message": "What is wrong, and what would help.",
        "correlation_id": _CORRELATION,
        "attempts": _ATTEMPTS,
        "first_at": "When it was refused first (UTC).",
        "last_at": "When it was refused last (UTC).",
        "run_id": _RUN,
    },
    SETTLED: {
        "field": "The field whose value is not sent.",
        "value": "What the sources had, as text; empty: nothing.",
        "decision": "Why it is not sent: theirs (somebody else's value is kept), only_fill, set_once, never_clear, or refused (HubSpot does not take it).",
        "digest": "Names the policy and the property that led to it: when one changes, it is decided anew.",
        "property": "The HubSpot property that does not take it.",
        "category": "HubSpot's word for the reason, or ours in lower case.",
        "message": "What is wrong, and what would help.",
        "correlation_id": _CORRELATION,
        "attempts": _ATTEMPTS,
        "first_at": "When it was decided first (UTC).",
        "at": "When it was decided last (UTC).",
        "run_id": _RUN,
    },
}


def column_schema(model: ContactModel, table: str) -> dg.TableSchema:
    """The columns of a table as Dagster shows them: dtype, description, constraints; and the table's key."""
    words = _words(model, table)
    key = KEYS.get(table, _RAW_KEY)
    columns = [
        dg.TableColumn(name, _short(str(dtype)), description=words[name], constraints=_constraints(name, key))
        for name, dtype in model.tables.columns[table].items()
    ]
    return dg.TableSchema(columns, constraints=dg.TableConstraints([f"key: {', '.join(key)}"]))


def _short(dtype: str) -> str:
    """An Enum without its words, which the description has."""
    return dtype.partition("(categories")[0]


def _constraints(name: str, key: tuple[str, ...]) -> dg.TableColumnConstraints:
    is_key = name in key
    # A rejected record has no field, and a refused contact no property, so only what is a key by itself is never empty.
    return dg.TableColumnConstraints(
        nullable=key != (name,), unique=key == (name,), other=["part of the key"] if is_key else []
    )


def _words(model: ContactModel, table: str) -> dict[str, str]:
    """A description of every column."""
    words = {"email": "The contact's email, in lower case: what tells contacts apart."}
    for field in model.contact_fields:
        where = " and ".join(target.property.name for target in field.targets)
        words[field.name] = (
            f"The declared field {field.name} ({field.kind}).{f' In HubSpot: {where}.' if where else ''}"
        )
        words[f"{field.name}:from"] = (
            f"Whose {field.name} it is: a source (with ?: something that cannot be read might have decided), default, empty (a source "
            "says that there is none), unreadable; nothing: no record speaks of it."
        )
        words[f"{field.name}:source"] = (
            f"Whose {field.name} HubSpot got: a source, default, (gone) a source no longer declared, or (seen) somebody else's."
        )
        words[f"{field.name}:ours"] = f"True: we wrote {field.name}. False: HubSpot was only seen to hold it."
    for source in model.sources:
        words[f"{source}_records"] = (
            f"How many records of {source} the contact was made from; 0: {source} does not have it."
        )
        words[f"{source}_file_rank"] = f"Which file of {source} has the contact: 0 is the newest; empty: none."
    return {**words, **_OF.get(table, _RAW)}

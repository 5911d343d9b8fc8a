"""The columns of a source that a test declares."""

from typing import Any

from hubsync_assets.model.columns import Columns
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync

__all__ = ["columns_of"]

FIELDS = {
    "email": {"kind": "email"},
    "name": {"kind": "text"},
    "city": {"kind": "text"},
    "size": {"kind": "whole"},
    "price": {"kind": "number"},
}


def columns_of(fields: dict[str, Any] = FIELDS, **source: Any) -> Columns:
    """What to look for where a source and its fields are declared like this."""
    declared = {"sources": {"crm": {"read": "x.json", **source}}, "fields": fields}
    return ContactModel(ContactSync.model_validate(declared)).columns("crm")

"""Declarations in few words, and records of theirs.

Put here: how a test of rules writes down what a contact is. Keep out: what is expected of it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from hubsync_assets.contacts.answers import Gives
from hubsync_assets.contacts.merge import merge_bucket
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.model.faults import faults_of

ANNA = "anna@example.com"

Row = Mapping[str, Any]


def declared(
    fields: Mapping[str, Any], *, sources: Mapping[str, Any] | None = None, together: Sequence[Sequence[str]] = ()
) -> ContactModel:
    """The contact of these fields and an email; of the sources ``crm`` and ``shop`` unless others are named."""
    sync = ContactSync.model_validate(
        {
            "sources": {name: {"read": "x.csv", **keys} for name, keys in (sources or {"crm": {}, "shop": {}}).items()},
            "fields": {"email": {"kind": "email"}, **fields},
            "together": together,
        }
    )
    assert list(faults_of(sync)) == []
    return ContactModel(sync)


def raw(model: ContactModel, *rows: Row) -> pl.DataFrame:
    """Kept records of Anna in the first source's newest file, unless a row says otherwise; positions from 1."""
    usual = {"email": ANNA, "source": model.sources[0], "file": "x.csv", "file_rank": 0}
    numbered = [{**usual, "position": number, **row} for number, row in enumerate(rows, 1)]
    return pl.DataFrame(numbered, schema={**model.schema.raw, "source": pl.String}, orient="row")


def golden(model: ContactModel, *rows: Row, gives: Gives | None = None) -> dict[str, Any]:
    """Anna's golden record."""
    (contact,) = merge_bucket(model, raw(model, *rows), gives or Gives()).contacts.to_dicts()
    return dict(contact)


def said(model: ContactModel, *rows: Row, gives: Gives | None = None) -> dict[str, tuple[Any, str | None]]:
    """Of each field of Anna's golden record the value, and where it is from."""
    contact = golden(model, *rows, gives=gives)
    return {name: (contact[name], contact[f"{name}:from"]) for name in model.names}


def day(number: int) -> datetime:
    """A moment in January."""
    return datetime(2026, 1, number, tzinfo=UTC)

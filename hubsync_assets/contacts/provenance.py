"""Whose value each field of a contact is, and who could have decided otherwise: answered from the contact's raw records.

The merged table keeps of this just the source. Nothing is decided here: the merge's own functions are asked which record wins.
Keep out: where the raw records lie (``steps.provenance``).
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from hubsync_assets.contacts.answers import Gives, unreadable
from hubsync_assets.contacts.candidates import candidates, in_order, without_filtered
from hubsync_assets.contacts.decisions import decide
from hubsync_assets.contacts.errors import several_contacts
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["Origin", "Place", "field_origins"]


@dataclass(frozen=True, slots=True)
class Place:
    """A record in a file of a source.

    Attributes:
        source: its name.
        file: the file's name, as in the raw table.
        position: the 1-based number of the record in its file.
    """

    source: str
    file: str
    position: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a field of a contact comes from.

    Attributes:
        field: the field.
        value: what the merged table has; None where there is no value.
        said: what the merged table has in ``<field>:from``, one of ``Schemas.said`` or None.
        place: the record whose value it is: of several that have it, the first in candidate order. None where there is no value.
        rule: by which rule it won.
        unreadable: the records that count and have something unreadable there, in candidate order.
    """

    field: str
    value: Any
    said: str | None
    place: Place | None
    rule: Rule
    unreadable: tuple[Place, ...]


def field_origins(model: ContactModel, records: pl.DataFrame, gives: Gives) -> list[Origin]:
    """Of each field of one contact: value, source, file and position of whose value it is, and who has something unreadable there.

    Args:
        model: what a contact is.
        records: all raw records of the contact, of all sources: ``Schemas.raw`` and ``source``, in any order.
        gives: which fields the files of the sources give.

    Returns:
        An origin for each field in the order of the fields; nothing where there are no records. Where all records were rejected,
        the merged table has no such contact, and no field has a value.

    Raises:
        ContactsError: these are records of more than one contact, or lack columns.

    Example:
        Both sources know Ada's name, so it is db1's; her phone only the second one:

        >>> from hubsync_assets.model.declaration import ContactSync
        >>> model = ContactModel(
        ...     ContactSync.model_validate(
        ...         {
        ...             "sources": {"db1": {"read": "one.csv"}, "db2": {"read": "two.csv"}},
        ...             "fields": {"email": {"kind": "email"}, "name": {"kind": "text"}, "phone": {"kind": "phone"}},
        ...         }
        ...     )
        ... )
        >>> ada = {"email": "ada@example.com", "name": "Ada", "file_rank": 0}
        >>> records = pl.DataFrame(
        ...     [
        ...         {**ada, "source": "db1", "file": "one.csv", "position": 7, "unreadable": ["phone"]},
        ...         {**ada, "source": "db2", "file": "two.json", "position": 3, "phone": "612345678"},
        ...     ],
        ...     schema={**model.schema.raw, "source": pl.String},
        ... )
        >>> origins = {origin.field: origin for origin in field_origins(model, records, Gives())}
        >>> origins["name"].said, origins["name"].place
        ('db1', Place(source='db1', file='one.csv', position=7))
        >>> origins["phone"].said, origins["phone"].place
        ('db2?', Place(source='db2', file='two.json', position=3))
        >>> origins["phone"].unreadable
        (Place(source='db1', file='one.csv', position=7),)
    """
    if records.is_empty():
        return []
    if records[model.key.name].n_unique() > 1:
        raise several_contacts("the records of a contact")
    in_turn = in_order(model, without_filtered(candidates(model, records, gives)))
    files = {
        (str(source), rank): file
        for source, rank, file in records.select("source", "file_rank", "file").unique().iter_rows()
    }
    rows = in_turn.to_dicts()
    places = [Place(row["source"], files[row["source"], row["file_rank"]], row["position"]) for row in rows]
    origins = []
    decided = decide(model, in_turn, contacts=1)
    for field in model.contact_fields:
        won = decided[field.name]
        row = won.row.item()
        name = unreadable(field.name)
        bad = tuple(place for place, said in zip(places, rows, strict=True) if said.get(name))
        place = None if row is None else places[row]
        origins.append(Origin(field.name, won.values.item(), won.said.item(), place, field.rule, bad))
    return origins

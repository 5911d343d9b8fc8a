"""A query of a database, read whole, for the tests of this folder.

Keep out: what must come of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.sources.databases.address import DatabaseAddress
from hubsync_assets.sources.databases.query import Query
from hubsync_assets.sources.databases.query_reading import QueryReading, QuerySpec
from hubsync_assets.sources.files.source_file import Known
from hubsync_assets.sources.readers.chunks import Chunk

EMAIL = {"email": {"kind": "email"}}


def model(source: dict[str, object] | None = None, **fields: object) -> ContactModel:
    """A contact with an email and these fields, from one source."""
    sync = {
        "sources": {"crm": {"read": "env:CRM", "table": "contacts", "id": "id", **(source or {})}},
        "fields": {**EMAIL, **fields},
    }
    return ContactModel(ContactSync.model_validate(sync))


@dataclass
class Answer:
    """What came."""

    rows: list[dict[str, object]] = field(default_factory=list)
    ids: list[str | None] = field(default_factory=list)
    broken: list[dict[str, object]] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    complete: bool = True
    raw: list[str] = field(default_factory=list)


def spec(
    url: str, query: Query, *, required: tuple[str, ...] = (), seconds: float = 60, allow_plain: bool = False
) -> QuerySpec:
    return QuerySpec(DatabaseAddress.of("crm", url, allow_plain=allow_plain), query, required, seconds)


def read(asked: QuerySpec, of: ContactModel, known: Known | None = None) -> Answer:
    """All of it."""
    return answer(QueryReading(asked, of.columns("crm"), known))


def answer(reading: QueryReading) -> Answer:
    """All that comes of a reading."""
    return collected(reading.chunks())


def collected(chunks: Iterable[Chunk]) -> Answer:
    """What these chunks have."""
    came = Answer()
    for chunk in chunks:
        came.rows += chunk.rows.to_dicts()
        came.ids += chunk.ids.to_list() if chunk.ids is not None else []
        came.broken += chunk.broken.to_dicts()
        came.unknown |= chunk.unknown
        came.complete = came.complete and chunk.complete
        positions = chunk.rows["position"].cast(pl.UInt64)
        came.raw += chunk.raw_text(positions).to_list()
    return came

"""How each field was written to HubSpot, for each version of that which there was: what ``mapping_version`` of an answer means.

Put here: the table, and the first of its rows, which logs of earlier versions do not have. Keep out: how a field is written
(``hubspot.mapping``), and what follows where that has changed (``contacts.staleness``).
"""

import json
from collections.abc import Mapping

import sqlalchemy as sa

from hubsync_assets.sync_log.answers import METADATA

__all__ = ["FIRST", "MAPPINGS", "known_mappings", "number_of"]

MAPPINGS = sa.Table(
    "mappings",
    METADATA,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    # JSON: by field, how it is written.
    sa.Column("fields", sa.Text, nullable=False),
)

FIRST: dict[str, str] = {
    "name": "firstname lastname: first_word_and_rest",
    "country": "country: alpha2 country",
    "phone": "phone: e164",
    "company_name": "company: as_is",
    "company_size": "company_size: as_is whole",
    "mrr": "mrr: as_is number",
}
"""Version 1: how contacts were written before the log kept that."""


def known_mappings(connection: sa.Connection) -> dict[int, dict[str, str]]:
    """All that there were, by version."""
    rows = connection.execute(sa.select(MAPPINGS.c.version, MAPPINGS.c.fields)).all()
    return {1: FIRST, **{int(version): json.loads(fields) for version, fields in rows}}


def number_of(connection: sa.Connection, mapping: Mapping[str, str]) -> int:
    """The version of a mapping; a new one is noted."""
    known = known_mappings(connection)
    found = next((version for version, fields in known.items() if fields == mapping), None)
    if found is not None:
        return found
    version = max(known) + 1
    connection.execute(MAPPINGS.insert().values(version=version, fields=json.dumps(dict(mapping), sort_keys=True)))
    return version

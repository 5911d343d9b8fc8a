"""What of a declaration decides what, in a form that can be compared with that of a time before.

Put here: for reading and merging, which keys matter, so that a change makes stale what follows from it and nothing else. Keep out: comparing
(``steps``), and how fields are written to HubSpot, which the log keeps (``hubspot.mapping``).
"""

import hashlib
import json
from typing import Any

from hubsync_assets.kinds.field import Field
from hubsync_assets.model.aliases import RELEASE, aliases_of
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import Source

__all__ = ["merging_digest", "reading_digests"]

_OF_SOURCE = {"decimal", "null_words", "where", "encoding", "delimiter", "absent", "rank", "records", "pages"}

_NOT_READ = {"name", "property_", "keep", "write", "default", "form", "region", "region_from"}
"""Keys of a field that say what becomes of a value that has been read."""


def reading_digests(model: ContactModel, source: str, release: int = RELEASE) -> dict[str, str]:
    """What decides the rows of a source's raw table: by field, and under ``""`` for all of them; ``release``: of the table of aliases."""
    declared = model.source(source)
    of_fields = {field.name: _digest(_reading_of(field, declared, release)) for field in model.fields}
    # Not where it is left out, so that what was read before there was this key need not be read again.
    of_source = _OF_SOURCE | ({"sheet"} if declared.sheet is not None else set())
    return {"": _digest(declared.model_dump(mode="json", include=of_source)), **of_fields}


def merging_digest(model: ContactModel) -> str:
    """What decides the golden records, beside the raw tables."""
    fields = {
        field.name: [field.kind, field.model_dump(mode="json", include={"keep", "default"})]
        for field in model.contact_fields
    }
    return _digest([list(model.sources), fields, model.declared.together])


def _reading_of(field: Field, source: Source, release: int) -> Any:  # noqa: ANN401 - of JSON
    return [
        field.model_dump(mode="json", exclude=_NOT_READ),
        source.columns.get(field.name),
        source.constants.get(field.name),
        None if field.name in source.columns else [aliases_of(field.name, release) or None, field.has_rest],
    ]


def _digest(value: Any) -> str:  # noqa: ANN401 - of JSON
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]

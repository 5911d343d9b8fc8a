"""What a declaration takes away from one run to the next, which a person has to confirm: it may clear values in HubSpot.

Put here: sources that are not declared any more, and other records that count. Keep out: what else follows from a change (``model.digests``).
"""

from collections.abc import Collection, Mapping
from typing import Any

from hubsync_assets.errors import PermanentError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.tables import REJECTED
from hubsync_assets.tables.storage import Storage

__all__ = ["declared_now", "refuse_other_declaration", "refuse_unconfirmed"]

_FIRST: dict[str, Any] = {"sources": ["db1", "db2"], "where": {}}
"""What storage of a version was made with that did not note it."""


def declared_now(model: ContactModel) -> dict[str, Any]:
    """What is compared, as JSON values."""
    where = {name: source.where for name, source in model.declared.sources.items() if source.where is not None}
    return {"sources": list(model.sources), "where": where}


def refuse_unconfirmed(storage: Storage, confirm: Collection[str]) -> None:
    """Refuse to read under a declaration that takes something away, unless a person has confirmed that.

    Args:
        storage: Whose declaration is compared with that of its last reading.
        confirm: What is meant: ``drop <source>``, ``where <source>``.

    Raises:
        PermanentError: Something is not confirmed; the text has the words that confirm it.
    """
    before = _before(storage)
    if before is None:
        return
    faults = [words for key, words in _taken_away(storage.model, before).items() if key not in confirm]
    if faults:
        raise PermanentError("; ".join(faults))


def refuse_other_declaration(storage: Storage) -> None:
    """Refuse to go on with raw tables that were read under other sources.

    Raises:
        PermanentError: They were.
    """
    before = _before(storage)
    if before is not None and before != declared_now(storage.model):
        raise PermanentError(
            "the raw tables were read with other sources, or another where, than are declared now: materialise them first"
        )


def _before(storage: Storage) -> Mapping[str, Any] | None:
    version = storage.table(REJECTED).current()
    return None if version is None else version.facts.get("declared", _FIRST)


def _taken_away(model: ContactModel, before: Mapping[str, Any]) -> dict[str, str]:
    """By what confirms it, what is said of each."""
    now = {source.was or name: name for name, source in model.declared.sources.items()}
    now |= {name: name for name in model.sources}
    found = {}
    for was in before["sources"]:
        if was not in now:
            key = f"drop {was}"
            found[key] = (
                f"the source {was} is not declared any more, and what only it gave would be cleared in HubSpot: if that is meant, run again "
                f"with confirm: [{key}] in the config of raw_records; if it only has another name, write was: {was}"
            )
        elif before["where"].get(was) != model.source(now[was]).where:
            key = f"where {now[was]}"
            found[key] = (
                f"the where of {now[was]} has changed, and what only the records that it leaves out gave would be cleared in HubSpot: if that "
                f"is meant, run again with confirm: [{key}] in the config of raw_records"
            )
    return found

"""Which answers no fold needs any more, because later ones say all that they said.

What a fold asks of a contact is of two kinds. Most is the last answer of some kind ("the last that sent the phone", "the last that HubSpot took",
"whether we ever wrote it"), where "some kind" follows from the answer's traits, whatever the declaration calls and reads now: so the last answer
of each trait stays, and with it the last of any union of them. The rest is counted: refusals since something ended them. An answer that ends them
is one of those that stay, so what stands before it does not count, and what stands behind it stays. Rows in doubt are no answers.

Any part of what is found may be removed, in any order, and folding goes on from any state of before. What does not hold: where a field's kind is
changed so that its last logged value cannot be read any more, nothing older stands in for it. Keep out: removing (``pruning``), and which plans
are open (``plan_events``).
"""

from collections.abc import Hashable, Iterator
from functools import lru_cache

import orjson
import polars as pl

from hubsync_assets.model.actions import REFUSED
from hubsync_assets.model.schema import SEEN
from hubsync_assets.sync_log.answers import AnswerKind

__all__ = ["outlived"]

_COLUMNS = ("email", "seq", "kind", "hubspot_id", "sent", "cleared", "provenance", "mapping_version", "settled")
_TAKEN = "taken"

_Key = tuple[int, str]


def outlived(answers: pl.DataFrame, through: int) -> list[int]:
    """The answers that every fold can do without.

    Args:
        answers: ANSWER_SCHEMA; all that the log has of the contacts that are in it.
        through: rows with greater numbers stay.

    Returns:
        Their numbers, in no order that means anything.
    """
    found: list[int] = []
    contact: str | None = None
    later: set[Hashable] = set()
    rows = answers.select(_COLUMNS).sort("email", "seq", descending=[False, True])
    for email, seq, kind, hubspot_id, sent, cleared, provenance, version, settled in rows.iter_rows():
        if email != contact:
            contact, later = email, set()
        if kind == AnswerKind.IN_DOUBT.value:
            is_needed = False
        elif kind == AnswerKind.REFUSED.value and settled is None:
            is_needed = _TAKEN not in later
        else:
            entries = _entries(settled, version)
            traits: set[Hashable] = {_TAKEN, (kind,), ("id", hubspot_id is not None)}
            traits |= set(_of_fields(kind, sent, cleared, provenance, version))
            traits |= {("ends", key) for key, is_refused in entries if not is_refused}
            counted = [key for key, is_refused in entries if is_refused]
            is_needed = not traits <= later or any(("ends", key) not in later for key in counted)
            later |= traits
        if not is_needed and seq <= through:
            found.append(seq)
    return found


def _of_fields(kind: str, sent: str, cleared: str, provenance: str, version: int) -> Iterator[Hashable]:
    """What an answer is with regard to each field that it names, by the name that the field had then."""
    values = orjson.loads(sent)
    sources, seen = _said(provenance)
    for name, value in values.items():
        yield "sent", (version, name), kind, seen, sources.get(name) == SEEN, value is None
        yield "ends", (version, name)
    for name in orjson.loads(cleared):
        yield "cleared", (version, name), name in values
        yield "ends", (version, name)


def _entries(settled: str | None, version: int) -> list[tuple[_Key, bool]]:
    """The fields of what was settled, and whether each was refused."""
    if settled is None:
        return []
    return [((version, entry["field"]), entry["decision"] == REFUSED) for entry in orjson.loads(settled)]


@lru_cache(maxsize=10_000)  # few contacts differ in this
def _said(provenance: str) -> tuple[dict[str, str], tuple[str, ...]]:
    said = orjson.loads(provenance)
    return said.get("sources") or {}, tuple(said.get("seen") or ())

"""Bringing ``hubspot_contacts`` and ``failed_contacts`` up to date with the log, bucket by bucket.

Both belong to one portal; each notes how far it has folded, so a crash between the two is mended by the next refresh, and
another portal, or a table that was deleted, is rebuilt from the log alone. Keep out: how rows fold (``fold``).
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from hubsync_assets.model.schema import FAILED_SCHEMA, STATE_SCHEMA
from hubsync_assets.model.tables import FAILED, STATE
from hubsync_assets.sync_log.fold import fold_failed, fold_state
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.new_answers import NewAnswers
from hubsync_assets.tables.bucket_spill import bits_for_rows, read_bucket
from hubsync_assets.tables.in_turn import BUCKETS_AT_ONCE, in_turn
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Schema, Table, Version

__all__ = ["State", "refresh_state"]

Fold = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class State:
    """The two folded tables of one portal, both up to date with the log.

    ``folded``: answers that were not in them before. ``other_portal``: the portal they belonged to before, if a different one.
    """

    contacts: Version
    failed: Version
    folded: int
    other_portal: int | None


def refresh_state(storage: Storage, log: SyncLog, portal_id: int, known: NewAnswers | None = None) -> State:
    """Fold what the log has and the tables lack.

    Args:
        storage: where the two tables are; its lock is held by the caller.
        log: the sync log.
        portal_id: the portal to fold for; tables of another portal are replaced.
        known: what the caller has read of this log already; used where it begins where the tables end.

    Returns:
        The current versions, new ones only where there was something to fold.
    """
    contacts, failed = storage.table(STATE), storage.table(FAILED)
    before = contacts.current()
    other = None if before is None or before.facts["portal_id"] == portal_id else int(before.facts["portal_id"])
    origin: dict[str, int | str] = {"portal_id": portal_id, "log_id": log.id}
    bases = (_base(contacts, origin), _base(failed, origin))
    since = min(_folded_through(base) for base in bases)
    through = log.last_seq(portal_id)
    if all(bases) and through == since:
        return State(contacts.require(), failed.require(), 0, other)
    if known is not None and known.since == since:
        return _fold(known, (contacts, failed), bases, origin, other)
    # As an upper bound every new answer is a new contact.
    bits = bits_for_rows((bases[0].manifest.rows if bases[0] else 0) + through - since)
    bits = max(bits, *(base.bits for base in bases if base), 0)
    with NewAnswers(storage, log, portal_id, since, bits) as answers:
        return _fold(answers, (contacts, failed), bases, origin, other)


def _fold(
    answers: NewAnswers,
    tables: tuple[Table, Table],
    bases: tuple[Version | None, Version | None],
    origin: dict[str, int | str],
    other_portal: int | None,
) -> State:
    answers.read_on()
    facts = {**origin, "folded_through": answers.through}
    contacts = _publish(tables[0], bases[0], answers, fold_state, STATE_SCHEMA, facts)
    failed = _publish(tables[1], bases[1], answers, fold_failed, FAILED_SCHEMA, facts)
    return State(contacts, failed, answers.rows, other_portal)


def _base(table: Table, origin: dict[str, int | str]) -> Version | None:
    version = table.current()
    if version is None or any(version.facts.get(name) != value for name, value in origin.items()):
        return None
    return version


def _folded_through(base: Version | None) -> int:
    return int(base.facts["folded_through"]) if base else 0


def _publish(
    table: Table, base: Version | None, answers: NewAnswers, fold: Fold, schema: Schema, facts: dict[str, int | str]
) -> Version:
    if base is not None and base.facts["folded_through"] == facts["folded_through"]:
        return base
    since = _folded_through(base)

    def folded_bucket(bucket: int) -> pl.DataFrame:
        news = answers.bucket(bucket).filter(pl.col("seq") > since)
        return fold(read_bucket(base, bucket, answers.bits, schema).collect(), news)

    with table.new_version(bits=answers.bits) as writer:
        folded = in_turn(folded_bucket, range(1 << answers.bits), BUCKETS_AT_ONCE)
        for bucket, rows in enumerate(folded):
            writer.parquet.add(rows, bucket)
            writer.parquet.flush()  # held back, rows would hold the texts of all the answers that they were folded from
        return writer.publish(facts)

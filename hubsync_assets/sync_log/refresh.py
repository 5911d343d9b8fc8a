"""Bringing ``hubspot_contacts``, ``settled_values`` and ``failed_contacts`` up to date with the log, bucket by bucket.

All belong to one portal; each notes how far it has folded, so a crash between them is mended by the next refresh, and
another portal, or a table that was deleted, is rebuilt from the log alone. Tables that know more than the log are kept, and distrusted.
Keep out: how rows fold (``fold``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from hubsync_assets.model.tables import FAILED, SETTLED, STATE
from hubsync_assets.sync_log.fold import fold_failed, fold_state
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.new_answers import NewAnswers
from hubsync_assets.sync_log.plan_events import EVERYTHING, PlanEvent
from hubsync_assets.sync_log.settled import fold_settled
from hubsync_assets.sync_log.then import Then
from hubsync_assets.tables.bucket_spill import bits_for_answers, bits_for_rows, read_bucket
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Table, Version

__all__ = ["State", "refresh_state"]

Fold = Callable[..., pl.DataFrame]


@dataclass(frozen=True, slots=True)
class State:
    """The three folded tables of one portal, all up to date with the log.

    Attributes:
        portal_id: whose they are.
        contacts: ``hubspot_contacts``.
        failed: ``failed_contacts``.
        settled: ``settled_values``.
        folded: answers that were not in them before.
        other_portal: the portal they belonged to until now, if another.
        distrust: why what they say may not be what HubSpot was told last, if the log and they do not agree; noted in the log, too.
    """

    portal_id: int
    contacts: Version
    failed: Version
    settled: Version
    folded: int
    other_portal: int | None
    distrust: str | None = None


@dataclass(frozen=True, slots=True)
class _Base:
    """What a table is folded from: its version (None: the log alone), up to which row of the log, and why that is in doubt."""

    version: Version | None = None
    through: int = 0
    distrust: str | None = None
    up_to_date: bool = False


def refresh_state(
    storage: Storage,
    log: SyncLog,
    portal_id: int,
    known: NewAnswers | None = None,
    *,
    plan_id: str | None = None,
    ways: Mapping[str, str] | None = None,
) -> State:
    """Fold what the log has and the tables have not.

    Args:
        storage: where the tables are; its lock is held by the caller.
        log: the sync log.
        portal_id: the portal to fold for; tables of another portal are replaced.
        known: what the caller has read of this log already; used where it begins where the tables end.
        plan_id: the plan whose answers these are: its upload may go on with the tables that come of them.
        ways: how each field is written now; left out: as always.

    Returns:
        The current versions, new ones only where there was something to fold.
    """
    declared = storage.model.declared.sources
    log.rename({source.was: name for name, source in declared.items() if source.was is not None})
    contacts, settled, failed = (storage.table(name) for name in (STATE, SETTLED, FAILED))
    before = contacts.current()
    other = None if before is None or before.facts["portal_id"] == portal_id else int(before.facts["portal_id"])
    origin: dict[str, int | str] = {"portal_id": portal_id, "log_id": log.id}
    through = log.last_seq(portal_id)
    bases = [_base(table, origin, through) for table in (contacts, settled, failed)]
    distrust = next((base.distrust for base in bases if base.distrust is not None), None)
    if distrust is not None:
        # Before the tables are taken over: from then on nothing else shows that they did not agree.
        log.note(portal_id, EVERYTHING, PlanEvent.BEGUN, "fold")
    if all(base.up_to_date for base in bases):
        return State(portal_id, contacts.require(), failed.require(), settled.require(), 0, other)
    since = min(base.through for base in bases)
    then = Then.of(log.renames(), ways, log.mappings()) if ways is not None else Then(log.renames())
    facts: dict[str, int | str] = {**origin, **({"plan_id": plan_id} if plan_id else {})}

    def fold(answers: NewAnswers) -> State:
        answers.read_on()
        new = {**facts, "folded_through": answers.through}
        new_contacts = _publish(contacts, bases[0], answers, partial(fold_state, storage.model, then=then), new)
        new_settled = _publish(settled, bases[1], answers, partial(fold_settled, storage.model, then=then), new)
        new_failed = _publish(failed, bases[2], answers, partial(fold_failed, storage.model), new, beside=new_settled)
        return State(portal_id, new_contacts, new_failed, new_settled, answers.rows, other, distrust)

    if known is not None and known.since == since:
        return fold(known)
    # As an upper bound every new answer is a new contact.
    versions = [base.version for base in bases if base.version is not None]
    rows = (bases[0].version.manifest.rows if bases[0].version else 0) + through - since
    bits = max([bits_for_rows(rows), *(version.bits for version in versions)])
    with NewAnswers(storage, log, portal_id, since, max(bits, bits_for_answers(rows)), bits) as answers:
        return fold(answers)


def _base(table: Table, origin: dict[str, int | str], newest: int) -> _Base:
    """What to fold from. ``newest``: the portal's newest row of the log."""
    version = table.current()
    if version is None or version.facts["portal_id"] != origin["portal_id"]:
        return _Base()
    through = int(version.facts["folded_through"])
    if version.facts["log_id"] != origin["log_id"]:
        if newest:
            return _Base()
        return _Base(version, 0, "the sync log is new, and the tables were made from another one")
    if through > newest:
        return _Base(
            version, newest, "the sync log ends before what the tables were made from: an older copy of it was put back"
        )
    if not version.has_its_schema:
        return _Base()  # Another declaration has other columns, and the log knows them all.
    return _Base(version, through, up_to_date=through == newest)


def _publish(  # a table, and all that it is folded from
    table: Table,
    base: _Base,
    answers: NewAnswers,
    fold: Fold,
    facts: dict[str, int | str],
    *,
    beside: Version | None = None,
) -> Version:
    """Fold a table. ``beside``: a table that its rows follow from, too, folded before it."""
    if base.version is not None and base.distrust is None and base.through == facts["folded_through"]:
        return base.version
    since = base.through

    def folded_bucket(bucket: int) -> pl.DataFrame:
        news = answers.bucket(bucket).filter(pl.col("seq") > since)
        before = read_bucket(base.version, bucket, answers.bits, table.schema).collect()
        more = [] if beside is None else [read_bucket(beside, bucket, answers.bits, beside.schema).collect()]
        return fold(before, news, *more)

    with table.new_version(bits=answers.table_bits) as writer:
        # One at a time: two would cost as much memory again (the texts of all their answers), and the time is small beside the upload's.
        for bucket in range(1 << answers.bits):
            writer.parquet.add(folded_bucket(bucket), bucket >> (answers.bits - answers.table_bits))
            writer.parquet.flush()  # held back, rows would hold the texts of all the answers that they were folded from
        return writer.publish(facts)

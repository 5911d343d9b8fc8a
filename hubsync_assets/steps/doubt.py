"""Contacts in doubt: those that a call may have reached whose answer is not in the log.

An upload that was killed, or that lost answers, leaves plans open in the log (``sync_log.plan_events``). Before the next plan compares
anything, the contacts in doubt are read from HubSpot, and what it holds just as it was sent is logged as written by us. A run without
doubt pays nothing for this but a look at the log. Keep out: which fields of a contact in doubt change (``contacts.changes``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
import polars as pl

from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.tables import PLAN
from hubsync_assets.sync_log.answers import Answer, AnswerKind, AnswerText
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets.sync_log.new_answers import NewAnswers
from hubsync_assets.sync_log.plan_events import EVERYTHING, OpenPlan, PlanEvent
from hubsync_assets.sync_log.refresh import State
from hubsync_assets.tables.bucket_spill import BucketSpill, read_bucket
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version

__all__ = ["DOUBT_SCHEMA", "IN_DOUBT_SCHEMA", "Doubt", "confirmed", "find_doubt"]

DOUBT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "email": pl.String,
    "sent": pl.String,
    "cleared": pl.String,
    "provenance": pl.String,
    "properties": pl.String,
}
"""What may have been written: the values, the cleared fields, the provenance and the properties (null: not noted), as the log keeps them; a
contact may have several."""

IN_DOUBT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {"email": pl.String, "sent": pl.List(pl.String)}
"""A contact in doubt, and the fields that were sent or cleared without an answer."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is in doubt when a plan is made.

    Attributes:
        plans: The open plans; the upload of the next plan closes them.
        why: Why every contact is in doubt, in a few words; None: only those in ``rows`` are.
        rows: DOUBT_SCHEMA, by bucket.
    """

    plans: tuple[str, ...]
    why: str | None
    rows: BucketSpill

    def __bool__(self) -> bool:
        """Whether anybody is in doubt."""
        return self.why is not None or self.rows.rows > 0

    def of_bucket(self, bucket: int, known: Sequence[pl.LazyFrame]) -> pl.DataFrame:
        """IN_DOUBT_SCHEMA: the contacts in doubt of a bucket.

        Args:
            bucket: its number.
            known: frames with ``email``: everybody there is in the bucket, which is who is in doubt where there is a ``why``.
        """
        named = self.contacts(bucket)
        if self.why is None:
            return named
        everybody = pl.concat([frame.select("email") for frame in known]).unique().collect()
        others = everybody.join(named, on="email", how="anti")
        nothing = pl.lit([], dtype=IN_DOUBT_SCHEMA["sent"]).alias("sent")
        return pl.concat([named, others.with_columns(nothing)])

    def contacts(self, bucket: int) -> pl.DataFrame:
        """IN_DOUBT_SCHEMA: the bucket's contacts that a plan without an answer names; not those of ``why``."""
        rows = self.rows.bucket(bucket)
        if rows.is_empty():
            return pl.DataFrame(schema=IN_DOUBT_SCHEMA)
        fields = [_fields(sent, cleared) for sent, cleared in rows.select("sent", "cleared").iter_rows()]
        named = rows.select("email", pl.Series("sent", fields, IN_DOUBT_SCHEMA["sent"]))
        return named.group_by("email").agg(pl.col("sent").list.explode(keep_nulls=False, empty_as_null=False).unique())


def find_doubt(
    storage: Storage, log: SyncLog, state: State, run_id: str, rows: BucketSpill, *, distrust: bool
) -> Doubt:
    """Who is in doubt.

    Args:
        storage: where the plans are.
        log: where the answers are. That everything is in doubt is noted there, so that it stays so until a plan is uploaded.
        state: what the log was folded to.
        run_id: noted with that.
        rows: DOUBT_SCHEMA, empty; gets what may have been written.
        distrust: whether a person said that log and tables are not what HubSpot was told last.
    """
    model, text, portal_id = storage.model, AnswerText(storage.model), state.portal_id
    plans = log.open_plans(portal_id)
    versions = {plan.plan_id: storage.table(PLAN).whole_version(plan.plan_id) for plan in plans if not plan.ended}
    lost = any(version is None for plan_id, version in versions.items() if plan_id != EVERYTHING)
    why = state.distrust or ("a plan that was being sent is not in storage, or is damaged there" if lost else None)
    why = why or ("the run was told to trust neither log nor tables" if distrust else None)
    noted = any(plan.plan_id == EVERYTHING for plan in plans)
    if why is not None and not noted:
        log.note(portal_id, EVERYTHING, PlanEvent.BEGUN, run_id)
    why = why or ("an earlier plan found that log and tables do not agree" if noted else None)
    known = [plan for plan in plans if plan.plan_id != EVERYTHING]
    if known:
        since = min(plan.after for plan in known)
        with NewAnswers(storage, log, portal_id, since, rows.bits) as answers:
            answers.read_on()
            for bucket in range(1 << rows.bits):
                for frame in _in_doubt(model, known, versions, answers.bucket(bucket), bucket, rows.bits):
                    rows.add(frame)
    if state.distrust is not None:
        for bucket in range(1 << rows.bits):
            of_bucket = read_bucket(state.contacts, bucket, rows.bits, model.schema.state).collect()
            rows.add(_of_state(model, text, of_bucket))
    open_ids = (*(plan.plan_id for plan in plans), *([EVERYTHING] if why is not None and not noted else []))
    return Doubt(open_ids, why, rows)


def confirmed(
    mapping: PropertyMapping,
    doubts: pl.DataFrame,
    found: pl.DataFrame,
    *,
    portal_id: int,
    run_id: str,
    at: datetime,
    mapping_version: int,
) -> Iterator[Answer]:
    """What HubSpot holds just as it was sent: it counts as written by us.

    Args:
        mapping: how a contact is written.
        doubts: DOUBT_SCHEMA, of one bucket.
        found: ``email``, ``hubspot_id``, ``properties`` (JSON): what HubSpot holds of them; one row a contact.
        portal_id: the portal.
        run_id: the run that looked.
        at: when it looked.
        mapping_version: how contacts are written now, which is how it looked.
    """
    there_now = found.rename({"properties": "there"}).unique("email", keep="first", maintain_order=True)
    # A plan that did not end and the row in doubt of its contact say the same: one write, which is confirmed once.
    each = doubts.unique(["email", "sent", "cleared", "properties"], keep="last", maintain_order=True)
    for row in each.join(there_now, on="email", maintain_order="left").iter_rows(named=True):
        sent, cleared = orjson.loads(row["sent"]), orjson.loads(row["cleared"])
        values = {name: field.of_log(sent[name]) for name, field in mapping.fields.items() if name in sent}
        live = orjson.loads(row["there"])
        fields = mapping.compare({"email": row["email"], **values}, live)
        if row["properties"] is not None:
            holds = mapping.held_fields(orjson.loads(row["properties"]), live)
            there = {name: value for name, value in sent.items() if name in holds}
        else:
            # Whose a last name is that was not sent, nobody knows; were only the first one noted, nobody would empty the last any more.
            there = {name: value for name, value in sent.items() if name in fields and fields[name].whole}
        gone = [name for name in cleared if name in fields and fields[name].old is None]
        if there or gone:
            yield Answer(
                portal_id=portal_id,
                run_id=run_id,
                at=at,
                email=row["email"],
                kind=AnswerKind.CONFIRMED,
                hubspot_id=row["hubspot_id"],
                sent=orjson.dumps(there).decode(),
                cleared=orjson.dumps(gone).decode(),
                provenance=row["provenance"],
                mapping_version=mapping_version,
            )


def _fields(sent: str, cleared: str) -> list[str]:
    return [*orjson.loads(sent), *orjson.loads(cleared)]


def _in_doubt(
    model: ContactModel,
    plans: list[OpenPlan],
    versions: dict[str, Version | None],
    answers: pl.DataFrame,
    bucket: int,
    bits: int,
) -> Iterator[pl.DataFrame]:
    """DOUBT_SCHEMA, oldest plan first."""
    is_doubt = pl.col("kind") == AnswerKind.IN_DOUBT.value
    last = answers.filter(~is_doubt).group_by("email").agg(pl.col("seq").max().alias("answered"))
    for plan in plans:
        version = versions.get(plan.plan_id)
        if version is not None:
            since = last.filter(pl.col("answered") > plan.after).select("email")
            planned = (
                read_bucket(version, bucket, bits, model.schema.plan)
                .join(since.lazy(), on="email", how="anti")
                .collect()
            )
            yield _of_plan(AnswerText(model), planned)
    noted = answers.filter(is_doubt).join(last, on="email", how="left", maintain_order="left")
    yield noted.filter(pl.col("answered").is_null() | (pl.col("seq") > pl.col("answered"))).select(DOUBT_SCHEMA.keys())


def _of_plan(text: AnswerText, planned: pl.DataFrame) -> pl.DataFrame:
    rows = [
        (
            row["email"],
            text.values(row, row["sent"]),
            orjson.dumps(row["cleared"]).decode(),
            text.provenance(row, row["sent"]),
            row["properties"],
        )
        for row in planned.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=DOUBT_SCHEMA, orient="row")


def _of_state(model: ContactModel, text: AnswerText, state: pl.DataFrame) -> pl.DataFrame:
    # What is acknowledged is from where it was when it was sent.
    origins = [pl.col(f"{name}:source").cast(pl.String).alias(f"{name}:from") for name in model.names]
    rows = [
        (row["email"], text.values(row), "[]", text.provenance(row), None)
        for row in state.filter("written").with_columns(origins).iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=DOUBT_SCHEMA, orient="row")

"""What has to be written to HubSpot, so that it holds the golden records.

Put here: what becomes of each contact of one bucket: planned, unchanged or held back. Keep out: what becomes of a field (``comparison``),
how it became known what HubSpot holds, how a value is written (``hubspot.mapping``), and calls.

What is sent of a contact is every certain value it has, not only those that differ: the middleware is the source of truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

import polars as pl

from hubsync_assets.contacts.clearing import Rules
from hubsync_assets.contacts.comparison import compared, unlike_state
from hubsync_assets.contacts.confirming import confirmed
from hubsync_assets.contacts.field_columns import any_change, changes, stale_change, was_stale
from hubsync_assets.contacts.held_back import (
    ALREADY_IN_PORTAL,
    INCOMPLETE_SOURCE,
    NOT_IN_PORTAL,
    REFUSED_BEFORE,
    SOURCE_IN_DOUBT,
    UNREADABLE_VALUE,
    is_kept,
    reasons,
)
from hubsync_assets.contacts.joining import joined, without
from hubsync_assets.contacts.logged_rows import remembered, seen_rows, written_version
from hubsync_assets.contacts.plan_rows import plan_rows, with_regions
from hubsync_assets.contacts.refusals import held_by_refusal
from hubsync_assets.contacts.staleness import Written
from hubsync_assets.contacts.uncertainty import Uncertainty, marked_fields
from hubsync_assets.contacts.unsent import without_unsent
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.doubts import SourceDoubts

__all__ = [
    "INCOMPLETE_SOURCE",
    "REFUSED_BEFORE",
    "SOURCE_IN_DOUBT",
    "UNREADABLE_VALUE",
    "Changes",
    "find_changes",
    "held_by_refusal",
]


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of a bucket of golden records. Each is planned, unchanged or held back.

    Attributes:
        planned: ``Schemas.plan``, in the order of the golden records.
        unchanged: ``logged_schema``: contacts that the state does not know or that are in doubt, and of which the portal already holds all that is
            certain; the values that it does not hold as ours are null.
        confirmed: The same columns: contacts that are as the state says, which the log should say again. Some were made from another
            number of a source's records than the state knows, or from another source; a later plan judges by that whether a source in
            doubt may be why values are gone. Others were refused with values that they no longer have.
        left_out: ``Schemas.plan`` and ``category`` (String): contacts that the declaration leaves out because HubSpot does not have them, or
            because it has; of those that the log does not know, so that it can keep that.
        creates: How many of ``planned`` the portal does not have.
        updates: How many of ``planned`` it has.
        unchanged_by_log: How many contacts the state knows to be as they should.
        held_back: How many contacts are not written now, for each reason: ``incomplete_source`` (what a source does not say may not
            have been read), ``source_in_doubt`` (what it says is not believed), ``unreadable_value``, ``refused_before``, ``not_in_portal`` and ``already_in_portal``.
    """

    planned: pl.DataFrame
    unchanged: pl.DataFrame
    confirmed: pl.DataFrame
    left_out: pl.DataFrame
    creates: int
    updates: int
    unchanged_by_log: int
    held_back: dict[str, int]


def find_changes(  # noqa: PLR0913  # what is known of one bucket, and what a run was told
    model: ContactModel,
    merged: pl.DataFrame,
    state: pl.DataFrame,
    refused: pl.DataFrame,
    portal: pl.DataFrame,
    *,
    mode: Literal["replace", "fill"],
    clear_unknown: bool,
    doubts: Mapping[str, SourceDoubts],
    in_doubt: pl.DataFrame,
    written: Written,
    retry_failed: bool,
    now: datetime,
) -> Changes:
    """Compare golden records with what HubSpot holds.

    What is sent, kept and cleared of a field stands in ``docs/trust.md``. A contact is held back if nothing of it changes, and something would
    if all were known; or if a value that only HubSpot has is to be cleared then (written now, it would be known, and never cleared). For
    ``refused_before`` see ``held_by_refusal``.

    Args:
        model: What a contact is.
        merged: ``Schemas.merged``, one bucket, as all tables here.
        state: ``Schemas.state``: what HubSpot acknowledged that we wrote.
        refused: ``Schemas.failed``.
        portal: ``Schemas.portal``: what the portal holds of the contacts that ``to_look_up`` names, and of those in doubt.
        mode: ``replace``: an empty value clears what we wrote before. ``fill``: nothing is ever cleared.
        clear_unknown: With ``replace``, an empty value also clears what only HubSpot has.
        doubts: By source, what is not believed of its last reading; a source without doubts need not be there.
        in_doubt: ``email`` and ``sent`` (``List(String)``): contacts of which nobody knows what HubSpot took, and the fields that it may have
            taken. They are compared with ``portal``, whatever the state says.
        written: How contacts are written now; values that were written another way are compared with ``portal``.
        retry_failed: Plan refused contacts too.
        now: An aware time.

    Raises:
        ContactsError: ``state``, ``portal`` or ``in_doubt`` has two rows of a contact.

    Example:
        A contact whose phone number HubSpot acknowledged before, and who has another one now:

        >>> from datetime import UTC
        >>> from hubsync_assets.model.declaration import ContactSync
        >>> fields = {"email": {"kind": "email"}, "phone": {"kind": "phone"}}
        >>> model = ContactModel(ContactSync.model_validate({"sources": {"db1": {"read": "one.csv"}}, "fields": fields}))
        >>> known = {"email": "ada@example.com", "phone": "600123199", "mapping_version": 1, "written": True}
        >>> now_given = {"email": "ada@example.com", "phone": "600123200", "phone:from": "db1"}
        >>> changes = find_changes(
        ...     model,
        ...     pl.DataFrame([now_given], schema=model.schema.merged),
        ...     state=pl.DataFrame([known], schema=model.schema.state),
        ...     refused=pl.DataFrame(schema=model.schema.failed),
        ...     portal=pl.DataFrame(schema=model.schema.portal),
        ...     mode="replace",
        ...     clear_unknown=False,
        ...     doubts={},
        ...     in_doubt=pl.DataFrame(schema={"email": pl.String, "sent": pl.List(pl.String)}),
        ...     written=Written(1),
        ...     retry_failed=False,
        ...     now=datetime(2026, 11, 26, tzinfo=UTC),
        ... )
        >>> changes.planned.select("email", "action", "changes").to_dicts()
        [{'email': 'ada@example.com', 'action': 'update', 'changes': [{'field': 'phone', 'old': '600123199', 'new': '600123200'}]}]
    """
    rules = Rules(mode == "replace", clear_unknown, written)
    merged = without_unsent(model, merged)
    with_state = joined(
        merged, state.select(name for name in model.schema.state if name not in {"run_id", "at"}), "state"
    )
    if not in_doubt.is_empty():
        with_state = joined(with_state, in_doubt, "doubt")
    unlike = unlike_state(model, with_state, rules)
    with_portal = joined(unlike, portal.select(model.schema.portal.keys()), "portal")
    uncertainty = Uncertainty(model, doubts, marked_fields(model, unlike.lazy()))
    each = compared(with_portal, uncertainty, rules).with_columns(
        (any_change(model) | (pl.col("known_from") == "nobody")).alias("change"),
        written_version(model, written).alias("mapping_version"),
        is_kept(model).alias("kept"),
    )
    held = each.filter(pl.col("waits") | (pl.col("kept") & ~pl.col("change")))
    looked_at = (pl.col("known_from") == "portal") | was_stale(model, written)
    same = each.filter(~pl.col("change"), ~pl.col("kept"))
    as_known, seen = same.filter(~looked_at), same.filter(looked_at)
    wanted = _alone(model, with_regions(model, each.filter("change", ~pl.col("waits"))), written)
    still_refused = partial(
        held_by_refusal, model, refused=refused, mapping_version=written.version, retry_failed=retry_failed, now=now
    )
    refusals = still_refused(wanted)
    possible = plan_rows(model, remembered(without(wanted, refusals), uncertainty), written)
    possible = possible.with_columns(_left_out(model).alias("category"))
    left_out, planned = possible.filter(pl.col("category").is_not_null()), possible.filter(pl.col("category").is_null())
    planned = planned.drop("category")
    creates = planned.filter(pl.col("action") == "create").height
    return Changes(
        planned=planned,
        unchanged=seen_rows(model, remembered(seen, uncertainty), written),
        confirmed=confirmed(model, with_state, without(unlike, as_known), refused, still_refused, doubts),
        left_out=left_out.filter(pl.col("known_from") != "log"),
        creates=creates,
        updates=planned.height - creates,
        unchanged_by_log=merged.height - each.height + as_known.height,
        held_back={**reasons(held, uncertainty), **_not_sent(refusals, left_out)},
    )


def _left_out(model: ContactModel) -> pl.Expr:
    """Why a contact is not to be written by the declaration; null: it is."""
    is_new = pl.col("action") == "create"
    nothing = pl.lit(None, dtype=pl.String)
    why = nothing if model.declared.create else pl.when(is_new).then(pl.lit(NOT_IN_PORTAL))
    return why if model.declared.update else pl.when(~is_new).then(pl.lit(ALREADY_IN_PORTAL)).otherwise(why)


def _not_sent(refusals: pl.DataFrame, left_out: pl.DataFrame) -> dict[str, int]:
    """How many contacts are not sent, because HubSpot refused them or because the declaration leaves them out."""
    found = pl.concat([refusals["category"], left_out["category"]])
    counts = {word: int((found == word).sum()) for word in (NOT_IN_PORTAL, ALREADY_IN_PORTAL)}
    return {REFUSED_BEFORE: found.len() - sum(counts.values()), **{word: n for word, n in counts.items() if n}}


def _alone(model: ContactModel, wanted: pl.DataFrame, written: Written) -> pl.DataFrame:
    """Only what changes is sent of a contact of which the state knows the rest, where a declaration made it change."""
    if not written.stale or wanted.is_empty():
        return wanted
    alone = stale_change(model, written)
    return wanted.with_columns(
        pl.when(~alone | changes(field)).then(field.name).alias(field.name) for field in model.contact_fields
    )

"""What has to be written to HubSpot, so that it holds the golden records.

Put here: what becomes of each contact that is looked at: planned, unchanged, gone or held back. Keep out: which are looked at (``unlike``), what
becomes of a field (``deciding``), how a value is written (``hubspot.mapping``), and calls.

Only what differs is sent of a contact.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hubsync_assets.contacts.deciding import GONE, LOG, NOBODY, with_decisions
from hubsync_assets.contacts.decision_columns import any_action, any_held
from hubsync_assets.contacts.held_back import (
    ALREADY_IN_PORTAL,
    GONE_IN_PORTAL,
    INCOMPLETE_SOURCE,
    NOT_IN_PORTAL,
    REFUSED_BEFORE,
    SAME_RECORD,
    SOURCE_IN_DOUBT,
    UNREADABLE_VALUE,
    reasons,
)
from hubsync_assets.contacts.joining import KEY, joined, without
from hubsync_assets.contacts.logged_rows import noted_rows, remembered, written_version
from hubsync_assets.contacts.newly_settled import newly_settled
from hubsync_assets.contacts.plan_rows import plan_rows
from hubsync_assets.contacts.refusals import held_by_refusal
from hubsync_assets.contacts.rules import Rules
from hubsync_assets.contacts.scope import EVERYTHING, Scope
from hubsync_assets.contacts.uncertainty import Uncertainty, marked_fields
from hubsync_assets.contacts.unlike import with_settled
from hubsync_assets.contacts.value_counts import ValueCounts, count_values
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.doubts import SourceDoubts

__all__ = [
    "INCOMPLETE_SOURCE",
    "REFUSED_BEFORE",
    "SOURCE_IN_DOUBT",
    "UNREADABLE_VALUE",
    "Changes",
    "Found",
    "find_changes",
]


@dataclass(frozen=True, slots=True)
class Found:
    """What HubSpot was found to hold of the contacts that are looked at.

    Attributes:
        portal: ``Schemas.portal``: the contacts that it has.
        unfit: ``UNFIT_SCHEMA``: values that it does not take.
        twins: ``email`` and ``hubspot_id``: golden records that are one record in HubSpot, two or more of each.
    """

    portal: pl.DataFrame
    unfit: pl.DataFrame
    twins: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of the contacts of a bucket that are looked at. Each is planned, unchanged or held back.

    Attributes:
        planned: ``plan_rows.PLANNED``: what is to be written, in the order of the golden records.
        noted: ``logged_schema``: what the log is to say of contacts that HubSpot has, those that are planned among them.
        left_out: The columns of ``planned``, ``category`` and ``record:owner`` (String: who has the HubSpot record of the contact): contacts that are not to be written until they change, and which
            the log is to know: HubSpot does not have them (``create: false``), or has them (``update: false``), or has them no more, or has
            two golden records as one.
        creates: How many of ``planned`` the portal does not have.
        existing: How many of all that are looked at the portal has.
        unchanged: How many contacts hold all that they should.
        held_back: How many contacts are not written now, for each reason: ``incomplete_source`` (what a source does not say may not
            have been read), ``source_in_doubt`` (what it says is not believed), ``unreadable_value``, ``refused_before``, the categories
            of ``left_out``, and the reasons of the run's scope.
        values: What becomes of the values.
        leaves_doubt: Whether the scope holds back a contact of which nobody knows what HubSpot took.
    """

    planned: pl.DataFrame
    noted: pl.DataFrame
    left_out: pl.DataFrame
    creates: int
    existing: int
    unchanged: int
    held_back: dict[str, int]
    values: ValueCounts
    leaves_doubt: bool = False


def find_changes(
    model: ContactModel,
    looked_at: pl.DataFrame,
    found: Found,
    settled: pl.DataFrame,
    refused: pl.DataFrame,
    rules: Rules,
    doubts: Mapping[str, SourceDoubts],
    scope: Scope = EVERYTHING,
) -> Changes:
    """Decide what is written of contacts.

    What is sent, kept and cleared of a field stands in ``docs/trust.md``. A contact is held back if nothing of it is written, and something
    would if all were known; or if a value that only HubSpot has is to be cleared then. For ``refused_before`` see ``held_by_refusal``.

    Args:
        model: What a contact is.
        looked_at: ``unlike_schema``, contacts of one bucket.
        found: What HubSpot has of them.
        settled: ``SETTLED_SCHEMA``, of these contacts and maybe of others.
        refused: ``Schemas.failed``.
        rules: What may be done.
        doubts: By source, what is not believed of its last reading; a source without doubts need not be there.
        scope: What the run may write.

    Raises:
        ContactsError: ``found`` has two rows of a contact.

    Example:
        Of a contact that nobody knows yet, everything is sent.

        >>> from datetime import UTC, datetime
        >>> from hubsync_assets.contacts.staleness import Written
        >>> from hubsync_assets.contacts.unlike import unlike_schema
        >>> from hubsync_assets.model.declaration import ContactSync
        >>> from hubsync_assets.model.schema import SETTLED_SCHEMA, UNFIT_SCHEMA
        >>> sync = {"sources": {"crm": {"read": "crm.csv"}}, "fields": {"email": {"kind": "email"}, "city": {"kind": "text"}}}
        >>> model = ContactModel(ContactSync.model_validate(sync))
        >>> ada = {"email": "ada@example.com", "city": "London", "state": False, "doubt": False}
        >>> looked_at = pl.DataFrame([{**dict.fromkeys(unlike_schema(model)), **ada}], schema=unlike_schema(model))
        >>> twins = pl.DataFrame(schema={"email": pl.String, "hubspot_id": pl.String})
        >>> found = Found(pl.DataFrame(schema=model.schema.portal), pl.DataFrame(schema=UNFIT_SCHEMA), twins)
        >>> rules = Rules("replace", clear_unknown=False, written=Written(1), now=datetime(2026, 11, 23, tzinfo=UTC))
        >>> settled, refused = pl.DataFrame(schema=SETTLED_SCHEMA), pl.DataFrame(schema=model.schema.failed)
        >>> changes = find_changes(model, looked_at, found, settled, refused, rules, {})
        >>> changes.planned.select("email", "action", "sent").rows()
        [('ada@example.com', 'create', ['city'])]
    """
    looked_at = with_settled(model, looked_at, settled, rules)
    uncertainty = Uncertainty(model, doubts, marked_fields(model, looked_at.lazy()))
    with_portal = _with_unfit(model, joined(looked_at, found.portal, "portal"), found.unfit)
    each = with_decisions(model, with_portal, uncertainty, rules).with_columns(
        (any_action(model) | (pl.col("known_from") == NOBODY)).alias("action"),
        any_held(model).alias("held"),
    )
    each = each.with_columns(
        written_version(model, rules.written).alias("mapping_version"), _owner(found.twins).alias("record:owner")
    ).with_columns(_left_out(model, rules))
    held = each.filter(pl.col("category").is_null() & (pl.col("waits") | (pl.col("held") & ~pl.col("action"))))
    certain = remembered(without(each, held), uncertainty)
    refusals = held_by_refusal(model, certain.filter("action"), refused, rules)
    wanted = without(certain, refusals)
    outside = scope.held(wanted.filter(pl.col("action") & pl.col("category").is_null()), model.contact_fields)
    # Not even what was seen of them is logged, so that the next run decides as if this one had not been.
    wanted = without(wanted, outside)
    written = wanted.filter(pl.col("action") & pl.col("category").is_null())
    left_out = wanted.filter(pl.col("category").is_not_null())
    news = newly_settled(model, wanted, found.unfit, rules)
    there = wanted.filter("portal", pl.col("category").is_null())
    return Changes(
        planned=plan_rows(model, written, news),
        # Of one that is made again, too: its new record does not have what the old one had.
        noted=noted_rows(model, wanted.filter(pl.col("portal") | pl.col("state"), pl.col("category").is_null()), news),
        left_out=plan_rows(model, left_out.filter(_is_news(model)), news.clear(), also=("category", "record:owner")),
        creates=written.filter(pl.col("known_from") == NOBODY).height,
        existing=int(each["portal"].sum()),
        unchanged=wanted.height - written.height - left_out.height,
        held_back={**reasons(held, uncertainty), **_not_sent(refusals, left_out), **_outside(outside)},
        values=count_values(model, written, there),
        leaves_doubt=bool(outside["doubt"].any()),
    )


def _with_unfit(model: ContactModel, contacts: pl.DataFrame, unfit: pl.DataFrame) -> pl.DataFrame:
    """Contacts with ``<field>:unfit``."""
    columns = []
    for name in model.names:
        emails = unfit.filter(pl.col("field") == name)[KEY]
        is_unfit = pl.col(KEY).is_in(emails.implode()) if emails.len() else pl.lit(value=False)
        columns.append(is_unfit.alias(f"{name}:unfit"))
    return contacts.with_columns(columns)


def _left_out(model: ContactModel, rules: Rules) -> pl.Expr:
    """Why a contact is not to be written at all; null: it is."""
    nothing = pl.lit(None, dtype=pl.String)
    is_new, is_gone = pl.col("known_from") == NOBODY, pl.col("known_from") == GONE
    why = pl.when(is_gone & (not rules.recreate)).then(pl.lit(GONE_IN_PORTAL)).otherwise(nothing)
    why = (
        pl.when((pl.col("record:owner") != pl.col(KEY)).fill_null(value=False)).then(pl.lit(SAME_RECORD)).otherwise(why)
    )
    if not model.declared.create:
        why = pl.when(is_new).then(pl.lit(NOT_IN_PORTAL)).otherwise(why)
    if not model.declared.update:
        has_something = pl.col("action") & pl.col("portal")
        why = pl.when(has_something).then(pl.lit(ALREADY_IN_PORTAL)).otherwise(why)
    return why.alias("category")


def _owner(twins: pl.DataFrame) -> pl.Expr:
    """Of golden records that are one in HubSpot, the one that is written; null: the contact is alone.

    It is that of the primary address, or else the first by the alphabet.
    """
    if twins.is_empty():
        return pl.lit(None, dtype=pl.String)
    emails = twins.group_by("hubspot_id").agg(pl.col(KEY).sort())
    addresses = dict(emails.iter_rows())
    of_record = pl.col("portal:hubspot_id").replace_strict(
        list(addresses), list(addresses.values()), default=None, return_dtype=pl.List(pl.String)
    )
    primary = pl.col("portal:primary")
    return pl.when(of_record.list.contains(primary)).then(primary).otherwise(of_record.list.first())


def _is_news(model: ContactModel) -> pl.Expr:
    """Whether the log does not know yet that a contact is left out; where the declaration leaves out one of ours, it need not."""
    del model
    by_declaration = pl.col("category").is_in([NOT_IN_PORTAL, ALREADY_IN_PORTAL])
    return ~by_declaration | (pl.col("known_from") != LOG)


def _not_sent(refusals: pl.DataFrame, left_out: pl.DataFrame) -> dict[str, int]:
    """How many contacts are not sent, because HubSpot refused them or because they are left out."""
    return count_refusals(pl.concat([refusals["category"], left_out["category"]]))


def _outside(outside: pl.DataFrame) -> dict[str, int]:
    return dict(outside.group_by("reason", maintain_order=True).len().iter_rows())


def count_refusals(categories: pl.Series) -> dict[str, int]:
    """By reason, how many contacts are held back for these categories of refusals."""
    own = (NOT_IN_PORTAL, ALREADY_IN_PORTAL, GONE_IN_PORTAL, SAME_RECORD)
    counts = {word: int((categories == word).sum()) for word in own}
    return {REFUSED_BEFORE: categories.len() - sum(counts.values()), **{word: n for word, n in counts.items() if n}}

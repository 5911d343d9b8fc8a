"""The contacts that a plan has to look at in HubSpot: those that may not be what is known of them.

A look at all contacts, so quick as it can be, so that the rest need be looked into only where there may be something to do. Put here: which
contacts these are, and what is known of each. Keep out: what HubSpot holds, and what becomes of them (``changes``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hubsync_assets.contacts.absence import is_removed
from hubsync_assets.contacts.confirming import confirmed
from hubsync_assets.contacts.decision_columns import state_value
from hubsync_assets.contacts.joining import KEY, joined, without
from hubsync_assets.contacts.refusals import held_by_refusal, value_may_be_taken_now
from hubsync_assets.contacts.rules import Rules
from hubsync_assets.contacts.uncertainty import Uncertainty
from hubsync_assets.contacts.unsent import without_unsent
from hubsync_assets.kinds.field import Field
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.schema import Schema

__all__ = ["Known", "Unlike", "find_unlike", "unlike_schema", "with_settled"]

_OF_SETTLED = ("value", "decision", "digest")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the contacts of one bucket.

    Attributes:
        state: ``Schemas.state``.
        settled: ``SETTLED_SCHEMA``.
        refused: ``Schemas.failed``.
        in_doubt: ``email`` and ``sent`` (``List(String)``): contacts of which nobody knows what HubSpot took. All of them are looked at.
    """

    state: pl.DataFrame
    settled: pl.DataFrame
    refused: pl.DataFrame
    in_doubt: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Unlike:
    """What one bucket comes to.

    Attributes:
        rows: ``unlike_schema``: the contacts to look at.
        refusals: ``email`` and ``category``: contacts that HubSpot refused as they are, and that are not looked at.
        confirmed: ``logged_schema``: contacts that are as known, and of which the log should say so anew.
        as_known: How many there are in all that are as known.
    """

    rows: pl.DataFrame
    refusals: pl.DataFrame
    confirmed: pl.DataFrame
    as_known: int


def unlike_schema(model: ContactModel) -> Schema:
    """The columns of contacts to look at: ``Schemas.merged``, and what is known of each, as ``deciding`` has it."""
    given = {f"{field.name}:given": field.dtype for field in model.contact_fields if not field.targets}
    known = {f"state:{name}": dtype for name, dtype in _of_state(model).items() if name != KEY}
    return {**model.schema.merged, **given, **known, "state": pl.Boolean, "doubt": pl.Boolean}


def find_unlike(
    model: ContactModel, merged: pl.DataFrame, known: Known, rules: Rules, doubts: Mapping[str, SourceDoubts]
) -> Unlike:
    """Compare golden records with what is known of them.

    Args:
        model: What a contact is.
        merged: ``Schemas.merged``, one bucket.
        known: What is known of these contacts.
        rules: What may be done: by them it is told what is settled.
        doubts: By source, what is not believed of its last reading.

    Raises:
        ContactsError: A table of what is known has two rows of a contact.
    """
    merged = without_unsent(model, merged)
    with_state = joined(merged, known.state.select(_of_state(model).keys()), "state")
    with_state = _marked(with_state, known.in_doubt)
    if known.settled.is_empty():
        rows = with_settled(model, _open_by_state(model, with_state, rules), known.settled, rules)
    else:
        with_state = with_state.with_row_index("place")
        is_settled = pl.col(KEY).is_in(known.settled[KEY].unique().implode())
        others = _open_by_state(model, with_state.filter(~is_settled), rules)
        settled = with_settled(model, with_state.filter(is_settled), known.settled, rules)
        rows = pl.concat(
            [with_settled(model, others, known.settled.clear(), rules), _open_by_both(model, settled, rules)],
            how="diagonal",
        ).sort("place")
    refused = known.refused.filter(pl.col("property").is_null())
    refusals = held_by_refusal(model, rows.filter(~pl.col("doubt")), refused, rules)
    still_refused = held_by_refusal(model, with_state, refused, rules)
    return Unlike(
        rows=without(rows, refusals).select(unlike_schema(model).keys()),
        refusals=refusals,
        confirmed=confirmed(model, with_state, rows, refused, still_refused, doubts),
        as_known=merged.height - rows.height,
    )


def _of_state(model: ContactModel) -> Schema:
    return {name: dtype for name, dtype in model.schema.state.items() if name not in {"run_id", "at"}}


def _marked(contacts: pl.DataFrame, in_doubt: pl.DataFrame) -> pl.DataFrame:
    if in_doubt.is_empty():
        return contacts.with_columns(pl.lit(value=False).alias("doubt"))
    return contacts.with_columns(pl.col(KEY).is_in(in_doubt[KEY].implode()).alias("doubt"))


def _open_by_state(model: ContactModel, contacts: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Those of which nothing is settled."""
    return _open(model, contacts, rules, {field.name: _differs(field, rules) for field in model.sent_fields})


def _open_by_both(model: ContactModel, contacts: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Those of which something is settled: a field counts that is not settled, or was under other conditions."""
    differs = {
        field.name: pl.when(f"settled:{field.name}")
        .then(f"settled:{field.name}:open")
        .otherwise(_differs(field, rules))
        .fill_null(value=False)
        for field in model.sent_fields
    }
    return _open(model, contacts, rules, differs)


def _open(model: ContactModel, contacts: pl.DataFrame, rules: Rules, differs: Mapping[str, pl.Expr]) -> pl.DataFrame:
    again = pl.col("state:written").fill_null(value=False) if rules.reformat else pl.lit(value=False)
    always = (~pl.col("state"), pl.col("doubt"), again)
    some = contacts.lazy().filter(pl.any_horizontal(*always, *differs.values())).collect()
    # Of these few it is asked more closely: a field of which nobody says anything any more cannot change, however often it is looked at.
    closely = [differs[field.name] & _is_spoken_of(model, field, rules) for field in model.sent_fields]
    return some.lazy().filter(pl.any_horizontal(*always, *closely)).collect()


def _is_spoken_of(model: ContactModel, field: Field, rules: Rules) -> pl.Expr:
    """Whether the sources have a value, or say in some way that there may be none any more."""
    found = Uncertainty(model, {}, ())
    is_ours = pl.col(f"state:{field.name}:ours").fill_null(value=False)
    unreadable = found.is_unreadable(field) & (is_ours | rules.may_clear_theirs) & rules.may_clear(field)
    return pl.col(field.name).is_not_null() | found.is_empty(field) | unreadable | is_removed(field, model.sources)


def with_settled(model: ContactModel, contacts: pl.DataFrame, settled: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Contacts with what is settled of each field, and whether that is open again.

    Args:
        model: What a contact is.
        contacts: ``unlike_schema``, or golden records with their state.
        settled: ``SETTLED_SCHEMA``, of these contacts and maybe of others.
        rules: By them it is told what is open again.

    Returns:
        Also ``settled:<field>`` and ``settled:<field>:open`` (Boolean), and ``settled:<field>:value``, ``:decision`` and ``:digest`` (String).
    """
    names = [f"settled:{name}" for name in model.names]
    if settled.is_empty():
        nothing = pl.lit(None, dtype=pl.String)
        return contacts.with_columns(
            *(nothing.alias(f"{name}:{what}") for name in names for what in _OF_SETTLED),
            *(pl.lit(value=False).alias(each) for name in names for each in (name, f"{name}:open")),
        )
    settled = settled.with_columns(value_may_be_taken_now(rules).alias("again"))
    for field in model.contact_fields:
        name = field.name
        of_field = settled.filter(pl.col("field") == name).select(KEY, *_OF_SETTLED, "again")
        contacts = joined(contacts, of_field, f"settled:{name}")
        value, digest, again = (pl.col(f"settled:{name}:{what}") for what in ("value", "digest", "again"))
        changed = value.ne_missing(field.text(pl.col(name))) | (digest != rules.digests.get(name, "")) | again
        contacts = contacts.with_columns(changed.alias(f"settled:{name}:open"))
    return contacts


def _differs(field: Field, rules: Rules) -> pl.Expr:
    """Whether a field may not be what the state says, or is not there as it is written now."""
    value, known = pl.col(field.name), state_value(field)
    elsewhere = rules.written.is_elsewhere(field)
    is_ours = pl.col(f"state:{field.name}:ours")
    theirs = rules.may_clear_theirs and rules.may_clear(field)
    gone = value.is_null() & known.is_not_null() & (is_ours | theirs)
    differs = value.is_not_null() & value.ne_missing(known)
    if rules.written.is_possible(field):
        return differs | (value.is_not_null() & rules.written.is_stale(field)) | (gone & ~elsewhere)
    return (differs | gone).fill_null(value=False)

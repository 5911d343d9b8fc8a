"""What has to be written to HubSpot, so that it holds the golden records.

Put here: the comparison of one bucket of golden records with what HubSpot is known to hold, and who is held back. Keep out:
how that became known, how a value is written (``hubspot.mapping``), and calls.

What is sent of a contact is every value it has, not only those that differ: the middleware is the source of truth.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

import polars as pl

from hubsync_assets.contacts.comparison import (
    any_change,
    changes,
    compared_with_portal,
    new_text,
    old_text,
    unlike_state,
)
from hubsync_assets.contacts.differences import differences
from hubsync_assets.contacts.errors import repeated_emails
from hubsync_assets.contacts.refusals import held_by_refusal
from hubsync_assets.model.fields import KEY, SOURCES
from hubsync_assets.model.schema import PLAN_SCHEMA, PORTAL_SCHEMA, STATE_SCHEMA

__all__ = ["INCOMPLETE_SOURCE", "REFUSED_BEFORE", "Changes", "find_changes", "held_by_refusal"]

INCOMPLETE_SOURCE = "incomplete_source"
REFUSED_BEFORE = "refused_before"

_CONFIRMED = (pl.col(KEY.name), pl.col("state:hubspot_id").alias("hubspot_id"))
_OF_STATE = [name for name in STATE_SCHEMA if name not in {"run_id", "at"}]


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of a bucket of golden records. Each is planned, unchanged or held back.

    Attributes:
        planned: ``PLAN_SCHEMA``, in the order of the golden records.
        unchanged: ``email``, ``hubspot_id``: contacts that the state does not know and the portal already holds exactly.
        confirmed: The same columns: contacts that are as the state says, which the log should say again. Some were made from another
            number of a source's records than the state knows; a later plan judges by that number whether an incomplete source
            may be why values are gone. Others were refused with values that they no longer have. None while a source is
            incomplete: what it lacks may be the only reason why they look as the state says.
        creates: How many of ``planned`` the portal does not have.
        updates: How many of ``planned`` it has.
        unchanged_by_log: How many contacts the state knows to be as they should.
        held_back: How many contacts are not written now, for each reason (``incomplete_source``, ``refused_before``).
    """

    planned: pl.DataFrame
    unchanged: pl.DataFrame
    confirmed: pl.DataFrame
    creates: int
    updates: int
    unchanged_by_log: int
    held_back: dict[str, int]


def find_changes(  # noqa: PLR0913  # four tables of one bucket, and what a run was told
    merged: pl.DataFrame,
    state: pl.DataFrame,
    refused: pl.DataFrame,
    portal: pl.DataFrame,
    *,
    mode: Literal["replace", "fill"],
    clear_unknown: bool,
    incomplete: Mapping[str, int],
    mapping_version: int,
    retry_failed: bool,
    now: datetime,
) -> Changes:
    """Compare golden records with what HubSpot holds.

    A contact is held back for ``incomplete_source`` if it would be planned and the state's values came from a source that could
    not be read whole this time and gave fewer records of it, or only an older file's; or if a value that only HubSpot has would
    be cleared if all sources were whole (written now, it would be known, and never cleared). For ``refused_before`` see
    ``held_by_refusal``.

    Args:
        merged: ``MERGED_SCHEMA``, one bucket, as all tables here.
        state: ``STATE_SCHEMA``: what HubSpot acknowledged that we wrote.
        refused: ``FAILED_SCHEMA``.
        portal: ``PORTAL_SCHEMA``: what the portal holds of contacts that are not in ``state``.
        mode: ``replace``: a missing value clears what we wrote before. ``fill``: a missing value leaves HubSpot's.
        clear_unknown: With ``replace``, a missing value also clears what only HubSpot has.
        incomplete: For each source that could not be read whole, the rank of its newest file that broke off. While there is
            one, nothing at all is cleared.
        mapping_version: How contacts are written now; those written another way are sent again.
        retry_failed: Plan refused contacts too.
        now: An aware time.

    Raises:
        ContactsError: ``state`` or ``portal`` has two rows of a contact.

    Example:
        A contact whose phone number HubSpot acknowledged before, and who has another one now:

        >>> from datetime import UTC
        >>> from hubsync_assets.model.schema import FAILED_SCHEMA, MERGED_SCHEMA
        >>> known = {"email": "ada@example.com", "phone": "600123199", "mapping_version": 1, "written": True}
        >>> changes = find_changes(
        ...     pl.DataFrame([{"email": "ada@example.com", "phone": "600123200"}], schema=MERGED_SCHEMA),
        ...     state=pl.DataFrame([known], schema=STATE_SCHEMA),
        ...     refused=pl.DataFrame(schema=FAILED_SCHEMA),
        ...     portal=pl.DataFrame(schema=PORTAL_SCHEMA),
        ...     mode="replace",
        ...     clear_unknown=False,
        ...     incomplete={},
        ...     mapping_version=1,
        ...     retry_failed=False,
        ...     now=datetime(2026, 11, 26, tzinfo=UTC),
        ... )
        >>> changes.planned.select("email", "action", "changes").to_dicts()
        [{'email': 'ada@example.com', 'action': 'update', 'changes': [{'field': 'phone', 'old': '600123199', 'new': '600123200'}]}]
    """
    with_state = _joined(merged, state.select(_OF_STATE), "state")
    replaces = mode == "replace"
    unlike = unlike_state(
        with_state,
        may_clear=replaces and not incomplete,
        may_clear_theirs=clear_unknown,
        mapping_version=mapping_version,
    )
    with_portal = _joined(unlike, portal.select(PORTAL_SCHEMA.keys()), "portal")
    compared = compared_with_portal(with_portal, may_clear=replaces and clear_unknown, incomplete=incomplete)
    same = (pl.col("known_from") == "portal") & ~any_change()
    unchanged = compared.filter(same).select(KEY.name, pl.col("portal:hubspot_id").alias("hubspot_id"))
    wanted = compared.filter(~same)
    free = wanted.filter(~pl.col("held"))
    still_refused = partial(
        held_by_refusal, refused=refused, mapping_version=mapping_version, retry_failed=retry_failed, now=now
    )
    refusals = still_refused(free)
    planned = _plan(_without(free, refusals))
    creates = planned.filter(pl.col("action") == "create").height
    return Changes(
        planned=planned,
        unchanged=unchanged,
        confirmed=with_state.clear().select(_CONFIRMED)
        if incomplete
        else _confirmed(with_state, unlike, refused, still_refused),
        creates=creates,
        updates=planned.height - creates,
        unchanged_by_log=merged.height - unlike.height,
        held_back={INCOMPLETE_SOURCE: wanted.height - free.height, REFUSED_BEFORE: refusals.height},
    )


def _confirmed(
    with_state: pl.DataFrame,
    unlike: pl.DataFrame,
    refused: pl.DataFrame,
    still_refused: Callable[[pl.DataFrame], pl.DataFrame],
) -> pl.DataFrame:
    moved = pl.any_horizontal(pl.col(f"{source}_records") != pl.col(f"state:{source}_records") for source in SOURCES)
    was_refused = pl.col(KEY.name).is_in(refused[KEY.name].implode())
    as_known = _without(with_state.filter(pl.col("state") & (moved | was_refused)), unlike)
    # Another mode may want to write just what was refused: that the state says otherwise does not end such a refusal.
    return _without(as_known, still_refused(as_known.filter(~moved))).select(_CONFIRMED)


def _joined(contacts: pl.DataFrame, known: pl.DataFrame, what: str) -> pl.DataFrame:
    """Contacts with the columns of ``known`` as ``<what>:<column>``, and ``<what>`` (Boolean): whether it has the contact."""
    if known.is_empty():
        nothing = [
            pl.lit(None, dtype=dtype).alias(f"{what}:{name}")
            for name, dtype in known.schema.items()
            if name != KEY.name
        ]
        return contacts.with_columns(*nothing, pl.lit(value=False).alias(what))
    renamed = known.rename(lambda name: name if name == KEY.name else f"{what}:{name}").with_columns(
        pl.lit(value=True).alias(what)
    )
    joined = contacts.join(renamed, on=KEY.name, how="left", maintain_order="left")
    if joined.height != contacts.height:
        raise repeated_emails(what)
    return joined.with_columns(pl.col(what).fill_null(value=False))


def _without(contacts: pl.DataFrame, emails: pl.DataFrame) -> pl.DataFrame:
    # A join copies every column, and nearly always there is nothing to take away.
    return contacts if emails.is_empty() else contacts.join(emails, on=KEY.name, how="anti", maintain_order="left")


def _plan(wanted: pl.DataFrame) -> pl.DataFrame:
    lists = differences(wanted, changes=changes, old=old_text, new=new_text)
    action = pl.when(pl.col("known_from") == "nobody").then(pl.lit("create")).otherwise(pl.lit("update"))
    hubspot_id = pl.when("state").then("state:hubspot_id").otherwise("portal:hubspot_id")
    columns = (*lists.get_columns(), action.alias("action"), hubspot_id.alias("hubspot_id"))
    return wanted.with_columns(*columns).select(PLAN_SCHEMA.keys())

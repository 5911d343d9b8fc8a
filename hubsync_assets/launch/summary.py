"""A finished sync in words: what was read, what it became, what HubSpot took, and where to look.

Every number is one that the run itself reported to Dagster. Keep out: counting.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from hubsync_assets.model.actions import CLEAR, FILL, OVERWRITE, OVERWRITE_THEIRS
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.tables import (
    BELIEVED,
    COLUMNS,
    CONFLICTS,
    FAILED,
    FEW_REFUSED,
    FEW_REJECTED,
    FILES,
    IS_USUAL,
    MERGED,
    NOTHING_REFUSED,
    PLAN,
    SAME_COLUMNS,
    STATE,
)

__all__ = ["summary"]


def summary(model: ContactModel, result: dg.ExecuteInProcessResult) -> str:
    """A run of ``sync_contacts`` in words.

    Args:
        model: What a contact is.
        result: The finished run.
    """
    numbers = {
        event.asset_key.path[-1]: {name: value.value for name, value in event.materialization.metadata.items()}
        for event in result.get_asset_materialization_events()
        if event.asset_key is not None
    }
    return "\n".join(
        [
            "",
            *_read(model, numbers),
            *_merged(model, numbers),
            *_planned(numbers),
            *_written(numbers),
            *_checks(result),
            *_failures(result),
        ]
    )


Numbers = Mapping[str, Mapping[str, Any]]


def _read(model: ContactModel, numbers: Numbers) -> Iterator[str]:
    for source, table in model.tables.raw.items():
        raw = numbers.get(table)
        if raw is None:
            continue
        again = "" if raw["read_again"] else "  (unchanged, not read again)"
        yield (
            f"  read      {source}: {_counted(raw['records_read'], 'record')} = {raw['dagster/row_count']:,} kept + {raw['rejected']:,} rejected, "
            f"{_counted(raw['dropped_values'], 'value')} dropped{again}"
        )


def _merged(model: ContactModel, numbers: Numbers) -> Iterator[str]:
    merged, conflicts = numbers.get(MERGED), numbers.get(CONFLICTS)
    if merged is not None and conflicts is not None:
        where = "both" if len(model.sources) == 2 else "several sources"
        yield (
            f"  merged    {_counted(merged['records'], 'record')} into {_counted(merged['dagster/row_count'], 'contact')}, "
            f"{merged['in_several_sources']:,} of them in {where}; {_counted(conflicts['dagster/row_count'], 'conflict')}, each decided by its rule"
        )


def _planned(numbers: Numbers) -> Iterator[str]:
    plan = numbers.get(PLAN)
    if plan is None:
        return
    unchanged, held_back = _total(plan, "unchanged/"), _total(plan, "held_back/")
    why = ", ".join(
        f"{n:,} {name.removeprefix('held_back/').replace('_', ' ')}"
        for name, n in plan.items()
        if name.startswith("held_back/") and n
    )
    yield (
        f"  planned   {plan['creates']:,} to create, {plan['updates']:,} to update, {unchanged:,} unchanged, "
        f"{held_back:,} held back{f' ({why})' if why else ''}"
    )
    if plan["updates"]:
        values = ", ".join(f"{plan[f'values/{action}']:,} {words}" for action, words in _OF_UPDATES.items())
        yield f"            of their values {values}"
    if settled := _total(plan, "settled/"):
        yield f"            {_counted(settled, 'value')} {'is' if settled == 1 else 'are'} not sent: settled_values says why"


_OF_UPDATES = {
    FILL: "filled",
    OVERWRITE: "overwritten",
    OVERWRITE_THEIRS: "overwritten that somebody else wrote",
    CLEAR: "emptied",
}


def _written(numbers: Numbers) -> Iterator[str]:
    written, failed = numbers.get(STATE), numbers.get(FAILED)
    if written is None or failed is None:
        return
    yield (
        f"  HubSpot   {written['created']:,} created, {written['updated']:,} updated, {written['refused']:,} refused, "
        f"{written['unsent']:,} unsent in {_counted(written['write_calls'], 'write call')}"
    )
    held, refused = _counted(written["dagster/row_count"], "contact"), failed["dagster/row_count"]
    yield f"            it holds {held} of ours; {refused:,} {'is' if refused == 1 else 'are'} in {FAILED} with the reason"


def _checks(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    checks = result.get_asset_check_evaluations()
    others = [check for check in checks if check.check_name in _NO_SUMS]
    sums = [check.passed for check in checks if check.check_name not in _NO_SUMS]
    if sums:
        yield f"  sums      {sum(sums)} of {len(sums)} close (nothing lost, nothing counted twice)"
    for check in others:
        if not check.passed:
            yield f"  {_NO_SUMS[check.check_name]:<9} {check.description}"


_NO_SUMS = {
    BELIEVED: "doubt",
    COLUMNS: "look",
    FILES: "look",
    IS_USUAL: "approve",
    NOTHING_REFUSED: "refused",
    SAME_COLUMNS: "look",
    FEW_REJECTED: "look",
    FEW_REFUSED: "refused",
}
"""Checks that say something to a person, and the word that their line begins with."""


def _failures(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    for event in result.filter_events(lambda event: event.is_step_failure):
        error = event.step_failure_data.user_failure_data
        words = error.description if error is not None else event.step_failure_data.error_display_string
        yield ""
        yield f"  failed    {words}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _total(numbers: Mapping[str, Any], prefix: str) -> int:
    return sum(int(value) for name, value in numbers.items() if name.startswith(prefix))

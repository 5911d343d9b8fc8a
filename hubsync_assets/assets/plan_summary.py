"""A plan in numbers, for Dagster's plots, and in words, for the people who decide about it.

Put here: metadata and Markdown. Keep out: counting (``steps.plan_counts``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from hubsync_assets.hubspot.errors import SCOPES_NEEDED
from hubsync_assets.model.actions import ACTIONS, CLEAR, CREATE, FILL, OVERWRITE, OVERWRITE_THEIRS
from hubsync_assets.steps.plan_report import Cost, PlanReport

__all__ = ["plan_numbers", "plan_summary"]

_HEADS = {
    CREATE: "with new contacts",
    FILL: "filled",
    OVERWRITE: "overwritten",
    OVERWRITE_THEIRS: "somebody else's overwritten",
    CLEAR: "emptied",
}


_UNCHANGED = {"log": "as_last_written", "portal": "found_in_hubspot"}
"""How it is known that a contact is as it should be."""
_HELD = {
    "incomplete_source": "because a source was not read as a whole",
    "source_in_doubt": "because what a source says is not believed",
    "unreadable_value": "because a value cannot be read",
    "refused_before": "because HubSpot refused them as they are",
    "gone_in_hubspot": "because they were deleted in HubSpot",
    "same_hubspot_record": "because HubSpot has them as one record with another",
    "not_in_portal": "because HubSpot does not have them, and the declaration says create: false",
    "already_in_portal": "because HubSpot has them, and the declaration says update: false",
    "not_in_only_file": "because they are not in only_file",
    "of_a_source_that_is_off": "because a source that is off for this run has, or had, a record of them",
    "update_while_create_only": "because HubSpot has them, and this run is create_only",
    "create_while_update_only": "because HubSpot does not have them, and this run is update_only",
    "above_max_contacts": "because they are more than max_contacts",
}


def plan_numbers(report: PlanReport) -> dict[str, Any]:
    """Dagster plots each over time."""
    cost = report.cost
    numbers: dict[str, Any] = {
        "portal_id": dg.MetadataValue.text(str(report.portal_id)),
        "digest": dg.MetadataValue.text(report.digest),
        "creates": report.creates,
        "updates": report.updates,
        "calls": report.calls,
        "read_from_hubspot": report.learned,
        "held_back": sum(report.held_back.values()),
        "contacts_that_lose_a_value": report.weight.clears,
        "contacts_of_others_overwritten": report.weight.theirs,
        "in_doubt": report.in_doubt,
        "write_calls_needed": cost.write_calls,
        **{f"unchanged/{_UNCHANGED.get(how, how)}": count for how, count in report.unchanged.items()},
        **{f"held_back/{reason}": count for reason, count in report.held_back.items()},
        **{f"values/{action}": report.actions.get(action, 0) for action in ACTIONS},
        **{f"changes/{name}/{action}": n for name, by in report.changes.items() for action, n in by.items()},
        **{f"settled/{reason}/{name}": n for reason, by in report.settled.items() for name, n in by.items()},
        **{f"other_forms/{name}": count for name, count in report.other_forms.items()},
    }
    if cost.seconds is not None:
        numbers["seconds_at_burst_limit"] = cost.seconds
    if cost.share_of_day is not None:
        numbers["share_of_day"] = cost.share_of_day
    return numbers


def plan_summary(report: PlanReport, heading: str = "", apply: str = "", waits: str = "") -> str:
    """Markdown, in paragraphs: what a person has to decide comes before the details (``shown_markdown``).

    Args:
        report: the plan's.
        heading: where it would go.
        apply: what lets a plan through, with ``{digest}`` in it; empty: not known.
        waits: why this one waits for a person; empty: it does not.
    """
    head = [heading, ""] if heading else []
    first = [*head, _contacts(report), *_next(report, apply, waits), *_cost(report.cost)]
    return "\n".join([*first, *_held_back(report), *_values(report), *_settled(report)])


def _next(report: PlanReport, apply: str, waits: str) -> Iterator[str]:
    if not report.planned:
        return
    yield ""
    if waits:
        yield f"**It waits for a person.** {waits[0].upper()}{waits[1:]}"
    elif apply:
        yield f"To write just this plan: {apply.format(digest=report.digest)}"


def _contacts(report: PlanReport) -> str:
    unchanged, held = sum(report.unchanged.values()), sum(report.held_back.values())
    creates = f"{report.creates:,} contact{'' if report.creates == 1 else 's'} to create"
    return f"**{creates}, {report.updates:,} to update**, {unchanged:,} unchanged, {held:,} held back. Plan {report.digest}."


def _held_back(report: PlanReport) -> Iterator[str]:
    lines = [
        f"- held back, {_HELD.get(reason, reason.replace('_', ' '))}: {count:,}"
        for reason, count in report.held_back.items()
        if count
    ]
    if lines:
        yield ""
        yield from lines


def _values(report: PlanReport) -> Iterator[str]:
    if not report.changes:
        return
    used = [action for action in ACTIONS if report.actions.get(action)]
    yield ""
    yield f"| property | {' | '.join(_HEADS[action] for action in used)} |"
    yield f"|---|{'---:|' * len(used)}"
    for name, by_action in report.changes.items():
        yield f"| {name} | {' | '.join(f'{by_action.get(action, 0):,}' for action in used)} |"


def _settled(report: PlanReport) -> Iterator[str]:
    words = {
        "theirs": "kept, because somebody else wrote it",
        "only_fill": "kept, because the field is only filled",
        "set_once": "kept, because the field is only written with new contacts",
        "never_clear": "not emptied, because nothing is made empty",
        "refused": "not sent, because the portal does not take it (after the sync failed_contacts says why)",
    }
    lines = [
        f"- {name}: {count:,} {words[reason]}" for reason, by in report.settled.items() for name, count in by.items()
    ]
    lines += [
        f"- {name}: {count:,} mean the same in another form, and stay as they are"
        for name, count in report.other_forms.items()
    ]
    if lines:
        yield ""
        yield "Values that are not sent:"
        yield from lines


def _cost(cost: Cost) -> Iterator[str]:
    if not cost.write_calls:
        return
    share = "" if cost.share_of_day is None else f", {_share(cost.share_of_day)} of the day's quota"
    left = "" if cost.daily_left is None else f" ({cost.daily_left:,} calls are left today)"
    seconds = (
        "" if cost.seconds is None else f", and {_time(cost.seconds)} where nothing but HubSpot's burst limit slows it"
    )
    calls = f"{cost.write_calls:,} call{'' if cost.write_calls == 1 else 's'}"
    yield ""
    yield f"Writing it takes {calls}{share}{left}{seconds}."
    # Whether the key may write cannot be asked without writing.
    yield f"{SCOPES_NEEDED}; a plan only shows that the key may read."


def _share(share: float) -> str:
    return "less than 0.1 %" if share < 0.001 else f"{share:.1%}"


def _time(seconds: float) -> str:
    if seconds < 1:
        return "less than a second"
    if seconds < 120:
        return f"about {max(2, round(seconds)):,} seconds"
    return f"about {round(seconds / 60):,} minutes"

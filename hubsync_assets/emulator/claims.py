"""Who else has an email or a unique value that a write wants.

Put here: finding the clashes of a batch, with the portal and within itself. Keep out: what a clash costs (one input or the
whole batch), which the endpoints decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.responses import Problem
from hubsync_assets.emulator.writing import Draft, unique_changes

__all__ = ["Clash", "check_unique_values", "email_clashes"]


@dataclass(frozen=True, slots=True)
class Clash:
    """A draft wants an address that the contact ``owner`` has (0: another input of the batch that is new itself)."""

    draft: Draft
    email: str
    owner: int


def email_clashes(portal: Portal, drafts: Sequence[Draft]) -> list[Clash]:
    """The clashes of all drafts without problems; erased addresses become problems where a switch says so."""
    wanted = [(draft, email) for draft in drafts if not draft.problems for email in draft.gained_emails()]
    if portal.switches.erased_emails_are_refused:
        blocked = portal.contacts.blocked(email for _, email in wanted)
        for draft, email in wanted:
            if email in blocked:
                draft.problems.append(Problem("email", "GDPR_BLACKLISTED_EMAIL", "email has been GDPR blacklisted"))
    owners = portal.contacts.owners(email for _, email in wanted)
    taken: dict[str, int] = {}
    clashes = []
    for draft, email in wanted:
        owner = owners.get(email, taken.get(email))
        if owner is not None:
            clashes.append(Clash(draft, email, owner))
        taken[email] = draft.contact.id
    return clashes


def check_unique_values(portal: Portal, drafts: Sequence[Draft]) -> None:
    """A value of a unique custom property that another contact or an earlier input has is a problem of its input."""
    if not portal.properties.unique_names:
        return
    wanted = [
        (draft, name, value) for draft in drafts if not draft.problems for name, value in unique_changes(portal, draft)
    ]
    held = {
        name: portal.contacts.holders(name, [value for _, other, value in wanted if other == name])
        for name in portal.properties.unique_names
    }
    taken: set[tuple[str, str]] = set()
    for draft, name, value in wanted:
        if held[name].get(value, draft.contact.id) != draft.contact.id or (name, value) in taken:
            words = f'Another contact has this value of the unique property "{name}"'
            draft.problems.append(Problem(name, "CONFLICTING_UNIQUE_VALUE", words))
        taken.add((name, value))

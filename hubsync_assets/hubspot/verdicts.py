"""The outcomes that are not acknowledgements: refused, unsent.

Put here: their wording as ``Outcome``. Keep out: when they are due.
"""

from collections.abc import Iterable

from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.proof import Refusal
from hubsync_assets.hubspot.values import Outcome

__all__ = ["refused", "unsent", "unsent_because"]


def refused(item: Item, refusal: Refusal) -> Outcome:
    """HubSpot will not take this content."""
    return Outcome(
        item.upsert.email,
        "refused",
        None,
        refusal.category,
        refusal.message,
        refusal.correlation_id,
        attempts=item.sends,
    )


def unsent(items: Iterable[Item], category: str, why: object) -> list[Outcome]:
    """Nobody's fault: to be sent again."""
    return [Outcome(it.upsert.email, "unsent", None, category, str(why), attempts=it.sends) for it in items]


def unsent_because(items: Iterable[Item], stop: HubsyncError) -> list[Outcome]:
    """Unsent as the run was stopped; ``DailyLimitError`` gives the category ``daily_limit``."""
    name = type(stop).__name__.removesuffix("Error")
    category = "".join(f"_{it.lower()}" if it.isupper() else it for it in name).lstrip("_")
    return unsent(items, category, stop)

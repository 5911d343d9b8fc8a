"""Which values of a refused contact to leave out, so that a value that HubSpot does not take costs the value and not the contact.

Put here: that decision. Keep out: sending the contact once more (``settling``, ``scheduling``), and the words (``refusal_words``).
"""

from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.mapping import EMAIL
from hubsync_assets.hubspot.proof import Refusal
from hubsync_assets.hubspot.refusal_words import words_of_value
from hubsync_assets.hubspot.values import RefusedValue

__all__ = ["values_to_leave_out"]


def values_to_leave_out(item: Item, refusal: Refusal) -> tuple[RefusedValue, ...]:
    """The values without which the contact may be taken; empty: it is refused as it is.

    It gets one such try. ``email``, which tells contacts apart, is never left out. A clash is not about a bad value, but about another contact,
    and is settled as such. What is left of an update may be nothing at all: that says nothing, and is not to be sent.
    """
    faults = {fault.name: fault for fault in reversed(refusal.faults) if fault.name}
    if item.dropped or refusal.may_pass or EMAIL in faults:
        return ()
    sent = item.sent()
    return tuple(
        RefusedValue(name, fault.code or refusal.category, words_of_value(fault, sent[name]), refusal.correlation_id)
        for name, fault in faults.items()
        if name in sent
    )

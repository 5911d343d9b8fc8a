"""What follows from reading back the inputs that an answer left open: acknowledged, refused, or sent again.

Put here: the decisions after a batch read. Keep out: those after a write (``settling``). An input counts as written only if HubSpot
holds every property as it was sent.
"""

from hubsync_assets.hubspot.batches import Item, halves
from hubsync_assets.hubspot.decoding import sort_read
from hubsync_assets.hubspot.mapping import holds
from hubsync_assets.hubspot.proof import Refusal
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.response import Response
from hubsync_assets.hubspot.settling import Job, Settlement, parts
from hubsync_assets.hubspot.values import Outcome
from hubsync_assets.hubspot.verdicts import refused, unsent

__all__ = ["SILENCES", "settle_read", "settle_refused_read"]

SILENCES = 3
"""How often a contact is sent that HubSpot answers for without a word."""


def settle_read(job: Job, answer: Response, report: WriteReport) -> Settlement:
    """What HubSpot holds of the inputs that an answer left open.

    Raises:
        UnknownAnswerError: The answer makes no sense.
    """
    found, _ = sort_read([it.upsert.email for it in job.items], answer.body or {})
    contacts = {it.email: it for it in found.found}
    # A record that was merged answers by its primary email, which nobody asked for: its id says whose it is.
    report.strangers -= len({it.id for it in found.found}.intersection(job.strangers))
    settlement = Settlement()
    unproven = []
    for item in job.items:
        contact = contacts.get(item.upsert.email.lower())
        sent = {**item.upsert.properties, "email": item.upsert.email}
        emails = (
            ()
            if contact is None
            else tuple(filter(None, (contact.properties.get("email"), contact.email, *contact.additional_emails)))
        )
        if contact is not None and holds(sent, contact.properties, emails):
            report.read_back += 1
            settlement.outcomes.append(Outcome(item.upsert.email, "updated", contact.id, attempts=item.sends))
        elif item in job.doubts:
            settlement.outcomes.append(refused(item, job.doubts[item]))
        else:
            unproven.append(item)
    settlement.healthy = True if settlement.outcomes else False if unproven else None
    _ask_again(settlement, unproven, job.loose)
    return settlement


def settle_refused_read(job: Job, answer: Response) -> Settlement:
    """A reading back that HubSpot refused whole: by halves, and what cannot be read alone stays unproven."""
    if len(job.items) > 1:
        return Settlement(jobs=parts(job))
    why = f"HubSpot refused to read the contact back ({answer.what})"
    return Settlement(outcomes=unsent(job.items, "not_confirmed", why))


def _ask_again(settlement: Settlement, unproven: list[Item], loose: tuple[Refusal, ...]) -> None:
    """Inputs without a word, and not there: an error that names nobody is theirs; else send them again, but not for ever."""
    if loose and len(unproven) == 1:
        settlement.outcomes.append(refused(unproven[0], loose[0]))
    elif loose and unproven:
        settlement.jobs += [Job("write", half) for half in halves(unproven)]
    elif unproven:
        given_up = [it for it in unproven if it.silent >= SILENCES]
        why = Refusal(
            "not_confirmed",
            f"HubSpot answered {SILENCES} times without a word about this contact, and does not hold it",
        )
        settlement.outcomes += [refused(it, why) for it in given_up if it.left_out]
        settlement.outcomes += unsent([it for it in given_up if not it.left_out], why.category, why.message)
        if again := [it for it in unproven if it.silent < SILENCES]:
            settlement.jobs.append(Job("write", again))

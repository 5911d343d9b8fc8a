"""What follows from reading contacts back that an answer to a write left open.

Put here: the decisions after a reading back, as functions from a job and its answer to a ``Settlement``. Keep out: sending it
(``sender``), and what leads to it (``settling``). It is by email, for updates too: a record that was merged or made anew has another id.
"""

from hubsync_assets.hubspot.batches import Item, halves
from hubsync_assets.hubspot.decoding import sort_read
from hubsync_assets.hubspot.jobs import Job, Settlement, split_job
from hubsync_assets.hubspot.mapping import EMAIL, PropertyMapping
from hubsync_assets.hubspot.proof import Refusal, Written, acknowledged, refused, unsent
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.response import Response
from hubsync_assets.hubspot.values import Outcome, PortalContact

__all__ = ["SILENCES", "give_up_reading", "settle_read", "settle_refused_read"]

SILENCES = 3
"""How often a contact is sent that HubSpot's answers do not mention."""
GONE = "HubSpot has no record with this id any more, and none with this email: nothing was written"
MOVED = (
    "this email is now another record's in HubSpot than the one that was to be updated: look again before it is sent"
)


def settle_read(job: Job, answer: Response, report: WriteReport, mapping: PropertyMapping) -> Settlement:
    """A 2xx answer to a batch read of the inputs that an answer left open: written only if HubSpot holds every property as it was sent.

    Raises:
        UnknownAnswerError: The answer is not one to this read.
    """
    found, _ = sort_read([item.upsert.email for item in job.items], answer.body or {})
    contacts = {contact.email: contact for contact in found.found}
    missing = {email.lower() for email in found.missing}
    _own(job, {contact.id for contact in found.found}, report)
    settlement = Settlement()
    unproven = []
    for item in job.items:
        key = item.upsert.email.lower()
        contact = contacts.get(key)
        if contact is not None and _is_held(mapping, item, contact):
            report.read_back += 1
            settlement.outcomes.append(acknowledged(item, Written(contact.id, new=False)))
        elif item in job.doubts:
            settlement.outcomes.append(refused(item, job.doubts[item]))
        elif contact is not None and item.updates and contact.id != item.upsert.hubspot_id:
            settlement.outcomes += unsent([item], "moved", MOVED)
        elif item in job.absent and key in missing:
            settlement.outcomes.append(Outcome(item.upsert.email, "gone", message=GONE, attempts=item.sends))
        else:
            unproven.append(item)
    settlement.healthy = True if settlement.outcomes else False if unproven else None
    _ask_again(settlement, unproven, job)
    return settlement


def settle_refused_read(job: Job, answer: Response, report: WriteReport) -> Settlement:
    """A read back that HubSpot refused whole: halve it; a contact that cannot be read alone is unsent."""
    if len(job.items) > 1:
        return Settlement(jobs=split_job(job))
    give_up_reading(job, report)
    why = f"HubSpot refused to read the contact back ({answer.what})"
    return Settlement(outcomes=unsent(job.items, "not_confirmed", why))


def give_up_reading(job: Job, report: WriteReport) -> None:
    """Nothing will show any more whose results these were: they are nobody's proof, and nobody's fault."""
    report.left_open += len(job.strangers)
    report.strangers -= len(job.strangers)
    job.strangers.clear()


def _own(job: Job, ids: set[str], report: WriteReport) -> None:
    """A merged record is in results under its primary email, or its new id, which nobody asked for: found now, it is no stranger."""
    strangers = [identity for identity in job.strangers if identity not in ids]
    report.strangers -= len(job.strangers) - len(strangers)
    job.strangers[:] = strangers


def _is_held(mapping: PropertyMapping, item: Item, contact: PortalContact) -> bool:
    emails = filter(None, (contact.properties.get(EMAIL), contact.email, *contact.additional_emails))
    return mapping.holds({**item.sent(), EMAIL: item.upsert.email.lower()}, contact.properties, list(emails))


def _ask_again(settlement: Settlement, unproven: list[Item], job: Job) -> None:
    """Inputs that were neither mentioned nor found: an error that names nobody is about them; else send them again, but not for ever."""
    if job.loose and len(unproven) == 1:
        settlement.outcomes.append(refused(unproven[0], job.loose[0]))
    elif (job.loose or job.halve) and len(unproven) > 1:
        settlement.jobs += [Job("write", half) for half in halves(unproven)]
    elif unproven:
        given_up = [item for item in unproven if item.silent >= SILENCES]
        why = Refusal(
            "not_confirmed", f"HubSpot answered {SILENCES} times without mentioning this contact, and does not hold it"
        )
        settlement.outcomes += [refused(item, why) for item in given_up if item.left_out]
        settlement.outcomes += unsent([item for item in given_up if not item.left_out], why.category, why.message)
        if again := [item for item in unproven if item.silent < SILENCES]:
            settlement.jobs.append(Job("write", again))

"""What follows from an answer for each of its inputs: an outcome, another call, or a wait until the end of the run.

Put here: the decisions after a write or a reading back, as functions from a job and its answer to a ``Settlement``. Keep out: threads,
waiting and retrying (``sender``), matching (``proof``), statuses (``retry``). ``docs/writer.md`` has the table of all decisions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from hubsync_assets.errors import HubsyncError
from hubsync_assets.hubspot.batches import Item, halves
from hubsync_assets.hubspot.decoding import sort_read
from hubsync_assets.hubspot.errors import mapping_refused
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.proof import Refusal, read_upsert, refusal_of, refused, unsent, unsent_because
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.response import Response
from hubsync_assets.hubspot.values import Outcome, PortalContact, Upsert

__all__ = [
    "SILENCES",
    "Job",
    "Settlement",
    "settle_read",
    "settle_refusal",
    "settle_refused_read",
    "settle_upsert",
    "split_job",
]

SILENCES = 3
"""How often a contact is sent that HubSpot's answers do not mention."""


@dataclass(slots=True)
class Job:
    """One call to make: a batch upsert, or a read back of inputs that an answer left open.

    Attributes:
        tries: How often the portal failed it.
        doubts: For a read back: inputs that the answer had both in results and in errors, with that error.
        loose: Errors of that answer that do not name any input.
        strangers: Ids of its results that do not belong to any input, unless reading back shows that they do.
        successes: How many calls had succeeded when the portal first failed this one.
    """

    kind: Literal["write", "read"]
    items: list[Item]
    tries: int = 0
    doubts: Mapping[Item, Refusal] = field(default_factory=dict)
    loose: tuple[Refusal, ...] = ()
    strangers: tuple[str, ...] = ()
    successes: int = 0


@dataclass(slots=True)
class Settlement:
    """What follows from an answer.

    Attributes:
        outcomes: Of the inputs that are decided.
        jobs: Calls to make next.
        deferred: Inputs for a try alone at the end of the run, with the refusal that they got alone (None: in a pair).
        healthy: Whether the portal works as it should; None: this answer does not show it.
        stop: Why the run cannot go on.
        refused_whole: Inputs that were refused by a refusal of a whole call in which they were alone.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    deferred: list[tuple[Item, Refusal | None]] = field(default_factory=list)
    healthy: bool | None = True
    stop: HubsyncError | None = None
    refused_whole: int = 0


def settle_upsert(job: Job, answer: Response, report: WriteReport) -> Settlement:
    """A 2xx answer to a batch upsert."""
    matched = read_upsert(job.items, answer)
    open_items = [*matched.silent, *matched.doubtful]
    settlement = Settlement()
    for item, done in matched.written.items():
        kind: Literal["created", "updated"] = "created" if done.new else "updated"
        settlement.outcomes.append(
            Outcome(item.upsert.email, kind, done.id, correlation_id=answer.correlation_id, attempts=item.sends)
        )
    _refuse(settlement, matched.refused)
    report.results += len(matched.written)
    report.errors += len(matched.refused) - len(settlement.deferred)
    report.asked_again += len(open_items) + len(settlement.deferred)
    report.strangers += len(matched.strangers)
    if open_items:
        for item in matched.silent:
            item.silent += 1
            item.left_out |= bool(matched.written or matched.refused)
        # After an answer that mentions nobody, reading back shows whether the portal works.
        settlement.healthy = True if matched.written or matched.refused else None
        settlement.jobs.append(
            Job("read", open_items, 0, matched.doubtful, tuple(matched.loose), tuple(matched.strangers))
        )
    return settlement


def settle_refusal(job: Job, answer: Response, report: WriteReport) -> Settlement:
    """A batch upsert that HubSpot refused whole (400, 409, 413) without saying whose fault it is: halve it.

    One culprit in 100 costs two calls for each of at most seven halvings. Conflicts stop at pairs: both go alone at the end of
    the run, where a conflict gets its second try anyway.
    """
    refusal = refusal_of(answer.body or {}, answer)
    if answer.status == 409 and not refusal.may_pass:
        refusal = Refusal("CONFLICT", refusal.message, refusal.faults, refusal.correlation_id)
    settlement = Settlement()
    if refusal.mapping_faults:
        settlement.stop = mapping_refused(refusal.mapping_faults)
        settlement.outcomes = unsent_because(job.items, settlement.stop)
    elif len(job.items) == 1:
        _refuse(settlement, {job.items[0]: refusal})
    elif len(job.items) == 2 and refusal.may_pass:
        settlement.deferred = [(item, None) for item in job.items]
    else:
        settlement.jobs = split_job(job)
    final = sum(outcome.kind == "refused" for outcome in settlement.outcomes)
    # A try alone at the end is of a contact that was refused before: a second refusal says nothing about the others.
    settlement.refused_whole = final if not job.items[0].last else 0
    report.errors += final
    report.asked_again += len(job.items) - final
    return settlement


def settle_read(job: Job, answer: Response, report: WriteReport, mapping: PropertyMapping) -> Settlement:
    """A 2xx answer to a batch read of the inputs that an answer left open: written only if HubSpot holds every property as it was sent.

    Raises:
        UnknownAnswerError: The answer is not one to this read.
    """
    found, _ = sort_read([item.upsert.email for item in job.items], answer.body or {})
    contacts = {contact.email: contact for contact in found.found}
    # A merged record is in results under its primary email, which nobody asked for; its id says whose it is.
    report.strangers -= len({contact.id for contact in found.found}.intersection(job.strangers))
    settlement = Settlement()
    unproven = []
    for item in job.items:
        contact = contacts.get(item.upsert.email.lower())
        if contact is not None and _is_held(mapping, item.upsert, contact):
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
    """A read back that HubSpot refused whole: halve it; a contact that cannot be read alone is unsent."""
    if len(job.items) > 1:
        return Settlement(jobs=split_job(job))
    why = f"HubSpot refused to read the contact back ({answer.what})"
    return Settlement(outcomes=unsent(job.items, "not_confirmed", why))


def split_job(job: Job, tries: int = 0) -> list[Job]:
    """The same call for each half of its inputs."""
    return [replace(job, items=half, tries=tries) for half in halves(job.items)]


def _refuse(settlement: Settlement, refusals: Mapping[Item, Refusal]) -> None:
    """Refusals of single inputs: final, for the end of the run, or the mapping's fault."""
    for item, refusal in refusals.items():
        if refusal.mapping_faults:
            settlement.stop = mapping_refused(refusal.mapping_faults)
            settlement.outcomes += unsent_because([item], settlement.stop)
        elif refusal.may_pass and not item.last:
            settlement.deferred.append((item, refusal))
        else:
            settlement.outcomes.append(refused(item, refusal))


def _is_held(mapping: PropertyMapping, upsert: Upsert, contact: PortalContact) -> bool:
    emails = filter(None, (contact.properties.get("email"), contact.email, *contact.additional_emails))
    return mapping.holds({**upsert.properties, "email": upsert.email}, contact.properties, list(emails))


def _ask_again(settlement: Settlement, unproven: list[Item], loose: tuple[Refusal, ...]) -> None:
    """Inputs that were neither mentioned nor found: an error that names nobody is about them; else send them again, but not for ever."""
    if loose and len(unproven) == 1:
        settlement.outcomes.append(refused(unproven[0], loose[0]))
    elif loose and unproven:
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

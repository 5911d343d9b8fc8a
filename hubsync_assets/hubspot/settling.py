"""What follows from the answer to a write for each of its inputs: an outcome, another call, or a wait until the end of the run.

Put here: the decisions after a write, as functions from a job and its answer to a ``Settlement``. Keep out: threads, waiting and
retrying (``sender``), matching (``proof``), statuses (``retry``), what a reading back shows (``reading_back``). ``docs/writer.md`` has the
table of all decisions.
"""

from collections.abc import Mapping
from dataclasses import replace

from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.errors import mapping_refused
from hubsync_assets.hubspot.jobs import Job, Settlement, split_job
from hubsync_assets.hubspot.leaving_out import values_to_leave_out
from hubsync_assets.hubspot.proof import Refusal, acknowledged, read_write, refusal_of, refused, unsent_because
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.response import Response

__all__ = ["settle_absence", "settle_refusal", "settle_write"]


def settle_write(job: Job, answer: Response, report: WriteReport) -> Settlement:
    """A 2xx answer to a batch upsert or a batch update."""
    matched = read_write(job.items, answer)
    unmentioned = [*matched.silent, *matched.absent]
    open_items = [*unmentioned, *matched.doubtful]
    settlement = Settlement()
    for item, done in matched.written.items():
        settlement.outcomes.append(acknowledged(item, done, answer.correlation_id))
    _refuse(settlement, matched.refused)
    report.results += len(matched.written)
    report.errors += len(matched.refused) - settlement.undecided
    report.asked_again += len(open_items) + settlement.undecided
    report.strangers += len(matched.strangers)
    if open_items:
        for item in unmentioned:
            item.silent += 1
            item.left_out |= matched.speaks
        # After an answer that mentions nobody, reading back shows whether the portal works.
        settlement.healthy = True if matched.speaks else None
        # HubSpot leaves a record that was merged away out of its answer without a word.
        absent = frozenset(item for item in unmentioned if item.updates) if matched.speaks else frozenset()
        back = Job("read", open_items, doubts=matched.doubtful, absent=absent, loose=tuple(matched.loose))
        back.strangers = matched.strangers
        settlement.jobs.append(back)
    return settlement


def settle_refusal(job: Job, answer: Response, report: WriteReport) -> Settlement:
    """A batch that HubSpot refused whole (400, 409, 413) without saying whose fault it is: halve it.

    One culprit in 100 costs two calls for each of at most seven halvings. Conflicts stop at pairs: both go alone at the end of
    the run, where a conflict gets its second try anyway.
    """
    refusal = refusal_of(answer.body or {}, answer)
    if answer.status == 409 and not refusal.may_pass:
        refusal = Refusal("CONFLICT", refusal.message, refusal.faults, refusal.correlation_id)
    if job.updates and refusal.says_absent:
        return settle_absence(job, report)
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


def settle_absence(job: Job, report: WriteReport) -> Settlement:
    """A batch update that HubSpot refused whole because there is no such record: reading back shows whose is missing.

    Of several, those that stay open are sent again in halves, because one is enough for such an answer. One that was alone is absent.
    """
    report.asked_again += len(job.items)
    alone = len(job.items) == 1
    if alone:
        job.items[0].silent += 1
    back = Job("read", job.items, absent=frozenset(job.items if alone else ()), halve=True)
    # Were it the path that does not exist, reading back would show that too: that is no sign of health yet.
    return Settlement(jobs=[back], healthy=None)


def _refuse(settlement: Settlement, refusals: Mapping[Item, Refusal]) -> None:
    """Refusals of single inputs: final, for another try, or the mapping's fault."""
    for item, refusal in refusals.items():
        if refusal.mapping_faults:
            settlement.stop = mapping_refused(refusal.mapping_faults)
            settlement.outcomes += unsent_because([item], settlement.stop)
        elif refusal.may_pass and not item.last:
            settlement.deferred.append((item, refusal))
        elif values := values_to_leave_out(item, refusal):
            if item.updates and len(values) == len(item.sent()):
                settlement.outcomes.append(replace(refused(item, refusal), left_out=values))
                continue
            item.dropped = values
            settlement.pooled.append(item)
        else:
            settlement.outcomes.append(refused(item, refusal))

"""The order of the calls that wait."""

from hubsync_assets.hubspot.batches import Item
from hubsync_assets.hubspot.jobs import Job
from hubsync_assets.hubspot.scheduling import Agenda
from hubsync_assets_tests.hubspot.upload import people


def job(contacts: int) -> Job:
    return Job("write", [Item(upsert, upsert.email) for upsert in people(contacts)])


def test_of_the_calls_that_may_go_at_once_small_ones_go_first_so_that_one_halving_ends_before_the_next_begins() -> None:
    agenda = Agenda(clock=lambda: 0.0)
    for contacts in (50, 1, 25, 1):
        agenda.schedule(job(contacts))
    assert [len(agenda.next_job().items) for _ in range(4)] == [1, 1, 25, 50]


def test_a_call_that_waits_for_a_retry_goes_when_its_wait_is_over_and_not_before() -> None:
    now = 0.0
    agenda = Agenda(clock=lambda: now)
    agenda.schedule(job(1), delay=3.0)
    agenda.schedule(job(2), delay=2.0)
    assert (len(agenda), agenda.wait()) == (2, 2.0)
    now = 2.5
    assert (agenda.wait(), len(agenda.next_job().items)) == (0.0, 2)
    assert agenda.wait() == 0.5

"""A run that ends while results wait for the reading back that says whose they are: nothing is claimed, and every sum closes."""

from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets_tests.hubspot.scripted import UPSERT, Reply, ScriptedPortal, refusal
from hubsync_assets_tests.hubspot.upload import people, person, update, upload


@pytest.mark.parametrize("cut_off_by", ["daily", "given up", "refused"])
def test_results_whose_reading_back_is_cut_off_are_no_strangers_and_all_sums_close(
    portal: ScriptedPortal, client: HubSpotClient, cut_off_by: str
) -> None:
    """Results under the primary address, where a secondary one was asked for: whose they are, only reading back can say."""

    def merged(body: dict[str, Any]) -> Reply:
        results = [portal.written(it) for it in body["inputs"]]
        for it in results[:4]:
            it["properties"] = {"email": f"primary{it['id']}@example.com"}
        return Reply(200, {"results": results})

    portal.always(UPSERT, merged)
    reads = {
        "daily": refusal(429, message="", policyName="DAILY"),
        "given up": Reply(503, b""),
        "refused": refusal(400),
    }
    portal.always("/batch/read", lambda _: reads[cut_off_by])
    upserts = people(100)
    done = upload(client, upserts)
    assert done.is_complete(upserts)
    assert (done.report.strangers, done.report.left_open, done.report.results) == (0, 4, 96)
    assert {it.email for it in done.of("unsent")} == {it.email for it in upserts[:4]}


def test_the_daily_limit_in_mid_run_closes_all_sums(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    there = [
        {"email": f"first{number}@example.com", "hs_additional_emails": f"second{number}@example.com"}
        for number in range(40)
    ]
    ids = hubspot.seed(there)
    by_id = [update(f"second{number}@example.com", ids[number], number) for number in range(20)]
    by_email = [person(f"second{number}@example.com", number) for number in range(20, 40)]
    upserts = [*by_id, *by_email, *people(80), *people(4_000, first=100)]
    # The first batch has results of secondary addresses, and most of the calls after it are refused.
    hubspot.set_limit(1_000_000, daily=6)
    done = upload(emulated, upserts)
    pulled = upserts[: done.report.contacts]
    assert type(done.report.stopped).__name__ == "DailyLimitError"
    assert {it.email for it in done.outcomes} == {it.email for it in pulled}
    assert (done.report.sums_close, done.report.strangers) == (True, 0)
    assert {it.category for it in done.of("unsent")} == {"daily_limit"}
    held = {it["email"]: it["company_size"] for it in hubspot.contacts() if "company_size" in it}
    acknowledged = {it.email for it in done.outcomes if it.kind == "created"}
    assert acknowledged <= held.keys()

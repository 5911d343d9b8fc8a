"""Who set a value, as histories say it: one call, which nobody waits for when it fails."""

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.histories import read_histories


def test_each_value_says_who_set_it_the_newest_first() -> None:
    with HubSpotEmulator() as hubspot, HubSpotClient(hubspot.base_url, "any") as client:
        history = [
            {
                "at": "2025-01-01",
                "sourceType": "INTEGRATION",
                "sourceId": "77",
                "properties": {"phone": "1", "city": "Jaca"},
            },
            {"at": "2025-01-02", "updatedByUserId": 7, "properties": {"phone": ""}},
        ]
        (identity,) = hubspot.seed([{"email": "ana@example.com", "history": history}])
        client.attempt(
            "POST",
            "/crm/objects/2026-09/contacts/batch/update",
            {"inputs": [{"id": identity, "properties": {"phone": "2"}}]},
        )
        found = read_histories(client, [identity], ["phone", "city", "nothing"])[identity]
    assert [(past.value, past.source) for past in found["phone"]] == [
        ("2", ("INTEGRATION", "1000001")),
        ("", ("CRM_UI", "userId:7")),
        ("1", ("INTEGRATION", "77")),
    ]
    assert [past.at.isoformat()[:10] for past in found["city"]] == ["2025-01-01"]


@pytest.mark.parametrize("fault", ["missing_scopes", "error_500", "reset_before", "empty_answer"])
def test_a_call_that_fails_is_tried_once_and_says_nothing(fault: str) -> None:
    with HubSpotEmulator() as hubspot, HubSpotClient(hubspot.base_url, "any") as client:
        (identity,) = hubspot.seed([{"email": "ana@example.com"}])
        hubspot.fault(fault, times=-1, path="/batch/read")
        assert read_histories(client, [identity], ["phone"]) == {}
        assert len(hubspot.calls("/batch/read")) == 1

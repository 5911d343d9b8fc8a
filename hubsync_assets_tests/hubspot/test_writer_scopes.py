"""What the owner of a key hears that may not write."""

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets_tests.hubspot.scripted import UPSERT, ScriptedPortal, refusal
from hubsync_assets_tests.hubspot.upload import people, seeded, upload

NEEDED = [
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
]


@pytest.mark.parametrize("updates", [True, False])
def test_a_key_that_may_not_write_hears_of_every_scope_at_once(
    hubspot: HubSpotEmulator, emulated: HubSpotClient, updates: bool
) -> None:
    upserts = seeded(hubspot, 3) if updates else people(3)
    hubspot.switch(scopes="crm.objects.contacts.read crm.schemas.contacts.read")
    said = str(upload(emulated, upserts).report.stopped)
    assert "lacks the scope crm.objects.contacts.write" in said
    assert all(scope in said for scope in NEEDED)


def test_where_hubspot_does_not_say_which_scope_is_lacking_the_needed_ones_are_said(
    portal: ScriptedPortal, client: HubSpotClient
) -> None:
    portal.always(UPSERT, lambda _: refusal(403, "MISSING_SCOPES"))
    said = str(upload(client, people(3)).report.stopped)
    assert "does not say which scope is missing" in said
    assert all(scope in said for scope in NEEDED)

"""Contacts read by their record ids: who is there, who is not, and what is neither."""

from typing import Any

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.decoding import found_by_id
from hubsync_assets.hubspot.errors import UnknownAnswerError

ANA: dict[str, Any] = {"id": "1", "properties": {"email": "ana@example.com"}}


def test_who_is_archived_is_not_among_those_that_are_found(hubspot: HubSpotEmulator, emulated: HubSpotClient) -> None:
    here, gone = hubspot.seed([{"email": "ana@example.com"}, {"email": "bo@example.com"}])
    hubspot.archive(gone)
    assert set(emulated.read_by_id([here, gone, here], ["email"])) == {here}


def test_a_contact_that_could_not_be_read_is_not_taken_for_gone() -> None:
    missing = {"category": "OBJECT_NOT_FOUND", "context": {"ids": ["2"]}}
    assert set(found_by_id(["1", "2"], {"results": [ANA], "errors": [missing]})) == {"1"}
    broken = {"category": "INTERNAL_ERROR", "context": {"ids": ["2"]}}
    with pytest.raises(UnknownAnswerError):
        found_by_id(["1", "2"], {"results": [ANA], "errors": [broken]})

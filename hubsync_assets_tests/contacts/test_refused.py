"""Contacts that HubSpot refused: which of them are tried again."""

from datetime import timedelta
from typing import Any

import pytest

from hubsync_assets_tests.contacts.tables import NOW, VERSION, plan

ANNA = "anna@example.com"
REFUSED = {"email": ANNA, "name": "Anna", "mrr": 5.0}


def test_a_contact_that_was_refused_as_it_is_is_not_looked_at() -> None:
    for state in ([], [{"email": ANNA, "name": "Ann"}]):
        planned = plan([REFUSED], refused=[REFUSED], state=state)
        assert (planned.outcome, planned.looked_at) == ("refused_before", [])


@pytest.mark.parametrize(
    ("merged", "refused", "options"),
    [
        ({"name": "Ann"}, {}, {}),
        ({"phone": "1"}, {}, {}),
        ({"name": None}, {}, {}),
        ({}, {"mapping_version": VERSION - 1}, {}),
        ({}, {}, {"retry_failed": True}),
        ({}, {"category": "CONFLICT", "last_at": NOW - timedelta(days=7, seconds=1)}, {}),
        ({}, {"category": "CONFLICTING_UNIQUE_VALUE", "last_at": NOW - timedelta(days=7, seconds=1)}, {}),
        ({}, {"category": "OBJECT_ALREADY_EXISTS", "last_at": NOW - timedelta(days=7, seconds=1)}, {}),
        ({}, {"category": "not_in_portal"}, {}),
        ({}, {"email": "other@example.com"}, {}),
        ({}, {"property": "mrr"}, {}),
    ],
    ids=["other value", "one more value", "one value less", "other mapping", "told to retry", "old conflict", "old clash",
         "old second contact", "declared otherwise", "other contact", "a value alone"],
)  # fmt: skip
def test_a_refused_contact_is_tried_again(
    merged: dict[str, Any], refused: dict[str, Any], options: dict[str, Any]
) -> None:
    assert plan([{**REFUSED, **merged}], refused=[{**REFUSED, **refused}], **options).outcome == "planned"


@pytest.mark.parametrize(
    "refused",
    [
        {"category": "CONFLICT", "last_at": NOW - timedelta(days=7)},
        {"category": "OTHER", "last_at": NOW - timedelta(days=99)},
    ],
)
def test_a_fresh_conflict_and_an_old_refusal_of_another_kind_stand(refused: dict[str, Any]) -> None:
    assert plan([REFUSED], refused=[{**REFUSED, **refused}]).outcome == "refused_before"


def test_a_contact_that_went_back_to_what_the_log_holds_is_unchanged_though_it_was_refused_between() -> None:
    assert plan([REFUSED], state=[REFUSED], refused=[REFUSED]).outcome == "known"

"""The sums of an upload: each sees its own fault, and no other."""

from dataclasses import replace
from typing import Any

import pytest

from hubsync_assets.steps.upload_report import UploadReport

REPORT = UploadReport(
    portal_id=1,
    planned=20,
    acknowledged=12,
    refused=3,
    unsent=5,
    created=7,
    updated=2,
    inputs=16,
    answered={"results": 8, "errors": 3, "asked_again": 5},
    read_back=1,
    logged=8,
    folded=8,
)


def broken(report: UploadReport) -> list[str]:
    return [total.name for total in report.sums if not total.closes]


def test_an_upload_where_nothing_is_wrong_closes_all_its_sums() -> None:
    assert broken(REPORT) == []
    assert len({total.name for total in REPORT.sums}) == len(REPORT.sums) == 5


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ({"unsent": 4}, "every_planned_contact_is_accounted_for"),
        ({"inputs": 17}, "every_contact_sent_has_an_answer"),
        ({"created": 8}, "every_acknowledgement_has_a_proof"),
        ({"updated": 1}, "every_acknowledgement_has_a_proof"),
        ({"read_back": 0}, "every_acknowledgement_has_a_proof"),
        ({"logged": 9}, "log_and_tables_agree"),
        ({"strangers": 1}, "every_answer_belongs_to_its_call"),
    ],
)
def test_a_fault_is_seen_by_its_own_sum(fault: dict[str, Any], name: str) -> None:
    assert broken(replace(REPORT, **fault)) == [name]


def test_a_stranger_does_not_stand_in_for_a_proof_that_is_missing() -> None:
    assert broken(replace(REPORT, created=8, strangers=1)) == [
        "every_acknowledgement_has_a_proof",
        "every_answer_belongs_to_its_call",
    ]

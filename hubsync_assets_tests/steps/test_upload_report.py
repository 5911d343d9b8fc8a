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
)


def broken(report: UploadReport) -> list[str]:
    return [total.name for total in report.sums if not total.closes]


def test_an_upload_where_nothing_is_wrong_closes_all_its_sums() -> None:
    assert broken(REPORT) == []
    assert len({total.name for total in REPORT.sums}) == len(REPORT.sums) == 4


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ({"unsent": 4}, "planned_contacts"),
        ({"inputs": 17}, "inputs_sent"),
        ({"created": 8}, "acknowledged_now"),
        ({"updated": 1}, "acknowledged_now"),
        ({"read_back": 0}, "acknowledged_now"),
        ({"strangers": 1}, "results_given"),
    ],
)
def test_a_fault_is_seen_by_its_own_sum(fault: dict[str, Any], name: str) -> None:
    assert broken(replace(REPORT, **fault)) == [name]


def test_a_stranger_does_not_stand_in_for_a_proof_that_is_missing() -> None:
    assert broken(replace(REPORT, created=8, strangers=1)) == ["acknowledged_now", "results_given"]

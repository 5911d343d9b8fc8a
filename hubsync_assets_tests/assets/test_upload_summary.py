"""An upload in words: numbers as people say them, and what a run that did not end has written."""

import pytest

from hubsync_assets.assets.upload_summary import upload_summary
from hubsync_assets.steps.sums import Written
from hubsync_assets.steps.upload_report import UploadReport


def words(created: int, calls: int, by_killed: int = 0, moved: int = 0) -> list[str]:
    report = UploadReport(1, 9, 9, 0, 0, moved, created=created, calls=calls, by_killed=Written(by_killed, 0))
    return upload_summary(report, ()).splitlines()


@pytest.mark.parametrize(
    ("created", "calls", "line"),
    [
        (1, 1, "**1 contact created, 0 updated**, 0 refused, 0 unsent, in 1 write call."),
        (0, 0, "**0 contacts created, 0 updated**, 0 refused, 0 unsent, in 0 write calls."),
        (1_500, 15, "**1,500 contacts created, 0 updated**, 0 refused, 0 unsent, in 15 write calls."),
    ],
)
def test_one_is_no_plural(created: int, calls: int, line: str) -> None:
    assert words(created, calls) == [line]


def test_what_a_cancelled_run_wrote_and_what_waits_is_said() -> None:
    assert words(1, 1, by_killed=2, moved=2)[1:] == [
        "- 2 of them were written by a run that was killed or cancelled, and are counted now",
        "- 2 have changed in HubSpot since the plan was made, and wait for the next one",
    ]
    assert words(1, 1, by_killed=1, moved=1)[1:] == [
        "- 1 of them was written by a run that was killed or cancelled, and is counted now",
        "- 1 has changed in HubSpot since the plan was made, and waits for the next one",
    ]

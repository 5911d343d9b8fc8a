"""What is said of a where before any record is read."""

import pytest

from hubsync_assets.model.filter_sql import wrong_with

NO_CAST = "a text that is no such value would stop the reading"
NOT_ASKED = "it cannot be asked of a record"


@pytest.mark.parametrize(
    "where",
    [
        "plan <> 'test'",
        "try_cast(age as double) > 12 and status = 'Attendee'",
        "signed_up > '2024-01-01' or signed_up is null",
        "lower(plan) in ('free', 'pro') and email not like '%@placeholder.org'",
    ],
)
def test_what_can_be_asked_of_any_text_is_taken(where: str) -> None:
    assert wrong_with(where) is None


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("cast(age as double) > 12", NO_CAST),
        ("age::int > 12", NO_CAST),
        ("plan = 'pro' and cast(age as int) > 12", NO_CAST),
        ("cast(signed_up as date) > date '2024-01-01'", NOT_ASKED),
        ("try_cast(signed_up as date) is not null", NOT_ASKED),
        ("age > 12", "write try_cast(age as double) > 18"),
    ],
)
def test_what_would_stop_at_some_text_is_told_beforehand(where: str, said: str) -> None:
    assert said in (wrong_with(where) or "")


def test_what_is_advised_is_taken() -> None:
    assert wrong_with("try_cast(age as double) > 18") is None

"""What PostgreSQL copies out is what it gives row by row, whatever the texts are."""

from datetime import UTC, datetime
from itertools import count

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hubsync_assets.sync_log import reading
from hubsync_assets.sync_log.answers import ANSWER_SCHEMA, Answer, AnswerKind
from hubsync_assets.sync_log.log import SyncLog
from hubsync_assets_tests.sync_log.test_log import answer

PORTALS = count(100)

ODD = [
    "",
    "+",
    '"',
    '""',
    ",",
    "\n",
    "\r\n",
    "\r",
    "\\N",
    "\\.",
    "\\",
    "null",
    "1",
    " ",
    "\t",
    "ü",
    "\u2028",
    "\U0001f600",
]
TEXTS = st.lists(
    st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=4
).map("".join)
FIRST, LAST = (
    datetime(1971, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    datetime(2200, 1, 1, tzinfo=UTC).replace(tzinfo=None),
)
MAYBE = st.none() | TEXTS
ANSWERS = st.builds(
    Answer,
    st.just(0),
    run_id=TEXTS,
    at=st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    email=TEXTS,
    kind=st.sampled_from(AnswerKind),
    hubspot_id=MAYBE,
    sent=TEXTS,
    cleared=TEXTS,
    provenance=TEXTS,
    mapping_version=st.integers(0, 2**31 - 1),
    category=MAYBE,
    message=MAYBE,
    correlation_id=MAYBE,
    properties=MAYBE,
    settled=MAYBE,
)


def read(url: str, portal_id: int, how: str) -> pl.DataFrame:
    """All of a portal, by COPY or row by row."""
    engine = sa.create_engine(url)
    one, seq, found = getattr(reading, how), 0, [pl.DataFrame(schema=ANSWER_SCHEMA)]
    with engine.connect() as connection:
        while (rows := one(connection, portal_id, seq)).height:
            found.append(rows)
            seq = rows["seq"][-1]
    engine.dispose()
    return pl.concat(found)


@pytest.mark.services
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(ANSWERS, max_size=12))
def test_copied_rows_equal_those_read_one_by_one(postgresql_server: str, answers: list[Answer]) -> None:
    portal_id = next(PORTALS)
    with SyncLog(postgresql_server) as log:
        log.append([it._replace(portal_id=portal_id) for it in answers])
    copied = read(postgresql_server, portal_id, "_copied")
    assert_frame_equal(copied, read(postgresql_server, portal_id, "_selected"))
    assert copied.drop("seq").rows() == [tuple(it._replace(portal_id=portal_id)) for it in answers]


def test_a_log_in_postgresql_is_copied_and_one_in_sqlite_is_not(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS_AT_A_TIME", 2)
    copied: list[int] = []
    real = reading._copied

    def noted(connection: sa.Connection, portal_id: int, seq: int) -> pl.DataFrame:
        copied.append(seq)
        return real(connection, portal_id, seq)

    monkeypatch.setattr(reading, "_copied", noted)
    with SyncLog(url) as log:
        log.append([answer(f"p{n}@example.com") for n in range(5)])
        assert [rows["email"].to_list() for rows in log.rows_after(1, 0)] == [
            ["p0@example.com", "p1@example.com"],
            ["p2@example.com", "p3@example.com"],
            ["p4@example.com"],
        ]
    assert copied == ([0, 2, 4, 5] if url.startswith("postgresql") else [])

"""Answers in few words, as the tests of the log write them down.

Put here: rows of the log. Keep out: what is expected of them.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import polars as pl

from hubsync_assets.model.schema import SETTLED_SCHEMA
from hubsync_assets.sync_log.answers import ANSWER_SCHEMA, Answer, AnswerKind
from hubsync_assets_tests.shipped import PROVENANCE

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOTHING_SETTLED = pl.DataFrame(schema=SETTLED_SCHEMA)


def answer(
    email: str,
    kind: AnswerKind = AnswerKind.CREATED,
    *,
    at: int = 0,
    cleared: tuple[str, ...] = (),
    portal_id: int = 1,
    sources: dict[str, str] | None = None,
    seen: tuple[str, ...] = (),
    settled: str | None = None,
    **sent: Any,
) -> Answer:
    refused = kind is AnswerKind.REFUSED
    return Answer(
        portal_id,
        f"run{at}",
        NOON + timedelta(seconds=at),
        email,
        kind,
        None if refused else f"id-{email}-{at}",
        orjson.dumps(sent).decode(),
        orjson.dumps(cleared).decode(),
        # None: a row of an earlier version, which did not note sources.
        orjson.dumps(
            {
                **dict.fromkeys(PROVENANCE, at),
                **({} if sources is None else {"sources": sources}),
                **({"seen": seen} if seen else {}),
            }
        ).decode(),
        at + 1,
        "VALIDATION_ERROR" if refused else None,
        f"refused at {at}" if refused else None,
        f"correlation-{at}" if refused else None,
        settled=settled,
    )


def frame(answers: list[Answer]) -> pl.DataFrame:
    rows = [
        {"seq": seq, **{name: getattr(row, name) for name in ANSWER_SCHEMA if name != "seq"}}
        for seq, row in enumerate(answers, 1)
    ]
    return pl.DataFrame(rows, schema=ANSWER_SCHEMA, orient="row")

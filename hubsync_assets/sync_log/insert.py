"""The statement that adds answers to the log, and its parameters.

They are given in the form the driver wants: SQLAlchemy's own way through a list of dicts takes longer than SQLite's whole insert, and a sync
of millions of contacts spends much of its processor time there. Keep out: connections and commits (``log``).
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from hubsync_assets.sync_log.answers import ANSWERS, Answer

__all__ = ["AnswerInsert"]

COLUMNS = Answer._fields
AT = COLUMNS.index("at")


class AnswerInsert:
    """For one kind of database.

    Attributes:
        sql: the statement in the driver's own notation.
    """

    def __init__(self, dialect: sa.Dialect) -> None:
        compiled = ANSWERS.insert().inline().compile(dialect=dialect, column_keys=COLUMNS)
        self.sql = str(compiled)
        self._by_position = compiled.positional
        # Of all the columns only times have a form of their own, and only in SQLite, which has no type for them.
        self._as_bound = ANSWERS.c.at.type.dialect_impl(dialect).bind_processor(dialect)

    def parameters(self, answers: Sequence[Answer]) -> list[Any]:
        """A tuple or a dict for each answer."""
        bound = self._as_bound
        if bound is None:
            rows: list[Any] = list(answers)
        else:
            rows = [(*answer[:AT], bound(answer.at), *answer[AT + 1 :]) for answer in answers]
        return rows if self._by_position else [dict(zip(COLUMNS, row, strict=True)) for row in rows]

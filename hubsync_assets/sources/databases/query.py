"""What is asked of a database: the rows of a table or a query, in the order of a column that is different for each of them.

Put here: SQL. Without an order PostgreSQL gives another one each time (a sequential scan begins where the last one was), and where records
contradict each other, the first one would be another one each time. Keep out: connecting, and rows.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.sql.compiler import IdentifierPreparer

__all__ = ["Query"]

_NO_QUOTE = "[^\\n'\"`$]*"
_END = re.compile(rf"(?:\s*;(?:\s|;|--{_NO_QUOTE}$|\#{_NO_QUOTE}$|/\*(?:(?!\*/)[^'\"`$])*\*/)*|\s+)\Z", re.MULTILINE)
"""What ends a statement: a semicolon with comments behind it. With a quote in them it may be within a text, and is left alone."""

_AS = "hubsync_source"


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows of a database a source is.

    Attributes:
        id: A column of theirs that is unique; they are ordered by it.
        table: Their table, perhaps behind its schema and a point.
        sql: Or a SELECT that gives them.
        updated_at: A column whose greatest value changes with them.
        unchanged: Or a SELECT whose answer changes with them.
    """

    id: str
    table: str | None = None
    sql: str | None = None
    updated_at: str | None = None
    unchanged: str | None = None

    @property
    def name(self) -> str:
        """As people may see it: a query is not told, for it may have somebody's name in it."""
        return self.table or "query"

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what is asked."""
        parts = (self.id, self.table, self.sql, self.updated_at, self.unchanged)
        return hashlib.sha256("\0".join(f"{part}" for part in parts).encode()).hexdigest()

    def columns(self, quoting: IdentifierPreparer) -> str:
        """No row, with all columns."""
        return f"SELECT * FROM {self._rows(quoting)} WHERE 1 = 0"  # noqa: S608 - what is declared, by whoever may run it

    def counts(self, quoting: IdentifierPreparer, unknown: Iterable[str]) -> str:
        """The number of rows, and of the values in some columns."""
        counts = ["count(*)", *(f"count({quoting.quote_identifier(column)})" for column in unknown)]
        return f"SELECT {', '.join(counts)} FROM {self._rows(quoting)}"  # noqa: S608 - as above

    def probe(self, quoting: IdentifierPreparer) -> str | None:
        """What changes with the rows; None: nobody knows."""
        if self.unchanged is not None:
            # In parentheses, so that it cannot be a second statement, nor one that ends the transaction.
            return f"SELECT * FROM ({_END.sub('', self.unchanged)}\n) {_AS}"  # noqa: S608 - as above
        if self.table is None or self.updated_at is None:
            return None
        latest = f"max({quoting.quote_identifier(self.updated_at)})"
        return f"SELECT count(*), {latest} FROM {self._rows(quoting)}"  # noqa: S608 - as above

    def rows(self, quoting: IdentifierPreparer, columns: Iterable[str]) -> str:
        """The id and these columns of all rows, in order."""
        own = quoting.quote_identifier(self.id)
        selected = ", ".join([own, *(quoting.quote_identifier(column) for column in columns)])
        return f"SELECT {selected} FROM {self._rows(quoting)} ORDER BY {own}"  # noqa: S608 - as above

    def _rows(self, quoting: IdentifierPreparer) -> str:
        if self.table is not None:
            # As SQLAlchemy does it: lower case is left to the database, anything else is meant to the letter.
            return f"{'.'.join(quoting.quote(part) for part in self.table.split('.'))} {_AS}"
        # On a line of its own, because the query may end in a comment.
        return f"({_END.sub('', self.sql or '')}\n) {_AS}"

"""A run's rows as CSV, for spreadsheets: which must not take what a source holds for a formula.

Put here: columns, and disarming cells. Keep out: the page (``run_page``).
"""

import csv
import io
import re
from collections.abc import Iterator

from hubsync_assets.reporting.contents import Change, RunContents, Trouble
from hubsync_assets.reporting.disguise import Disguise
from hubsync_assets.reporting.plain_words import REASON_WORDS
from hubsync_assets.reporting.refused_words import remedy_for

__all__ = ["COLUMNS", "disarmed", "run_table"]

COLUMNS = (
    "what",
    "contact_by_source",
    "email",
    "hubspot_id",
    "property",
    "old",
    "new",
    "outcome",
    "why",
    "what_to_do",
    "correlation_id",
)
_ARMED = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A cell that begins so is a formula to some spreadsheet (the wide signs to some in Japanese)."""
_CUT = re.compile(f'([;\t\r\n])(?=[ \u00a0"]*[{re.escape("".join(_ARMED))}])')
"""Where one that splits at semicolons or tabs, as with a comma in numbers, may begin such a cell inside ours."""


def run_table(contents: RunContents, disguise: Disguise) -> str:
    """The rows of the page, the same ones and no more, as CSV with a header line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in _rows(contents, disguise):
        writer.writerow([disarmed(cell) for cell in row])
    return out.getvalue()


def disarmed(cell: str) -> str:
    """A cell that no spreadsheet calculates: an apostrophe before it makes it text."""
    apart = _CUT.sub(r"\1'", cell)
    return f"'{apart}" if cell.lstrip(" \u00a0").startswith(_ARMED) else apart


def _rows(contents: RunContents, disguise: Disguise) -> Iterator[tuple[str, ...]]:
    for action, listed in contents.changes.items():
        for change in listed.rows:
            yield _change(action, change, disguise)
    for trouble in contents.refused.rows:
        yield _trouble("refused", trouble, remedy_for(trouble.why), disguise)
    for trouble in contents.rejected.rows:
        yield _trouble("not_readable", trouble, REASON_WORDS.get(trouble.why, (trouble.why, "")), disguise)


def _change(action: str, change: Change, disguise: Disguise) -> tuple[str, ...]:
    values = (disguise.value(change.field_name, text) if text else "" for text in (change.old, change.new))
    email = disguise.words(change.email)
    name = change.property_name
    return (action, change.contact, email, change.hubspot_id or "", name, *values, change.outcome, "", "", "")


def _trouble(what: str, trouble: Trouble, words: tuple[str, str], disguise: Disguise) -> tuple[str, ...]:
    value = disguise.value(trouble.field_name if what == "refused" else None, trouble.value) if trouble.value else ""
    return (
        what,
        trouble.contact,
        disguise.words(trouble.email),
        trouble.hubspot_id or "",
        trouble.name or "",
        "",
        value,
        what,
        disguise.words(trouble.message) or words[0],
        words[1],
        trouble.correlation_id or "",
    )

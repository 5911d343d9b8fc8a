"""What is wrong with the sources of a declaration.

Put here: checks of one source that need more than one key. Keep out: whether its files are there (``sources``).
"""

import re
from collections.abc import Iterator

from hubsync_assets.model.declaration import Source
from hubsync_assets.model.filter_sql import wrong_with
from hubsync_assets.model.judged import Fault, Judged, Path
from hubsync_assets.model.region_codes import wrong_with_region
from hubsync_assets.model.request_faults import faults_of_requests
from hubsync_assets.model.taken_names import OUTCOMES, TAKEN_VARIABLES, clashes

__all__ = ["MOST_SOURCES", "faults_of_sources"]

MOST_SOURCES = 60
"""A source has codes in columns of one byte."""

_WITH_PASSWORD = re.compile(
    r"[a-z][a-z0-9+.-]*://(?:[^/?#]*:[^/?#]*@|.*[?&](?:\w*password|passwd|pwd)=)", re.IGNORECASE
)
_DATABASE_WITH_PASSWORD = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*://[^:]*:.*@", re.IGNORECASE)
_DATABASE = re.compile(r"(?!https?:|s3:|gs:|az:|file:)[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[^\0\r\n]+")
_ONLY_OF_DATABASES = ("id", "updated_at", "unchanged", "reread_every", "time_limit")
_ONLY_OF_FILES = (
    "encoding",
    "delimiter",
    "sheet",
    "absent",
    "rank",
    "follow_links",
    "records",
    "pages",
    "headers",
    "bearer",
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHELL_VARIABLE = re.compile(r"\$(?:\{\w+\}|\w+)")
_INTO_A_LIST = re.compile(r"\S*\[(?:\d+|\*)\]\S*")


def faults_of_sources(judged: Judged) -> Iterator[Fault]:
    """Everything that is wrong with the sources."""
    if len(judged.source_names) > MOST_SOURCES:
        yield Fault(("sources",), f"{len(judged.source_names)} sources; {MOST_SOURCES} are the most")
    renamed: dict[str, str] = {}
    for name, source in judged.sources.items():
        path = ("sources", name)
        yield from _of_name(judged, name)
        yield from _of_read(source, path)
        yield from _of_columns(judged, source, path)
        yield from _of_constants(judged, source, path)
        yield from _of_text(source, path)
        yield from _of_database(source, path)
        yield from faults_of_requests(source, path)
        if source.was is not None:
            yield from _of_was(judged, source.was, renamed.setdefault(source.was, name), path)


def _of_name(judged: Judged, name: str) -> Iterator[Fault]:
    path = ("sources", name)
    if name in TAKEN_VARIABLES:
        yield Fault(path, f"HUBSYNC_{name.upper()} means something else: give the source another name")
    if name in OUTCOMES:
        yield Fault(path, f"'{name}' is a word for a value that no source gave: give the source another name")
    other = clashes(name, judged.source_names)
    if other is not None:
        yield Fault(path, f"it would have the name of {other}: give it another name")


def _of_read(source: Source, path: Path) -> Iterator[Fault]:
    """What ``read`` says is never told: it may be a secret."""
    read = source.read.strip()
    if not read:
        yield Fault((*path, "read"), "it is empty: write a path, folder, glob or URL, or env:NAME")
    elif _WITH_PASSWORD.match(read) or _DATABASE_WITH_PASSWORD.match(read):
        words = "a password does not belong into this file: write env:NAME, and put the URL into that variable"
        yield Fault((*path, "read"), words)
    elif _SHELL_VARIABLE.fullmatch(read):
        yield Fault((*path, "read"), "variables are not filled in: write env: and the variable's name")
    elif read.lower().startswith("env:") and not (
        read.startswith("env:") and _VARIABLE.fullmatch(read.removeprefix("env:"))
    ):
        yield Fault((*path, "read"), "behind env: stands the name of a variable, as in env:CRM_URL")


def _of_columns(judged: Judged, source: Source, path: Path) -> Iterator[Fault]:
    for field, declared in source.columns.items():
        here = (*path, "columns", field)
        missing = judged.no_field(field)
        if missing is not None:
            yield Fault(here, missing)
        names = (declared,) if isinstance(declared, str) else declared
        if not names:
            yield Fault(here, "it names no column")
        if len(names) > 1 and field == judged.sync.key:
            yield Fault(here, "the key stands in one column")
        for name in names:
            wrong = _wrong_with_column(name)
            if wrong is not None:
                yield Fault(here, wrong)


def _wrong_with_column(name: str) -> str | None:
    """A column may have any name, so only what looks like a path is taken for one."""
    if not name.strip():
        return "a column without a name"
    if _INTO_A_LIST.fullmatch(name):
        return f"'{name}': a path leads into objects, as in address.city, and not into lists"
    if not re.search(r"\s", name) and (name.startswith(("$.", ".")) or ".." in name):
        return f"'{name}': a path is the names of the keys with a point between them, as in address.city"
    return None


def _of_constants(judged: Judged, source: Source, path: Path) -> Iterator[Fault]:
    for field in source.constants:
        here = (*path, "constants", field)
        missing = judged.no_field(field)
        if missing is not None:
            yield Fault(here, missing)
        elif field in source.columns:
            yield Fault(here, f"'{field}' has a column, too: it can have one of both")
        elif field == judged.sync.key:
            yield Fault(here, "the key is different for each record")


def _of_text(source: Source, path: Path) -> Iterator[Fault]:
    if source.where is not None:
        wrong = wrong_with(source.where)
        if wrong is not None:
            yield Fault((*path, "where"), wrong)
    if source.encoding is not None:
        try:
            "".encode(source.encoding)
        except LookupError:
            words = f"no encoding of text is called '{source.encoding}'; usual ones are utf-8, cp1252 and latin-1"
            yield Fault((*path, "encoding"), words)
    wrong = wrong_with_region(source.region)
    if wrong is not None:
        yield Fault((*path, "region"), wrong)
    if source.delimiter in {'"', "\n", "\r"}:
        yield Fault((*path, "delimiter"), "quotes and ends of lines mean something else in a CSV file")


def _of_database(source: Source, path: Path) -> Iterator[Fault]:
    """A table or a query has what belongs to it, and files have not."""
    looks_so = _DATABASE.match(source.read.strip()) is not None
    others = _ONLY_OF_FILES if source.is_database else _ONLY_OF_DATABASES
    why = (
        "it belongs to files, and this is a database"
        if source.is_database
        else "it belongs to a database: there is no table or query"
    )
    yield from (Fault((*path, key), why) for key in others if key in source.model_fields_set)
    if source.is_database:
        yield from _of_rows(source, path)
        if not looks_so and not source.read.strip().startswith("env:"):
            yield Fault(
                (*path, "read"),
                "no URL of a database: write env:NAME, and put its URL into that variable",
            )
    elif looks_so:
        yield Fault((*path, "read"), "a database: declare table or query, and id")


def _of_rows(source: Source, path: Path) -> Iterator[Fault]:
    if source.table is not None and source.query is not None:
        yield Fault((*path, "query"), "there is a table, too: it can have one of both")
    if source.id is None:
        yield Fault(path, "id is missing: a unique column of the rows, by which they are ordered")
    if source.updated_at is not None and source.table is None:
        yield Fault((*path, "updated_at"), "it belongs to a table: write a probe under unchanged")
    if source.unchanged is not None and source.query is None:
        yield Fault((*path, "unchanged"), "it belongs to a query: name a column under updated_at")
    if source.table is not None and not all(_IDENTIFIER.fullmatch(part) for part in source.table.split(".")):
        yield Fault((*path, "table"), "it is the name of a table, perhaps behind its schema and a point")


def _of_was(judged: Judged, was: str, first: str, path: Path) -> Iterator[Fault]:
    if was in judged.source_names:
        yield Fault((*path, "was"), f"'{was}' is a source itself, so its memory is its own")
    elif first != path[-1]:
        yield Fault((*path, "was"), f"'{first}' was '{was}' already")

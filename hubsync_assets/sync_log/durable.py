"""What makes a database keep what it was told: each commit waits for the disk, and no row is changed or removed, but answers by ``pruning``.

Put here: the settings of a connection and the triggers of the tables, for SQLite and PostgreSQL. Keep out: rows (``log``) and who
may write (``database_lock``).
"""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hubsync_assets.tables.private import make_file, make_writable

__all__ = ["DATABASES", "keep_private", "refuse_changes", "wait_for_the_disk"]

_SETTINGS = {
    "sqlite": ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"),
    # It may have been turned off for the database or the role, for other applications that can do without it.
    "postgresql": ("SET synchronous_commit TO on",),
}

DATABASES = frozenset(_SETTINGS)
"""The kinds of database that a log can be in, by SQLAlchemy's name."""

_APPEND_ONLY = ("answers", "plans", "mappings", "renames", "syncs", "prunings")
_NAMES = ", ".join(f"'{table}'" for table in _APPEND_ONLY)
_CLASSES = ", ".join(f"'{table}'::regclass" for table in _APPEND_ONLY)

_TRIGGERS_THERE = {  # only names of the code are put in
    "sqlite": f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({_NAMES})",  # noqa: S608
    "postgresql": f"SELECT tgname, '' FROM pg_trigger WHERE tgrelid IN ({_CLASSES})",  # noqa: S608
}

_COVERED = (
    "EXISTS (SELECT 1 FROM pruning_now JOIN prunings ON prunings.seq = pruning_now.pruning "
    "WHERE prunings.portal_id = OLD.portal_id AND prunings.through >= OLD.seq AND prunings.older_than > OLD.at)"
)
"""The transaction has noted that it removes such answers (``pruning``)."""

_ABORT = "BEGIN SELECT RAISE(ABORT, 'the sync log is append-only'); END"
_TRIGGERS = {
    "sqlite": {
        f"{table}_refuse_{what.lower()}": f"BEFORE {what} ON {table} {_ABORT}"
        for table in _APPEND_ONLY
        for what in ("UPDATE", "DELETE")
    }
    | {"answers_refuse_delete": f"BEFORE DELETE ON answers WHEN NOT {_COVERED} {_ABORT}"},
    "postgresql": {
        name: f"BEFORE {what} EXECUTE FUNCTION answers_refuse()"
        for table in _APPEND_ONLY
        for name, what in {
            f"{table}_refuse": f"UPDATE OR DELETE ON {table} FOR EACH ROW",
            # TRUNCATE takes all rows away without a trigger for each of them.
            f"{table}_refuse_truncate": f"TRUNCATE ON {table} FOR EACH STATEMENT",
        }.items()
    },
}

# Another process may be making them at the same moment.
_MAKE = {"sqlite": "CREATE TRIGGER IF NOT EXISTS", "postgresql": "CREATE OR REPLACE TRIGGER"}
_MAKE_FUNCTION = (  # the inner condition names columns that only answers have
    "CREATE OR REPLACE FUNCTION answers_refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
    f"IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'answers' THEN IF {_COVERED} THEN RETURN OLD; END IF; END IF; "
    "RAISE EXCEPTION 'the sync log is append-only'; END$$"
)


def wait_for_the_disk(engine: sa.Engine) -> None:
    """Let each new connection of this engine have its commits on the disk when they return, whatever the database's default is."""

    def configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no common type
        cursor = connection.cursor()
        for statement in _SETTINGS[engine.dialect.name]:
            cursor.execute(statement)
        cursor.close()
        # PostgreSQL takes a setting back together with the transaction that it was made in.
        connection.commit()

    sa.event.listen(engine, "connect", configure)


def keep_private(url: sa.URL) -> None:
    """Let nobody but its owner read a log in a file; SQLite gives the files beside it the same mode.

    Those are made writable again: a log that was read-only for a while has left a ``-shm`` that would stop every later run.
    """
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return
    log = Path(url.database)
    if not log.parent.is_dir():
        return  # SQLite says it
    make_file(log)
    for beside in (Path(f"{log}-wal"), Path(f"{log}-shm")):
        if beside.exists():
            make_writable(beside)


def refuse_changes(connection: sa.Connection) -> None:
    """Make the table append-only for everybody, not only for this module; a log of an earlier version gets what it lacks."""
    dialect = connection.dialect.name
    there = {str(name): str(rule) for name, rule in connection.execute(sa.text(_TRIGGERS_THERE[dialect]))}
    outdated = "answers_refuse_delete"
    if outdated in there and "pruning_now" not in there[outdated]:
        # Of a log of an earlier version, which let nothing past. PostgreSQL's is a function, and made anew with the trigger of ``prunings``.
        connection.execute(sa.text(f"DROP TRIGGER {outdated}"))
        del there[outdated]
    missing = {name: rule for name, rule in _TRIGGERS[dialect].items() if name not in there}
    if missing and dialect == "postgresql":
        connection.execute(sa.text(_MAKE_FUNCTION))
    for name, rule in missing.items():
        connection.execute(sa.text(f"{_MAKE[dialect]} {name} {rule}"))

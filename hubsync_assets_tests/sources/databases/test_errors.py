"""What can go wrong with a database is one line, without the password, the query or a value of a row."""

import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from hubsync_assets.errors import HubsyncError, PermanentError, TransientError
from hubsync_assets.sources.databases import query_reading
from hubsync_assets.sources.databases.query import Query
from hubsync_assets.sources.databases.query_reading import QueryReading
from hubsync_assets_tests.databases.daemon import Daemon, free_port
from hubsync_assets_tests.databases.server import SECRET, Server
from hubsync_assets_tests.sources.databases.asking import collected, model, read, spec
from hubsync_assets_tests.sources.databases.numbered import numbered

PRIVATE = "private-value-of-a-row"
ON_A_NETWORK = [pytest.param("postgresql"), pytest.param("mariadb", marks=pytest.mark.services)]


@pytest.fixture(params=ON_A_NETWORK)
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(f"shared_{request.param}")
    return found


def error_of(setting: str, query: Query, *required: str, seconds: float = 20) -> HubsyncError:
    with pytest.raises(HubsyncError) as raised:
        read(spec(setting, query, required=required, seconds=seconds), model())
    words = str(raised.value)
    assert "\n" not in words
    assert SECRET.lower() not in words.lower()
    assert PRIVATE not in words
    assert len(words) < 1000
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or raised.value.__suppress_context__
    return raised.value


def of_url(server: Server, **changes: object) -> str:
    return sa.make_url(server.setting).set(**changes).render_as_string(hide_password=False)  # type: ignore[arg-type]


TABLE = Query("id", table="fine")


@pytest.mark.parametrize(
    ("changed", "family", "words"),
    [
        (
            lambda it: of_url(it, password=f"wrong{SECRET}"),
            PermanentError,
            "the login was refused: check user and password",
        ),
        (lambda it: of_url(it, username=SECRET), PermanentError, "the login was refused: check user and password"),
        (
            lambda it: of_url(it, database="nowhere"),
            PermanentError,
            "there is (no such database|none of that name)|or there is none",
        ),
        (lambda it: of_url(it, port=free_port()), TransientError, "nothing answers at this address"),
        (lambda it: of_url(it, host="no.such.invalid"), TransientError, "nothing answers at this address"),
        (lambda it: f"{it.setting}?nonsense={SECRET}", PermanentError, "option .*of its URL"),
        (lambda it: f"{it.setting}?connect_timeout={SECRET}", PermanentError, "option .*of its URL"),
        (lambda it: f"{it.setting}?plugin={SECRET}", PermanentError, "option .*of its URL"),
    ],
)
def test_a_login_that_fails_is_one_line_that_says_what_to_do(
    server: Server, changed: Callable[[Server], str], family: type[HubsyncError], words: str
) -> None:
    error = error_of(changed(server), TABLE)
    assert isinstance(error, family)
    assert re.search(words, str(error))


def test_a_server_of_another_kind_is_not_waited_for_without_end(server: Server, shared_sqlite: Server) -> None:
    other = server.setting.replace("postgresql:", "x:").replace("mysql:", "postgresql:").replace("x:", "mysql:")
    began = time.monotonic()
    assert isinstance(error_of(other, TABLE, seconds=1), TransientError)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (Query("id", table="nowhere"), "nowhere: there is no such table"),
        (Query("id", sql="SELECT * FROM nowhere"), "query: there is no such table"),
        (
            Query("id", sql=f"SELECT {PRIVATE.replace('-', '_')} FROM fine"),
            "query: the query names a column that is not there",
        ),
        (Query("id", sql=f"SELECT FROM '{PRIVATE}' WHERE"), "query: this is not valid SQL for it"),
        (Query("id", sql=f"SELECT '{PRIVATE}"), "query: this is not valid SQL for it"),
        (Query("id", sql=f"SELECT * FROM (fine -- {PRIVATE}"), "query: this is not valid SQL for it"),
        (Query("id", sql=""), "query: this is not valid SQL for it"),
        (Query("nr", table="fine"), "fine: nr is no column there: it has id, email, name"),
        (Query("ID", table="fine"), "fine: ID is no column there: it has id, email, name"),
        (Query("id", table="fine", updated_at="changed"), "fine: changed is no column there: it has id, email, name"),
        (Query("id", sql="SELECT 1 AS id, 'a' AS b"), "query: .*(?i:email)"),
        (
            Query("id", table="fine", unchanged=f"SELECT {PRIVATE.replace('-', '_')}"),
            "the query names a column that is not there",
        ),
    ],
)
def test_what_is_asked_for_and_not_there_is_one_line_with_what_is(
    shared_server: Server, query: Query, words: str
) -> None:
    numbered(shared_server, "fine", 2)
    error = error_of(shared_server.setting, query)
    assert isinstance(error, PermanentError)
    assert re.search(words, str(error))


def test_all_declared_columns_that_are_missing_are_named_at_once(shared_server: Server) -> None:
    numbered(shared_server, "fine", 2)
    error = error_of(shared_server.setting, TABLE, "plan", "tags.first", "NAME", "email")
    assert "fine: plan, tags.first are no columns there: it has id, email, name" in str(error)


@pytest.mark.parametrize(
    "sql",
    ["SELECT 1 / (id - id) AS id, email FROM fine", f"SELECT CAST('{PRIVATE}' AS integer) AS id, email FROM fine"],
)
def test_a_value_that_cannot_be_computed_with_is_not_told(sql: str, shared_postgresql: Server) -> None:
    numbered(shared_postgresql, "fine", 2)
    assert "the query meets a value that it cannot compute with" in str(
        error_of(shared_postgresql.setting, Query("id", sql=sql))
    )


def test_a_table_that_the_user_may_not_read_is_one_line(shared_postgresql: Server) -> None:
    with shared_postgresql.engine().begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS hidden")
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS hidden.contacts (id integer, email text)")
        connection.exec_driver_sql("REVOKE pg_read_all_data FROM reader")
    try:
        error = error_of(shared_postgresql.setting, Query("id", table="hidden.contacts"))
    finally:
        with shared_postgresql.engine().begin() as connection:
            connection.exec_driver_sql("GRANT pg_read_all_data TO reader")
    assert "the user may not read it: grant SELECT" in str(error)


@pytest.mark.parametrize("name", ON_A_NETWORK)
def test_a_server_that_dies_in_mid_stream_keeps_every_row_that_came(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = request.getfixturevalue(f"own_{name}")
    assert isinstance(server, Daemon)
    monkeypatch.setattr(query_reading, "ROWS_AT_ONCE", 500)
    numbered(server, "dying", 16_000, width=1000)
    of = model(name={"kind": "text"})
    chunks = QueryReading(spec(server.setting, Query("id", table="dying")), of.columns("crm"), None).chunks()
    first = next(chunks)
    server.kill()
    came = collected([first, *chunks])
    assert 500 <= len(came.rows) < 16_000
    assert came.ids == [str(number + 1) for number in range(len(came.rows))]
    assert not came.complete
    message = str(came.broken[0]["message"])
    assert re.fullmatch(
        r"record \d+: the reading broke off behind it: (the connection broke off|it is starting or stopping)[^\n]*",
        message,
    )
    assert SECRET not in message
    assert isinstance(error_of(server.setting, Query("id", table="dying")), TransientError)


def _damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda _path: None, "there is no such file, or it may not be read"),
        (lambda path: path.mkdir(), "this is no file that can be read|there is no such file"),
        (lambda path: path.write_text("id,email\n" * 1000), "this file is no SQLite database"),
        (lambda path: path.write_bytes(b""), "there is no such table"),
        (_damaged, "the file is damaged: restore it from a backup"),
    ],
)
def test_a_file_that_is_no_good_sqlite_database_is_one_line(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "contacts.db"
    if make is _damaged:
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE contacts (id integer PRIMARY KEY, email text)")
            connection.executemany("INSERT INTO contacts VALUES (?, ?)", [(i, PRIVATE * 9) for i in range(1000)])
        connection.close()
    make(path)
    assert re.search(words, str(error_of(f"sqlite:///{path}", Query("id", table="contacts"))))


def test_a_sqlite_file_that_somebody_writes_is_waited_for_no_longer_than_the_limit(tmp_path: Path) -> None:
    writer = sqlite3.connect(tmp_path / "contacts.db", isolation_level=None)
    writer.execute("CREATE TABLE contacts (id, email)")
    writer.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    error = error_of(f"sqlite:///{tmp_path}/contacts.db", Query("id", table="contacts"), seconds=1)
    writer.close()
    assert time.monotonic() - began < 3
    assert isinstance(error, TransientError)
    assert re.search("another program is writing it: try again later|it took longer than 1 s", str(error))

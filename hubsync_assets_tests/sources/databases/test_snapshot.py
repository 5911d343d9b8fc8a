"""One reading is of one moment, and nothing can be written through it, whoever it logs in as."""

import pytest
import sqlalchemy as sa

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.databases import query_reading
from hubsync_assets.sources.databases.address import DatabaseAddress
from hubsync_assets.sources.databases.query import Query
from hubsync_assets.sources.databases.query_reading import QueryReading
from hubsync_assets.sources.databases.session import open_session
from hubsync_assets_tests.databases.server import Server
from hubsync_assets_tests.sources.databases.asking import collected, model, read, spec
from hubsync_assets_tests.sources.databases.numbered import numbered

MODEL = model(name={"kind": "text"})


def owner(server: Server) -> str:
    """The URL of who may do everything."""
    return server.engine().url.render_as_string(hide_password=False)


@pytest.fixture
def _write_ahead(shared_server: Server) -> None:
    """SQLite lets nobody write while somebody reads, but in this mode."""
    engine = shared_server.engine()
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")


@pytest.mark.usefixtures("_write_ahead")
def test_what_changes_while_it_is_read_is_not_seen(shared_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_reading, "ROWS_AT_ONCE", 10)
    numbered(shared_server, "moving", 100)
    asked = spec(shared_server.setting, Query("id", table="moving"))
    chunks = QueryReading(asked, MODEL.columns("crm"), None).chunks()  # its rows are counted by now
    with shared_server.engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM moving WHERE id > 90")
    first = next(chunks)
    with shared_server.engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM moving WHERE id > 50")
        connection.exec_driver_sql("UPDATE moving SET email = 'late@example.com'")
        connection.exec_driver_sql("INSERT INTO moving VALUES (0, 'new@example.com', 'n')")
    came = collected([first, *chunks])
    assert came.ids == [str(number) for number in range(1, 101)]
    assert [row["email"] for row in came.rows] == [f"p{number}@example.com" for number in range(1, 101)]
    assert (came.complete, came.broken) == (True, [])


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO guarded VALUES (9, 'x', 'y')",
        "UPDATE guarded SET name = 'y'",
        "DELETE FROM guarded",
        "DROP TABLE guarded",
        "CREATE TABLE guarded_too (id integer)",
    ],
)
def test_no_statement_writes_though_the_user_may(shared_server: Server, statement: str) -> None:
    numbered(shared_server, "guarded", 3)
    with open_session(DatabaseAddress.of("crm", owner(shared_server)), 10) as session:
        begun = session.connection.exec_driver_sql("SELECT count(*) FROM guarded").scalar_one()
        assert int(begun) == 3
        with pytest.raises(sa.exc.DBAPIError, match=r"(?i)read.?only"):
            session.connection.exec_driver_sql(statement)
    with shared_server.engine().connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM guarded WHERE name <> 'y'").scalar_one() == 3


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM guarded",
        "SELECT * FROM guarded; DELETE FROM guarded",
        "WITH gone AS (DELETE FROM guarded RETURNING *) SELECT * FROM gone",
        "COMMIT",
        "COMMIT; DELETE FROM guarded",
        "SELECT 1 AS id) x; COMMIT; DELETE FROM guarded; SELECT * FROM (SELECT 1 AS id",
    ],
)
@pytest.mark.parametrize("place", ["query", "unchanged"])
def test_a_declaration_that_would_write_is_refused_in_one_line(shared_server: Server, sql: str, place: str) -> None:
    numbered(shared_server, "guarded", 3)
    good = "SELECT id, email FROM guarded"
    query = Query("id", sql=sql) if place == "query" else Query("id", sql=good, unchanged=sql)
    with pytest.raises(PermanentError) as raised:
        read(spec(owner(shared_server), query), MODEL)
    assert "\n" not in str(raised.value)
    with shared_server.engine().connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM guarded").scalar_one() == 3


def test_a_function_that_writes_is_refused(shared_postgresql: Server) -> None:
    with shared_postgresql.engine().begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS written (id integer)")
        connection.exec_driver_sql("CREATE SEQUENCE IF NOT EXISTS counted")
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION writes() RETURNS integer LANGUAGE sql AS 'INSERT INTO written VALUES (1) RETURNING 1'"
        )
    for call in ("writes()", "nextval('counted')", "setval('counted', 5)", "lo_creat(1)"):
        query = Query("id", sql=f"SELECT {call} AS id, 'a@example.com' AS email")
        with pytest.raises(PermanentError, match="would write, and a source is only read"):
            read(spec(owner(shared_postgresql), query), MODEL)


def test_a_sqlite_file_that_is_not_there_is_not_made(shared_sqlite: Server) -> None:
    missing = shared_sqlite.folder / "missing.db"
    with pytest.raises(PermanentError, match="there is no such file"):
        read(spec(f"sqlite:///{missing}?mode=rwc", Query("id", table="contacts")), MODEL)
    assert not missing.exists()

"""Tables and queries of three databases, read as they are: names, orders, ids, and what a column says of itself."""

import json

import pytest
import sqlalchemy as sa

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.databases import query_reading
from hubsync_assets.sources.databases.query import Query
from hubsync_assets_tests.databases.server import Server
from hubsync_assets_tests.sources.databases.asking import model, read, spec
from hubsync_assets_tests.sources.databases.numbered import numbered, run

NAME = {"kind": "text"}
CLIENT_SERVERS = [pytest.param("postgresql"), pytest.param("mariadb", marks=pytest.mark.services)]


def quoted(server: Server, name: str) -> str:
    sign = "`" if server.name == "mariadb" else '"'
    return sign + name.replace(sign, sign * 2) + sign


@pytest.mark.parametrize(
    "name",
    [
        "Upper",
        "order",
        "with blank",
        "ünïcode",
        "100%",
        "%s",
        "x%(y)s",
        ":name",
        "a'b",
        'a"b',
        "a`b",
        "a.b",
        ";--c",
        "^email$",
        "*",
        "[x]",
        "\\",
    ],
)
def test_a_column_may_have_any_name(shared_server: Server, name: str) -> None:
    column = quoted(shared_server, name)
    run(
        shared_server,
        "DROP TABLE IF EXISTS named",
        f"CREATE TABLE named ({column} integer, email varchar(40))",
        "INSERT INTO named VALUES (7, 'a@example.com')",
    )
    of = model({"columns": {"name": name}}, name=NAME)
    came = read(spec(shared_server.setting, Query(name, table="named"), required=(name,)), of)
    assert (came.ids, came.rows[0][f"@{name}"], came.complete) == (["7"], "7", True)


@pytest.mark.parametrize("name", ["order", "Upper", "with blank", "100%", "tä", 'q"t', "q`t", "%s"])
def test_a_table_may_have_any_name_but_one_with_a_point(shared_server: Server, name: str) -> None:
    table = quoted(shared_server, name)
    run(
        shared_server,
        f"DROP TABLE IF EXISTS {table}",
        f"CREATE TABLE {table} (id integer, email varchar(40))",
        f"INSERT INTO {table} VALUES (1, 'a@example.com')",
    )
    assert read(spec(shared_server.setting, Query("id", table=name)), model()).ids == ["1"]


def test_a_table_or_view_in_a_schema_is_found_behind_its_point(shared_postgresql: Server) -> None:
    run(
        shared_postgresql,
        "DROP SCHEMA IF EXISTS sales CASCADE",
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.\"order\" AS SELECT 1 AS id, 'a@example.com'::text AS email",
        'CREATE VIEW sales."My View" AS SELECT * FROM sales."order"',
        "GRANT USAGE ON SCHEMA sales TO reader",
    )
    for table in ("sales.order", "sales.My View"):
        assert read(spec(shared_postgresql.setting, Query("id", table=table)), model()).ids == ["1"]


def test_a_view_is_read_as_a_table(shared_server: Server) -> None:
    numbered(shared_server, "seen", 3)
    run(shared_server, "DROP VIEW IF EXISTS looking", "CREATE VIEW looking AS SELECT * FROM seen WHERE id > 1")
    assert read(spec(shared_server.setting, Query("id", table="looking")), model()).ids == ["2", "3"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM five;",
        "SELECT * FROM five -- all of them",
        "SELECT * FROM five; -- all of them",
        "WITH w AS (SELECT * FROM five) SELECT * FROM w;\n",
        "/* first; second */ SELECT * FROM five; /* end */",
        "SELECT * FROM five WHERE name <> '; -- none'",
        "SELECT * FROM five WHERE name = '; -- none' OR name LIKE '%'",
        "SELECT id, email, '%s :x %(y)s' AS name FROM five",
        "SELECT * FROM five ORDER BY id DESC",
        "SELECT * FROM five WHERE id < 3 UNION ALL SELECT * FROM five WHERE id >= 3",
    ],
)
def test_a_query_is_read_as_it_is_written(shared_server: Server, sql: str) -> None:
    numbered(shared_server, "five", 5)
    came = read(spec(shared_server.setting, Query("id", sql=sql)), model(name=NAME))
    assert came.ids == ["1", "2", "3", "4", "5"]
    assert came.complete


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 7])
def test_any_number_of_rows_is_read_whole_in_the_order_of_the_id(
    shared_server: Server, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_reading, "ROWS_AT_ONCE", 3)
    numbered(shared_server, "few", rows)
    came = read(spec(shared_server.setting, Query("id", table="few")), model(name=NAME))
    assert came.ids == [str(number) for number in range(1, rows + 1)]
    assert [row["position"] for row in came.rows] == list(range(1, rows + 1))
    assert (came.complete, came.broken, came.unknown) == (True, [], {})


def test_values_of_columns_that_no_field_takes_are_counted_and_the_id_is_none_of_them(shared_server: Server) -> None:
    run(
        shared_server,
        "DROP TABLE IF EXISTS wide",
        "CREATE TABLE wide (id integer, email varchar(40), fax varchar(9), pager varchar(9), changed integer)",
        "INSERT INTO wide VALUES (1, 'a@example.com', 'f', NULL, 5), (2, 'b@example.com', NULL, NULL, 6), (3, NULL, 'g', NULL, 7)",
    )
    came = read(spec(shared_server.setting, Query("id", table="wide", updated_at="changed")), model())
    assert came.unknown == {"fax": 2}


def test_a_row_is_told_as_json_of_what_was_read(shared_server: Server) -> None:
    numbered(shared_server, "told", 1)
    came = read(spec(shared_server.setting, Query("id", table="told")), model(name=NAME))
    assert [json.loads(text) for text in came.raw] == [{"email": "p1@example.com", "name": "x"}]


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_postgresql_of_another_encoding_is_read_and_bad_bytes_cost_their_value_alone(
    encoding: str, shared_postgresql: Server
) -> None:
    admin = shared_postgresql.engine()
    database = f"old_{encoding.lower()}"
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {database}")
        connection.exec_driver_sql(f"CREATE DATABASE {database} ENCODING '{encoding}' TEMPLATE template0 LOCALE 'C'")
    url = admin.url.set(database=database)
    value = r"convert_from('\xe4'::bytea, 'LATIN1')" if encoding == "LATIN1" else r"E'\xe4'"
    options = {"client_encoding": "utf8"}  # else SQLAlchemy gets its version as bytes
    with sa.create_engine(url, poolclass=sa.NullPool, connect_args=options).begin() as connection:
        connection.exec_driver_sql(f"SET client_encoding = '{encoding}'")
        connection.exec_driver_sql("CREATE TABLE contacts (id integer, email text, name text)")
        connection.exec_driver_sql(
            f"INSERT INTO contacts VALUES (1, 'a@example.com', {value}), (2, 'b@example.com', 'b')"
        )
    came = read(spec(url.render_as_string(hide_password=False), Query("id", table="contacts")), model(name=NAME))
    assert [row["name"] for row in came.rows] == ["ä" if encoding == "LATIN1" else "\\xe4", "b"]
    assert [row["email"] for row in came.rows] == ["a@example.com", "b@example.com"]


def test_mysql_text_of_another_character_set_comes_as_the_characters_it_is(shared_mariadb: Server) -> None:
    run(
        shared_mariadb,
        "DROP TABLE IF EXISTS old_text",
        "CREATE TABLE old_text (id integer, email varchar(40), name varchar(9)) CHARACTER SET latin1",
        "INSERT INTO old_text VALUES (1, 'a@example.com', 'Jürgen €')",
    )
    came = read(spec(shared_mariadb.setting, Query("id", table="old_text")), model(name=NAME))
    assert came.rows[0]["name"] == "Jürgen €"


@pytest.mark.parametrize("name", CLIENT_SERVERS)
def test_two_columns_of_one_name_are_refused(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(f"shared_{name}")
    with pytest.raises(PermanentError, match="two columns .*give one of them another"):
        read(spec(server.setting, Query("id", sql="SELECT 1 AS id, 'a' AS email, 'b' AS email")), model())

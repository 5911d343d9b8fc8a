"""The id of a table or query: of any type that has an order, shared by several rows or not, but never empty."""

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.databases import query_reading
from hubsync_assets.sources.databases.query import Query
from hubsync_assets_tests.databases.server import Server
from hubsync_assets_tests.sources.databases.asking import model, read, spec
from hubsync_assets_tests.sources.databases.numbered import run

NAME = {"kind": "text"}


def test_rows_that_share_an_id_across_batches_come_in_the_same_order_whatever_order_they_were_written_in(
    shared_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_reading, "ROWS_AT_ONCE", 2)
    values = [(1, "a"), (2, "e"), (2, "c"), (2, "d"), (2, "b"), (2, "f"), (3, "g")]
    orders = []
    for written in (values, values[::-1], values[3:] + values[:3]):
        rows = ", ".join(f"({number}, '{name}@example.com', '{name}')" for number, name in written)
        run(
            shared_server,
            "DROP TABLE IF EXISTS twice",
            "CREATE TABLE twice (id integer, email varchar(40), name varchar(9))",
            f"INSERT INTO twice VALUES {rows}",
        )
        came = read(spec(shared_server.setting, Query("id", table="twice")), model(name=NAME))
        orders.append([row["name"] for row in came.rows])
    assert orders == [list("abcdefg")] * 3


@pytest.mark.parametrize(
    ("name", "kind", "values", "ids"),
    [
        (
            "postgresql",
            "uuid",
            [f"'{0:032x}'", f"'{1:032x}'"],
            [f"00000000-0000-0000-0000-00000000000{n}" for n in "01"],
        ),
        ("postgresql", "timestamptz", ["'2020-01-01Z'", "'infinity'"], ["2020-01-01 00:00:00+00", "infinity"]),
        ("postgresql", "boolean", ["false", "true"], ["false", "true"]),
        ("postgresql", "numeric", ["1.50", "'NaN'"], ["1.50", "NaN"]),
        ("postgresql", "bytea", [r"'\x00'", r"'\xff'"], ["\\x00", "\\xff"]),
        ("postgresql", 'text COLLATE "C"', ["'B'", "'a'", "'ä'"], ["B", "a", "ä"]),
        ("mariadb", "varchar(9) COLLATE utf8mb4_general_ci", ["'a'", "'B'", "'c'"], ["a", "B", "c"]),
        ("mariadb", "bit(1)", ["0", "1"], ["0", "1"]),
        ("mariadb", "datetime", ["'2020-01-01'", "'2021-01-01'"], ["2020-01-01 00:00:00", "2021-01-01 00:00:00"]),
        ("mariadb", "binary(2)", ["x'0001'", "x'ff00'"], ["\0\x01", "\\xff\0"]),
        ("mariadb", "enum('z', 'a')", ["'z'", "'a'"], ["z", "a"]),
        ("sqlite", "", ["1", "9223372036854775807", "'1'", "'x'"], ["1", "9223372036854775807", "1", "x"]),
        ("sqlite", "real", ["1.5", "1e300"], ["1.5", "1e+300"]),
    ],
)
def test_a_column_of_any_type_that_has_an_order_names_rows(
    name: str, kind: str, values: list[str], ids: list[str], request: pytest.FixtureRequest
) -> None:
    if name == "mariadb":
        request.applymarker(pytest.mark.services)
    server: Server = request.getfixturevalue(f"shared_{name}")
    rows = ", ".join(f"({value}, 'a@example.com')" for value in values[::-1])
    run(
        server,
        "DROP TABLE IF EXISTS typed",
        f"CREATE TABLE typed (id {kind}, email varchar(40))",
        f"INSERT INTO typed VALUES {rows}",
    )
    assert read(spec(server.setting, Query("id", table="typed")), model()).ids == ids


def test_an_id_that_is_empty_somewhere_names_no_row_and_nothing_is_read(shared_server: Server) -> None:
    run(
        shared_server,
        "DROP TABLE IF EXISTS holes",
        "CREATE TABLE holes (id integer, email varchar(40))",
        "INSERT INTO holes VALUES (1, 'a@example.com'), (NULL, 'b@example.com')",
    )
    with pytest.raises(
        PermanentError, match="holes: id is empty in some rows, so it names no row: declare a unique column as id"
    ):
        read(spec(shared_server.setting, Query("id", table="holes")), model())

"""What a declaration says of columns holds for a database as it does for a file."""

from pathlib import Path

import polars as pl

from hubsync_assets.steps.read_report import ReadReport
from hubsync_assets_tests.databases.server import Server
from hubsync_assets_tests.steps.database_runs import open_storage, raw, run


def test_columns_constants_where_and_decimals_hold_for_a_database(shared_server: Server, tmp_path: Path) -> None:
    with shared_server.engine().begin() as connection:
        number = "NUMERIC" if connection.dialect.name == "sqlite" else "numeric(10,2)"
        connection.exec_driver_sql("DROP TABLE IF EXISTS declared")
        document = {"postgresql": "jsonb", "mysql": "json", "sqlite": "TEXT"}[connection.dialect.name]
        tags = {"postgresql": "text[]", "mysql": "json", "sqlite": "TEXT"}[connection.dialect.name]
        connection.exec_driver_sql(
            f"CREATE TABLE declared (id integer, email varchar(40), address {document}, tags {tags}, mrr {number}, vip boolean)"
        )
        two = "'{a,b}'" if connection.dialect.name == "postgresql" else '\'["a", "b"]\''
        connection.exec_driver_sql(
            "INSERT INTO declared VALUES "
            f"(1, 'a@example.com', '{{\"city\": \"Köln\"}}', {two}, 1234.50, true), (2, 'b@example.com', NULL, NULL, 7, false), "
            "(3, 'c@example.com', '{\"city\": null}', NULL, NULL, NULL)"
        )
    fields = {
        "email": {"kind": "email"},
        "city": {"kind": "text"},
        "tags": {"kind": "multi"},
        "revenue": {"kind": "number"},
        "vip": {"kind": "boolean"},
        "origin": {"kind": "text"},
    }
    storage = open_storage(
        tmp_path,
        fields,
        crm={
            "table": "declared",
            "columns": {"city": "address.city", "revenue": "mrr"},
            "constants": {"origin": "crm"},
            "where": "id <> '3' OR id IS NULL",
            "decimal": ",",
        },
    )
    report = run(storage, crm=shared_server.setting)
    assert isinstance(report, ReadReport), report
    kept = raw(storage).filter(~pl.col("filtered"))
    values = [(row["city"], row["revenue"], row["vip"], row["origin"]) for row in kept.to_dicts()]
    assert values == [("Köln", 1234.5, True, "crm"), (None, 7.0, False, "crm")]
    assert kept["tags"].to_list() == ["a;b", None]

"""The SQL that is made of a table or a query: names are quoted, and what ends a statement is taken off, and nothing else."""

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.compiler import IdentifierPreparer

from hubsync_assets.sources.databases.query import Query


@pytest.fixture
def quoting() -> IdentifierPreparer:
    return postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]


def asked(sql: str, quoting: IdentifierPreparer) -> str:
    """The query as it stands in parentheses."""
    made = Query("id", sql=sql).columns(quoting)
    return made.removeprefix("SELECT * FROM (").removesuffix("\n) hubsync_source WHERE 1 = 0")


@pytest.mark.parametrize(
    "end", ["", ";", " ; ", ";\n", ";;", "; -- done", "; -- done\n", ";\n/* end\n * of it */\n", "; # done", "\n\n"]
)
def test_what_ends_a_statement_is_taken_off(end: str, quoting: IdentifierPreparer) -> None:
    assert asked("SELECT 1 AS id" + end, quoting) == "SELECT 1 AS id"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT '; -- none'",
        "SELECT ';'",
        "SELECT * FROM t WHERE a = '; -- x' OR b = 'y'",
        "SELECT '; /* x */'",
        "SELECT '; /* ' || '*/'",
        'SELECT 1 AS "; -- x"',
        "SELECT 1 AS `; # x`",
        "SELECT $$; -- x$$",
        "SELECT 1 -- a comment",
        "SELECT 1; SELECT 2",
        "/* a; b */ SELECT 1",
    ],
)
def test_a_semicolon_within_a_text_or_between_two_statements_is_left_alone(
    sql: str, quoting: IdentifierPreparer
) -> None:
    assert asked(sql, quoting) == sql


def test_the_rows_of_a_query_are_ordered_by_the_id_around_it(quoting: IdentifierPreparer) -> None:
    made = Query("Id", sql="SELECT * FROM t ORDER BY x LIMIT 5;").rows(quoting, ["a", 'b"c'])
    assert made == ('SELECT "Id", "a", "b""c" FROM (SELECT * FROM t ORDER BY x LIMIT 5\n) hubsync_source ORDER BY "Id"')


@pytest.mark.parametrize(
    ("table", "written"),
    [
        ("contacts", "contacts"),
        ("order", '"order"'),
        ("Contacts", '"Contacts"'),
        ("public.order", 'public."order"'),
        ("with blank", '"with blank"'),
        ('a"; DROP TABLE b; --', '"a""; DROP TABLE b; --"'),
    ],
)
def test_a_table_is_quoted_where_it_has_to_be(table: str, written: str, quoting: IdentifierPreparer) -> None:
    assert Query("id", table=table).columns(quoting) == f"SELECT * FROM {written} hubsync_source WHERE 1 = 0"


def test_what_changes_of_a_table_is_its_number_of_rows_and_the_latest_change(quoting: IdentifierPreparer) -> None:
    made = Query("id", table="contacts", updated_at="changed").probe(quoting)
    assert made == 'SELECT count(*), max("changed") FROM contacts hubsync_source'


def test_a_probe_of_its_own_stands_in_parentheses_so_that_it_is_one_statement(quoting: IdentifierPreparer) -> None:
    made = Query("id", sql="SELECT 1 AS id", unchanged="SELECT max(x) FROM t; -- latest").probe(quoting)
    assert made == "SELECT * FROM (SELECT max(x) FROM t\n) hubsync_source"


def test_nobody_knows_what_changes_where_nothing_is_declared(quoting: IdentifierPreparer) -> None:
    assert Query("id", table="contacts").probe(quoting) is None
    assert Query("id", sql="SELECT 1 AS id", updated_at="changed").probe(quoting) is None


def test_another_question_has_another_digest() -> None:
    questions = [
        Query("id", table="a"),
        Query("id", sql="a"),
        Query("a", table="id"),
        Query("id", table="a", updated_at="b"),
        Query("id", table="a", unchanged="b"),
    ]
    assert len({question.digest for question in questions}) == len(questions)


def test_a_query_is_not_named_by_its_text() -> None:
    assert (Query("id", sql="SELECT 'ana@example.com'").name, Query("id", table="a.b").name) == ("query", "a.b")

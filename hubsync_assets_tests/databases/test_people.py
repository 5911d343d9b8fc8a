"""The people that the tests of database sources read: the same every time, and stored as they are.

Keep out: reading them as a source does.
"""

from typing import Any

import pytest
import sqlalchemy as sa

from hubsync_assets_tests.databases import filling
from hubsync_assets_tests.databases.filling import Key, fill
from hubsync_assets_tests.databases.people import Person, people, text_id
from hubsync_assets_tests.databases.server import Server

TEXT = {"postgresql": "text", "mysql": "char", "sqlite": "text"}


def _texts(server: Server, table: str, columns: list[str]) -> list[Any]:
    engine = server.engine()
    wanted = ", ".join(f"CAST({column} AS {TEXT[engine.dialect.name]})" for column in columns)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(f"SELECT {wanted} FROM {table}"))]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _expected(person: Person, key: str) -> tuple[str | None, ...]:
    return (
        key,
        person["email"],
        person["first_name"],
        person["company"],
        _text(person["employees"]),
        person["plan"],
        _text(person["born"]),
    )


def test_the_same_people_come_every_time_and_more_of_them_begin_with_the_same() -> None:
    assert people(500) == people(1000)[:500]


def test_some_emails_are_missing_some_wrong_some_mixed_and_some_shared() -> None:
    emails = [person["email"] for person in people(5000)]
    known = [email.lower() for email in emails if email is not None and email.count("@") == 1]
    assert None in emails
    assert "none" in emails
    assert any(email is not None and email != email.lower() for email in emails)
    assert len(set(known)) < len(known) < len(emails)


@pytest.mark.parametrize("key", ["integer", "text"])
def test_people_are_stored_as_they_are(shared_server: Server, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "BATCH", 700)
    crowd = people(2000)
    fill(shared_server.engine(), "stored", crowd, key)
    found = _texts(shared_server, "stored", ["id", "email", "first_name", "company", "employees", "plan", "born"])
    keys = [text_id(person["id"]) if key == "text" else str(person["id"]) for person in crowd]
    assert sorted(found) == sorted(_expected(person, name) for person, name in zip(crowd, keys, strict=True))


def test_a_table_that_is_filled_again_has_only_the_new_people(shared_server: Server) -> None:
    fill(shared_server.engine(), "again", people(100), "text")
    fill(shared_server.engine(), "again", people(10))
    assert len(_texts(shared_server, "again", ["id"])) == 10

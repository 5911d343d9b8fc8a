"""The file that keeps a portal: restarts, files of something else, files of the layout before, transactions."""

import sqlite3
from pathlib import Path

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.emulator.database import Database, DatabaseError
from hubsync_assets_tests.emulator.asking import Api, row


def test_a_portal_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    with HubSpotEmulator(db=path) as hubspot, Api(hubspot.base_url) as api:
        api.define("mrr", "number", "number")
        api.upsert(row("a@example.com", mrr=1))
        gone = api.create(email="b@example.com")
        api.contacts("POST", "/gdpr-delete", {"objectId": gone})
        before = (hubspot.portal_id, hubspot.contacts(), len(hubspot.calls()))

    with HubSpotEmulator(db=path) as hubspot, Api(hubspot.base_url) as api:
        after = (hubspot.portal_id, hubspot.contacts(), len(hubspot.calls()))
        (result,) = api.upsert(row("a@example.com", mrr=2)).json()["results"]
        new = api.create(email="b@example.com")
        count = hubspot.state()["contacts"]

    assert after == before
    assert result["new"] is False
    assert int(new) > int(gone)
    assert count == 2


def test_each_new_database_is_another_portal() -> None:
    with HubSpotEmulator() as one, HubSpotEmulator() as other:
        assert one.portal_id != other.portal_id
        assert 10_000_000 <= one.portal_id <= 99_999_999


def test_a_file_that_is_in_use_is_refused(tmp_path: Path) -> None:
    first = Database(tmp_path / "portal.db")

    with pytest.raises(DatabaseError, match="no other emulator has open"):
        Database(tmp_path / "portal.db")

    first.close()


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE people(name)")
    other.close()

    with pytest.raises(DatabaseError, match="tables of something else"):
        Database(path)

    with sqlite3.connect(path) as other:
        assert [name for (name,) in other.execute("SELECT name FROM sqlite_master")] == ["people"]
    other.close()


def test_a_database_of_another_layout_is_refused(tmp_path: Path) -> None:
    database = Database(tmp_path / "portal.db")
    database.connection.execute("UPDATE meta SET value = '99' WHERE name = 'layout'")
    database.close()

    with pytest.raises(DatabaseError, match="layout is 99"):
        Database(tmp_path / "portal.db")


def test_a_portal_of_the_layout_before_keeps_its_contacts_and_learns_what_is_read_only(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    with HubSpotEmulator(db=path) as hubspot:
        hubspot.seed([{"email": "a@example.com", "firstname": "Ana"}])
    with sqlite3.connect(path) as old:
        old.execute("ALTER TABLE versions DROP COLUMN source_id")
        old.execute("ALTER TABLE versions DROP COLUMN user")
        old.execute(
            "UPDATE properties SET definition = replace(definition, '\"readOnlyValue\":true', '\"readOnlyValue\":false')"
        )
        old.execute("UPDATE meta SET value = '2' WHERE name = 'layout'")
    old.close()

    for _ in range(2):
        with HubSpotEmulator(db=path) as hubspot, Api(hubspot.base_url) as api:
            written = api.upsert(row("a@example.com", hs_additional_emails="b@example.com"))
            history = hubspot.contact("a@example.com")["history"]

            assert written.status_code == 400
            assert (history[0]["changes"]["firstname"], history[0]["sourceType"]) == ("Ana", "CRM_UI")
            assert "sourceId" not in history[0]


@pytest.mark.parametrize("content", [b"no database at all, but long enough to look like one" * 30])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "portal.db").write_bytes(content)

    with pytest.raises(DatabaseError, match="not a database"):
        Database(tmp_path / "portal.db")


def test_what_fails_in_a_transaction_is_undone_alone() -> None:
    database = Database()
    with database.transaction():
        database.connection.execute("INSERT INTO erased VALUES ('before')")
        with pytest.raises(RuntimeError), database.attempt():
            database.connection.execute("INSERT INTO erased VALUES ('inside')")
            raise RuntimeError
    with pytest.raises(RuntimeError), database.transaction():
        database.connection.execute("INSERT INTO erased VALUES ('whole')")
        raise RuntimeError

    kept = database.connection.execute("SELECT email FROM erased").fetchall()
    database.close()
    assert kept == [("before",)]

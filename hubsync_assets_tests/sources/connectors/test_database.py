"""A database as a source: it is found without being asked, looked at by its own probe, and tells nothing of its password."""

from pathlib import Path
from typing import Any

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.sources.connectors.database import LOOK_SECONDS, Database
from hubsync_assets.sources.connectors.registry import source_of
from hubsync_assets.sources.files.source_file import Known
from hubsync_assets_tests.databases.server import SECRET, Server
from hubsync_assets_tests.sources.databases.numbered import numbered

URL = f"postgresql://u:{SECRET}@127.0.0.1:1/d"


def source(setting: str, **declared: Any) -> Database:
    read = {"read": "env:CRM", "table": "contacts", "id": "id", **declared}
    sync = ContactSync.model_validate({"sources": {"crm": read}, "fields": {"email": {"kind": "email"}}})
    made = source_of(ContactModel(sync), "crm", setting)
    assert isinstance(made, Database)
    return made


def test_it_is_found_without_asking_anybody_and_is_named_without_user_and_password() -> None:
    (file,) = source(URL).find()
    assert file.name == "postgresql://127.0.0.1:1/d contacts"
    assert SECRET not in repr((source(URL), file))


def test_it_is_the_same_source_under_another_password_and_another_one_under_another_question() -> None:
    def identity(setting: str, **declared: Any) -> object:
        return source(setting, **declared).find()[0].identity

    assert identity(URL) == identity(URL.replace(SECRET, "other"))
    others = [identity(URL.replace("/d", "/e")), identity(URL, table="b"), identity(URL.replace("127.0.0.1", "h"))]
    assert len({identity(URL), *others}) == 4


def test_it_is_read_again_after_seven_days_unless_declared_otherwise() -> None:
    assert source(URL).reread_after == 7 * 24 * 3600
    assert source(URL, reread_every=0.5).reread_after == 12 * 3600


def test_where_nothing_is_declared_to_change_a_look_asks_nobody() -> None:
    assert source(URL).look() is None
    assert LOOK_SECONDS == 10


def test_a_look_and_a_reading_agree_on_what_it_is_now(shared_server: Server, tmp_path: Path) -> None:
    numbered(shared_server, "contacts", 3)
    made = source(shared_server.setting, updated_at="name")
    look = made.look()
    (file,) = made.find()
    reading = made.read(file, tmp_path)
    reading.close()
    assert look is not None
    assert look.settled
    assert reading.file.etag == look.digest
    assert not reading.file.unchanged
    known = made.read(file, tmp_path, Known(None, None, look.digest))
    assert known.file.unchanged
    with shared_server.engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM contacts WHERE id = 2")
    fewer = made.look()
    assert fewer is not None
    assert fewer.digest != look.digest


def test_it_describes_its_columns_and_can_be_closed_twice(shared_server: Server, tmp_path: Path) -> None:
    numbered(shared_server, "contacts", 3)
    made = source(shared_server.setting)
    reading = made.read(made.find()[0], tmp_path)
    assert reading.describe().columns == ("id", "email", "name")
    reading.close()
    reading.close()


def test_columns_that_the_declaration_names_have_to_be_there(shared_server: Server, tmp_path: Path) -> None:
    numbered(shared_server, "contacts", 3)
    made = source(shared_server.setting, columns={"email": "mail"}, where="stage = 'won'")
    with pytest.raises(PermanentError, match="contacts: mail, stage are no columns there: it has id, email, name"):
        made.read(made.find()[0], tmp_path)

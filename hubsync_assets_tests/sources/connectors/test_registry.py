"""Which kind of source a setting means, and what is said where it does not fit its declaration."""

from typing import Any

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.sources.connectors.database import Database
from hubsync_assets.sources.connectors.exports import LocalFiles, RemoteFile
from hubsync_assets.sources.connectors.registry import source_of
from hubsync_assets_tests.databases.server import SECRET

TABLE = {"table": "contacts", "id": "id"}
QUERY = {"query": "SELECT 1 AS id", "id": "id"}


def model(source: dict[str, Any]) -> ContactModel:
    sync = {"sources": {"crm": {"read": "env:CRM", **source}}, "fields": {"email": {"kind": "email"}}}
    return ContactModel(ContactSync.model_validate(sync))


@pytest.mark.parametrize(
    ("setting", "source", "kind"),
    [
        ("exports/*.csv", {}, LocalFiles),
        ("C:\\exports\\a.csv", {}, LocalFiles),
        ("https://h/a.json", {}, RemoteFile),
        ("postgresql://h/d", TABLE, Database),
        ("sqlite:////tmp/a.db", QUERY, Database),
        ("MariaDB://h/d", QUERY, Database),
    ],
)
def test_the_setting_says_which_kind_it_is(setting: str, source: dict[str, Any], kind: type) -> None:
    assert isinstance(source_of(model(source), "crm", setting), kind)


@pytest.mark.parametrize("setting", [f"/exports/{SECRET}.csv", f"https://h/{SECRET}.json", f"s3://b/{SECRET}", SECRET])
@pytest.mark.parametrize("source", [TABLE, QUERY])
def test_a_table_of_what_is_no_database_is_refused_without_a_word_of_the_setting(
    setting: str, source: dict[str, Any]
) -> None:
    with pytest.raises(
        PermanentError, match="crm: it declares a table or query, and what it reads is no database"
    ) as raised:
        source_of(model(source), "crm", setting)
    assert SECRET not in str(raised.value)


def test_a_database_of_which_nothing_is_declared_is_refused_without_a_word_of_the_setting() -> None:
    with pytest.raises(
        PermanentError, match="crm: it reads what looks like a database: declare table: or query:"
    ) as raised:
        source_of(model({}), "crm", f"postgresql://u:{SECRET}@h/d")
    assert SECRET not in str(raised.value)

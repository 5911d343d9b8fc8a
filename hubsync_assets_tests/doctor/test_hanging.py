"""What hangs is named, and does not keep the rest from being told."""

from pathlib import Path

import pytest

from hubsync_assets_tests.doctor.installation import Installation, silent_server

pytestmark = pytest.mark.services

DECLARED = """
sources:
  crm: {read: "env:CRM_URL", table: people, id: id}
  db1: {read: "env:HUBSYNC_DB1"}
fields:
  email: {kind: email}
  name: {kind: text}
"""
SECRET = "pass-xyzzy"


def test_a_portal_that_hangs(installation: Installation) -> None:
    with silent_server() as port:
        installation.environment["HUBSPOT_BASE_URL"] = f"http://127.0.0.1:{port}"
        told = installation.look()
    assert (told.code, told.worse()) == (2, {"portal": "broken"})
    assert "can be read" in told.said("source db1")
    assert "agrees with the log" in told.said("sync log")


def test_a_portal_that_refuses_the_key_for_one_thing(installation: Installation) -> None:
    installation.hubspot.fault("missing_scopes", times=-1, path="/crm/properties")
    told = installation.look()
    assert (told.code, told.worse()) == (2, {"portal": "broken"})
    assert "the key can read contacts" in told.said("portal")
    assert "the key cannot read the properties of contacts: crm.schemas.contacts.read is missing" in told.said("portal")


def test_a_database_that_hangs(installation: Installation) -> None:
    (installation.folder / "hubsync.yaml").write_text(DECLARED)
    with silent_server() as port:
        installation.environment |= {
            "HUBSYNC_FILE": "hubsync.yaml",
            "HUBSYNC_STORAGE": "other",
            "CRM_URL": f"postgresql://reader:{SECRET}@127.0.0.1:{port}/crm",
        }
        told = installation.look()
    assert (told.code, told.worse()) == (1, {"settings": "attention", "source crm": "attention"})
    assert "HUBSYNC_DB2 is set and read by nobody" in told.said("settings")  # this declaration has no such source
    assert SECRET not in told.text
    assert "can be read" in told.said("source db1")


def test_a_web_server_that_hangs(installation: Installation) -> None:
    with silent_server() as port:
        installation.environment["HUBSYNC_DB1"] = f"http://127.0.0.1:{port}/a.json?signature={SECRET}"
        told = installation.look()
    assert (told.code, told.worse()) == (1, {"source db1": "attention"})
    assert "the server did not answer in time" in told.said("source db1")
    assert SECRET not in told.text
    assert "can be read" in told.said("source db2")


def test_a_log_whose_database_hangs(installation: Installation) -> None:
    with silent_server() as port:
        installation.environment["HUBSYNC_LOG_URL"] = f"postgresql+psycopg://sync:{SECRET}@127.0.0.1:{port}/sync"
        told = installation.look()
    assert (told.code, told.worse()) == (2, {"locks": "attention", "sync log": "broken"})
    assert SECRET not in told.text
    assert "tables are whole" in told.said("files")


def test_a_source_that_is_gone(installation: Installation) -> None:
    installation.environment["HUBSYNC_DB2"] = str(Path("nowhere"))
    told = installation.look()
    assert (told.code, told.worse()) == (1, {"source db2": "attention"})

"""Exports that many people have are read without a word of declaration; and what a new version knows waits for a yes where storage is used."""

import json
from collections.abc import Collection
from pathlib import Path

import pytest

from hubsync_assets.model import aliases
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.steps.read import ReadReport, read_sources
from hubsync_assets.tables.storage import Storage

FIELDS = {
    "email": {"kind": "email"},
    "name": {"kind": "text", "property": ["firstname", "lastname"], "form": "first_word_and_rest"},
    "country": {"kind": "text"},
    "phone": {"kind": "text"},
    "company": {"kind": "text"},
    "job_title": {"kind": "text"},
    "city": {"kind": "text"},
}
MODEL = ContactModel(ContactSync.model_validate({"sources": {"crm": {"read": "x"}}, "fields": FIELDS}))

EXPORTS = {
    "HubSpot": "Record ID,First Name,Last Name,Email,Phone Number,Job Title,City,Country/Region,Associated Company\n"
    "1,Ada,Lovelace,ada@x.es,600,Engineer,Bilbao,Spain,Acme\n",
    "Salesforce": "FirstName,LastName,Email,MobilePhone,Job Title,MailingCity,MailingCountry,AccountName\n"
    "Ada,Lovelace,ada@x.es,600,Engineer,Bilbao,Spain,Acme\n",
    "Shopify": "First Name,Last Name,Email,Default Address Company,Default Address City,Default Address Country Code,Default Address Phone,Job Title\n"
    "Ada,Lovelace,ada@x.es,Acme,Bilbao,Spain,600,Engineer\n",
    "Outlook": "First Name,Last Name,E-mail Address,Mobile Phone,Company,Job Title,Business City,Business Country/Region\n"
    "Ada,Lovelace,ada@x.es,600,Acme,Engineer,Bilbao,Spain\n",
    "Google Contacts": "Given Name,Family Name,E-mail 1 - Value,Phone 1 - Value,Organization 1 - Name,Organization 1 - Title,Address 1 - City,"
    "Address 1 - Country\nAda,Lovelace,ada@x.es,600,Acme,Engineer,Bilbao,Spain\n",
    "Outlook in German": "Vorname,Nachname,E-Mail-Adresse,Mobiltelefon,Firma,Job Title,Ort geschäftlich,Land/Region geschäftlich\n"
    "Ada,Lovelace,ada@x.es,600,Acme,Engineer,Bilbao,Spain\n",
    "Outlook in French": "Prénom,Nom,Adresse de messagerie,Tél. mobile,Société,Job Title,Ville (bureau),Pays/Région (bureau)\n"
    "Ada,Lovelace,ada@x.es,600,Acme,Engineer,Bilbao,Spain\n",
    "Outlook in Spanish": "Nombre,Apellidos,Dirección de correo electrónico,Teléfono móvil,Organización,Puesto,Ciudad del trabajo,"
    "País o región del trabajo\nAda,Lovelace,ada@x.es,600,Acme,Engineer,Bilbao,Spain\n",
    "WooCommerce": "billing_first_name,billing_last_name,billing_email,billing_phone,billing_company,billing_city,billing_country,job_title\n"
    "Ada,Lovelace,ada@x.es,600,Acme,Bilbao,Spain,Engineer\n",
}


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    made = Storage(MODEL, tmp_path / "storage")
    made.lock.acquire("test")
    return made


def read(storage: Storage, folder: Path, text: str, confirm: Collection[str] = ()) -> ReadReport:
    file = folder / "export.csv"
    file.write_text(text, encoding="utf-8")
    events = read_sources({"crm": str(file)}, "all", storage, confirm=confirm)
    (report,) = (event for event in events if isinstance(event, ReadReport))
    return report


def rows(storage: Storage) -> list[tuple[object, ...]]:
    return storage.table("raw_crm").require().scan().select(list(FIELDS)).collect().rows()


@pytest.mark.parametrize("export", EXPORTS)
def test_the_headers_of_usual_exports_are_known(export: str, storage: Storage, tmp_path: Path) -> None:
    read(storage, tmp_path, EXPORTS[export])
    assert rows(storage) == [("ada@x.es", "Ada Lovelace", "Spain", "600", "Acme", "Engineer", "Bilbao")]


def test_of_several_columns_the_first_in_the_table_that_has_a_value_counts_and_all_are_named(
    storage: Storage, tmp_path: Path
) -> None:
    text = "Email,Home Phone,Mobile Phone,Phone\na@x.es,1,2,3\nb@x.es,1,2,\nc@x.es,1,,\n"
    report = read(storage, tmp_path, text)
    assert {row[3] for row in rows(storage)} == {"1", "2", "3"}
    assert report.several == {"phone": ["Phone", "Mobile Phone", "Home Phone"]}


def test_several_keys_of_json_are_named_too(storage: Storage, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([{"email": "a@x.es", "mobile": "2"}, {"email": "b@x.es", "phone": "3"}]))
    (report,) = (it for it in read_sources({"crm": str(file)}, "all", storage) if isinstance(it, ReadReport))
    assert report.several == {"phone": ["phone", "mobile"]}


def test_names_that_are_new_with_a_version_wait_for_a_yes_on_used_storage(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Email,Name,Mobile Phone\na@x.es,Ada,600\n"
    with monkeypatch.context() as before:
        for module in (
            "model.aliases",
            "model.columns",
            "model.contact_model",
            "steps.last_reading",
            "steps.read_source",
        ):
            before.setattr(f"hubsync_assets.{module}.RELEASE", 1)
        before.setattr(ContactModel, "columns", lambda self, source, release=1: COLUMNS(self, source, release))
        first = read(storage, tmp_path, text)
    assert (first.new_aliases, rows(storage)[0][3]) == ({}, None)

    again = read(storage, tmp_path, text + "b@x.es,Bo,601\n")
    assert again.new_aliases == {"Mobile Phone": "phone"}
    assert [row[3] for row in rows(storage)] == [None, None]

    confirmed = read(storage, tmp_path, text, confirm=["aliases crm"])
    assert (confirmed.reused, confirmed.new_aliases, rows(storage)[0][3]) == (False, {}, "600")
    assert read(storage, tmp_path, text + "c@x.es,Cy,602\n").new_aliases == {}
    assert "602" in [row[3] for row in rows(storage)]


COLUMNS = ContactModel.columns


def test_a_fields_own_name_counts_more_than_another_ones_alias() -> None:
    fields = {"email": {"kind": "email"}, "company_name": {"kind": "text"}, "company": {"kind": "text"}}
    model = ContactModel(ContactSync.model_validate({"sources": {"crm": {"read": "x"}}, "fields": fields}))
    columns = model.columns("crm")
    place = columns.place("COMPANY")
    assert place is not None
    assert columns.names[place[0]] == "company"


def test_the_first_release_of_the_table_is_what_it_was() -> None:
    assert aliases.aliases_of("email", 1) == ("e-mail", "mail", "email address")
    assert aliases.aliases_of("company", 1) == ()
    assert aliases.aliases_of("company_name", 1) == ("company",)

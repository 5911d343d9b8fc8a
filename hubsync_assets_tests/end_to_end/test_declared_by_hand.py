"""What README and docs/declare.md tell a newcomer to do, done with two CSVs of another company: check, look, plan, sync."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hubsync_assets.emulator import HubSpotEmulator

CRM = """Kundennr;E-Mail;Vorname;Nachname;Land;Telefon;Firma;Mitarbeiter;Umsatz;Tarif;Kunde seit;Notiz
17;ana@example.com;Ana;García López;Spanien;612 34 56 78;Norte SL;120;1.234,56;professional;03/01/2024;ruft an
18;bob@example.com;Bob;;Deutschland;0171 1234567;;x;99,5;free;31/12/2023;
19;test@example.com;Test;Test;Frankreich;;;;;intern;01/02/2024;
20;eva@example.com;Eva;Rossi;Italien;+39 333 1234567;Sud Srl;7;;gold;;
"""
SHOP = """customer_id,customer_email,full_name,country_code,mobile,org,seats,monthly,tier,first_order,newsletter,updated
a1,ana@example.com,Ana Garcia,ES,,Norte,200,1000,pro,2024-02-01,yes,2026-05-01
a2,new@example.com,Nina Neu,DE,,Neu GmbH,3,10.5,free,2025-07-09,no,2026-05-02
"""
DECLARED = """
sources:
  crm:
    read: crm.csv
    delimiter: ";"
    columns:
      email: E-Mail
      name: [Vorname, Nachname]
      country: Land
      phone: Telefon
      company: Firma
      size: Mitarbeiter
      mrr: Umsatz
      tier: Tarif
      customer_since: Kunde seit
    where: Tarif <> 'intern'
    constants: {origin: crm}
  shop:
    read: env:SHOP_EXPORT
    columns: {email: customer_email, name: full_name, country: country_code, phone: mobile, company: org, size: seats,
              mrr: monthly, customer_since: first_order}
    constants: {origin: shop}
fields:
  email: {kind: email}
  name: {kind: text, property: [firstname, lastname], form: first_word_and_rest}
  country: {kind: country}
  phone: {kind: phone, region_from: country}
  company: {kind: text}
  size: {kind: whole, keep: max, property: company_size}
  mrr: {kind: number, keep: max, decimal: ",", thousands: "."}
  tier: {kind: enum, values: {free: free, pro: pro, professional: pro}, property: {name: tariff, label: Tariff}}
  customer_since: {kind: date, formats: [iso, "%d/%m/%Y"], keep: min}
  newsletter: {kind: boolean}
  origin: {kind: text, property: null}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "crm.csv").write_text(CRM, encoding="utf-8")
    (tmp_path / "shop.csv").write_text(SHOP, encoding="utf-8")
    (tmp_path / "hubsync.yaml").write_text(DECLARED, encoding="utf-8")
    (tmp_path / "home").mkdir()
    return tmp_path


def told(folder: Path, url: str, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of the page, in the newcomer's folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUBSYNC_", "HUBSPOT_"))}
    return subprocess.run(
        command,
        cwd=folder,
        env={**kept, "DAGSTER_HOME": str(folder / "home"), "HUBSPOT_BASE_URL": url, "SHOP_EXPORT": "shop.csv"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_newcomer_checks_looks_plans_and_syncs(folder: Path) -> None:
    job = (str(Path(sys.executable).with_name("dagster")), "job", "execute", "-m", "hubsync_assets.definitions", "-j")
    with HubSpotEmulator() as hubspot:
        looked = told(folder, hubspot.base_url, sys.executable, "-m", "hubsync_assets.check", "--sources")
        assert looked.returncode == 0, looked.stdout + looked.stderr
        assert "2 sources, 11 fields, nothing wrong" in looked.stdout
        assert "1 of them left out by where" in looked.stdout
        assert "columns that no field takes, and their values: Kundennr (4), Notiz (1)" in looked.stdout
        planned = told(folder, hubspot.base_url, *job, "plan_contacts")
        assert planned.returncode == 0, planned.stderr[-2_000:]
        assert hubspot.contacts() == []
        synced = told(folder, hubspot.base_url, *job, "sync_contacts")
        assert synced.returncode == 0, synced.stderr[-2_000:]
        held = {it["email"]: {name: value for name, value in it.items() if value} for it in hubspot.contacts()}
        writes = len(hubspot.write_calls())
        again = told(folder, hubspot.base_url, *job, "sync_contacts")
        assert again.returncode == 0, again.stderr[-2_000:]
        assert len(hubspot.write_calls()) == writes
    names = (
        "firstname",
        "lastname",
        "country",
        "phone",
        "company",
        "company_size",
        "mrr",
        "tariff",
        "customer_since",
        "newsletter",
    )
    assert {email: [it.get(name) for name in names] for email, it in held.items()} == {
        # 1000 in the shop is less; "10.5" has no comma, so that it is unreadable there.
        "ana@example.com": ["Ana", "García López", "ES", "+34612345678", "Norte SL", "200", "1234.56", "pro", "2024-01-03", "true"],
        "bob@example.com": ["Bob", None, "DE", "+491711234567", None, None, "99.5", "free", "2023-12-31", None],
        "eva@example.com": ["Eva", "Rossi", "IT", "+393331234567", "Sud Srl", "7", None, None, None, None],
        "new@example.com": ["Nina", "Neu", "DE", None, "Neu GmbH", "3", None, "free", "2025-07-09", "false"],
    }  # fmt: skip


def test_contacts_may_have_nothing_but_an_email(folder: Path) -> None:
    (folder / "hubsync.yaml").write_text(
        "sources: {crm: {read: list.csv}}\nfields: {email: {kind: email}}\n", encoding="utf-8"
    )
    (folder / "list.csv").write_text("email\nana@example.com\nbob@example.com\n", encoding="utf-8")
    job = (str(Path(sys.executable).with_name("dagster")), "job", "execute", "-m", "hubsync_assets.definitions", "-j")
    with HubSpotEmulator() as hubspot:
        for _ in range(2):
            synced = told(folder, hubspot.base_url, *job, "sync_contacts")
            assert synced.returncode == 0, synced.stderr[-2_000:]
        assert sorted(it["email"] for it in hubspot.contacts()) == ["ana@example.com", "bob@example.com"]
        assert len(hubspot.write_calls()) == 1

"""Several syncs in one code location, beside another project's own definitions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from hubsync_assets import build_definitions
from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.model.declaration import ContactSync


@pytest.fixture
def hubspot() -> Iterator[HubSpotEmulator]:
    with HubSpotEmulator() as emulator:
        yield emulator


def declared(folder: Path, source: str, email: str) -> ContactSync:
    (folder / f"{source}.csv").write_text(f"email,company\n{email},Acme\n")
    return ContactSync.model_validate(
        {
            "sources": {source: {"read": str(folder / f"{source}.csv")}},
            "fields": {"email": {"kind": "email"}, "company": {"kind": "text"}},
        }
    )


@dg.asset
def theirs(storage: dg.ResourceParam[Any]) -> None:
    """Another project's asset, with a resource that is called as one of ours was."""
    del storage


def test_two_syncs_and_another_projects_storage_live_in_one_code_location(
    tmp_path: Path, hubspot: HubSpotEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUBSPOT_BASE_URL", hubspot.base_url)
    monkeypatch.delenv("HUBSYNC_STORAGE", raising=False)
    together = dg.Definitions.merge(
        build_definitions(file=declared(tmp_path, "crm", "ana@example.com"), key_prefix="eu"),
        build_definitions(file=declared(tmp_path, "crm2", "bob@example.com"), key_prefix="us"),
        dg.Definitions(assets=[theirs], resources={"storage": "theirs"}),
    )
    dg.Definitions.validate_loadable(together)
    with dg.DagsterInstance.ephemeral() as instance:
        for job in ("eu_sync_contacts", "us_sync_contacts"):
            done = together.resolve_job_def(job).execute_in_process(instance=instance, raise_on_error=False)
            assert done.success, job
    assert {it["email"] for it in hubspot.contacts()} == {"ana@example.com", "bob@example.com"}
    for prefix, email in (("eu", "ana@example.com"), ("us", "bob@example.com")):
        stored = pl.read_parquet(tmp_path / "storage" / prefix / "hubspot_contacts" / "current" / "*.parquet")
        assert stored["email"].to_list() == [email]

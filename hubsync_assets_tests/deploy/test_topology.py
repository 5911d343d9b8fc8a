"""The deployment of docs/production.md as processes: PostgreSQL, two code servers, a web server, a daemon; a run is killed, a disk is empty.

``make test-services`` runs it, because it takes a minute or two. Nothing of it needs Docker.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
import sqlalchemy as sa
from dagster._core.storage.dagster_run import FINISHED_STATUSES

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.deploy.deploy_files import compose
from hubsync_assets_tests.deploy.topology import Topology, until
from hubsync_assets_tests.pipeline import Pipeline
from hubsync_assets_tests.shipped import SHIPPED

pytestmark = [pytest.mark.services, pytest.mark.timeout(1_200)]

PEOPLE = 2_400
UPSERT = "/batch/upsert"
WRITTEN_BEFORE_THE_KILL = 6
FEW_CALLS = 20
"""In ten seconds, until the kill: half the write calls that there are."""
TRIES = 6
RUN_SECONDS = 240.0


@pytest.fixture
def databases(postgresql_server: str) -> dict[str, str]:
    """A new one for Dagster, a new one for the log, as URLs by variable."""
    engine = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    url = sa.make_url(postgresql_server)
    found = {}
    with engine.connect() as connection:
        for variable, name, driver in (
            ("DAGSTER_PG_URL", "topology_dagster", "postgresql+psycopg2"),
            ("HUBSYNC_LOG_URL", "topology_log", "postgresql+psycopg"),
        ):
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
            found[variable] = url.set(drivername=driver, database=name).render_as_string(hide_password=False)
    engine.dispose()
    return found


@pytest.fixture
def hubspot() -> Iterator[HubSpotEmulator]:
    with HubSpotEmulator() as emulator:
        yield emulator


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, str]:
    """Two files that overlap by half and differ where they do."""
    ours = [{"email": f"p{n}@example.com", "name": f"Ana {n}", "country": "ES", "mrr": n} for n in range(PEOPLE)]
    theirs = [
        {"email": f"P{n}@example.com", "name": f"Ana {n}", "phone": f"+34600{n:06}", "company": f"Company {n % 7}"}
        for n in range(PEOPLE // 2, PEOPLE // 2 + PEOPLE)
    ]
    found = {}
    for source, records in (("db1", ours), ("db2", theirs)):
        folder = tmp_path / source
        folder.mkdir()
        (folder / "contacts.json").write_text(json.dumps(records))
        found[source] = str(folder)
    return found


@pytest.fixture
def instance(
    databases: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.DagsterInstance]:
    """Dagster's storage, as the processes have it; and its tables, which two processes had better not make at once."""
    monkeypatch.setenv("DAGSTER_PG_URL", databases["DAGSTER_PG_URL"])
    home = tmp_path / "looking"
    home.mkdir()
    (home / "dagster.yaml").write_text("storage: {postgres: {postgres_url: {env: DAGSTER_PG_URL}}}\n")
    with dg.DagsterInstance.from_config(str(home)) as made:
        yield made


def test_a_run_is_killed_and_a_disk_is_empty_and_the_portal_ends_as_after_one_undisturbed_sync(
    instance: dg.DagsterInstance,
    databases: dict[str, str],
    hubspot: HubSpotEmulator,
    sources: dict[str, str],
    tmp_path: Path,
) -> None:
    hubspot.set_limit(FEW_CALLS, daily=None)
    shared = {
        **databases,
        "HUBSYNC_FILE": str(SHIPPED),
        "HUBSPOT_BASE_URL": hubspot.base_url,
        **{f"HUBSYNC_{source.upper()}": folder for source, folder in sources.items()},
        "HUBSYNC_AGAIN_AFTER": "5",
    }
    disks = {name: tmp_path / f"disk of {name}" for name in ("first", "second")}
    with Topology(tmp_path / "processes", shared) as topology:
        for name, automation in (("first", "on"), ("second", "off")):
            own = {"HUBSYNC_STORAGE": str(disks[name]), "HUBSYNC_AUTOMATION": automation}
            topology.start_code_server(name, own)
        topology.start_web_server_and_daemon()
        topology.wait_until_ready()

        # The sensor starts a run by itself, and its process is killed while it writes.
        until("the first run writes", lambda: len(hubspot.calls(UPSERT)) >= WRITTEN_BEFORE_THE_KILL, RUN_SECONDS)
        (killed,) = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        topology.kill_writer(disks["first"])
        assert 0 < len(hubspot.contacts()) < PEOPLE + PEOPLE // 2
        hubspot.set_limit(100_000, daily=None)
        until("the kill is noticed", lambda: status(instance, killed.run_id) == dg.DagsterRunStatus.FAILURE)

        # The daemon dies, too, and what it had to do is done when it is back.
        topology.kill("daemon")
        topology.start_again("daemon")

        # What a machine's supervisor would ask.
        assert topology.is_healthy("code", "first")
        assert topology.is_healthy("code", "second")
        assert topology.is_healthy("web", "web")
        until("the daemon is alive", lambda: topology.is_healthy("daemon", "daemon"))

        # A person starts a sync where the disk is empty; one that meets the other's is started again.
        assert not (disks["second"] / "merged_contacts").exists()
        sync_by_hand(instance, topology, "second")
        topology.kill("web")  # which only shows
        until("the first one's is finished by itself", lambda: successes(instance, "first"), RUN_SECONDS)
        until("nothing is at work", lambda: not at_work(instance), RUN_SECONDS)

        retries = instance.get_runs(dg.RunsFilter(tags={"dagster/parent_run_id": killed.run_id}))
        assert retries, "Dagster did not try again what was killed"
        assert {path.name for path in topology.home.iterdir()} <= {"dagster.yaml", *writable_in_dagsters_home()}

    with HubSpotEmulator() as quiet:
        quiet.set_limit(100_000, daily=None)
        undisturbed = Pipeline(tmp_path / "undisturbed", quiet, dict(sources))
        assert undisturbed.sync().success
        held = Pipeline(tmp_path, hubspot).held()
        assert len(hubspot.contacts()) == len(held) == PEOPLE + PEOPLE // 2
        assert held == undisturbed.held()
    for disk in disks.values():
        assert pl.read_parquet(disk / "hubspot_contacts" / "current" / "*.parquet").height == len(held)


def writable_in_dagsters_home() -> set[str]:
    """What of it the compose file lets containers write to: all else there is read-only."""
    code = compose()["services"]["code"]
    places = [*code["tmpfs"], *(volume.rpartition(":")[2] for volume in code["volumes"])]
    return {Path(place).name for place in places if Path(place).parent == Path("/opt/dagster")}


def status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def successes(instance: dg.DagsterInstance, location: str) -> list[dg.DagsterRun]:
    """The runs of a code location that ended well."""
    return [
        run
        for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS]))
        if location_of(run) == location
    ]


def at_work(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    return [run for run in instance.get_runs() if run.status not in FINISHED_STATUSES]


def location_of(run: dg.DagsterRun) -> str:
    origin: Any = run.remote_job_origin
    return str(origin.repository_origin.code_location_origin.location_name)


def sync_by_hand(instance: dg.DagsterInstance, topology: Topology, location: str) -> None:
    """As a person does in the web server."""
    for _ in range(TRIES):
        if ended(instance, topology.launch(location, "sync_contacts")) == dg.DagsterRunStatus.SUCCESS:
            return
    pytest.fail(f"no run by hand came through: {topology.said(location)}")


def ended(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    until("a run by hand ends", lambda: status(instance, run_id) in FINISHED_STATUSES, RUN_SECONDS)
    return status(instance, run_id)

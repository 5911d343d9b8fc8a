"""The sensor on buckets: it starts a run when an object is new, replaced or gone, and the one on files leaves them alone."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from hubsync_assets.automation import Jobs, changed_rows_of, new_files_of
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.resources import Sync
from hubsync_assets_tests.sources.buckets.s3 import S3, s3_server

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[S3]:
    monkeypatch.setenv("HUBSYNC_STORAGE", str(tmp_path / "storage"))
    monkeypatch.delenv("HUBSYNC_TARGET", raising=False)
    monkeypatch.setenv("CRM_URL", "s3://exports/crm/")
    with s3_server(monkeypatch) as server:
        yield server


def asked(sensor: dg.SensorDefinition | None, cursor: str | None) -> tuple[int, str | None]:
    """How many runs it asks for, and its next cursor."""
    assert sensor is not None
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance=instance, cursor=cursor) as context,
    ):
        result = sensor(context)
    assert isinstance(result, dg.SensorResult)
    return len(result.run_requests or []), result.cursor


def test_an_object_that_is_new_replaced_or_gone_asks_for_one_run(s3: S3) -> None:
    declared = {"sources": {"crm": {"read": "env:CRM_URL"}}, "fields": {"email": {"kind": "email"}}}
    sync = Sync(ContactModel(ContactSync.model_validate(declared)))
    jobs, cursor, runs = Jobs.of(sync), None, []
    for change in ("new", None, "replaced", "gone", None):
        if change == "gone":
            s3.client.delete_object(Bucket="exports", Key="crm/a.csv")
        elif change is not None:
            s3.put(crm__a_dot_csv=change.encode())
        count, cursor = asked(changed_rows_of(sync, jobs), cursor)
        runs.append(count)
    assert runs == [1, 0, 1, 1, 0]
    assert asked(new_files_of(sync, jobs), None)[0] == 0

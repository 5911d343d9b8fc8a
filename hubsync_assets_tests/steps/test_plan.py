"""The plan asks HubSpot about the contacts that the log does not know, about nobody else, and notes nobody without need."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.steps.plan import PlanOptions, PlanReport, plan_changes
from hubsync_assets.sync_log.answers import Answer, AnswerKind
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.tables.bucket_spill import split_by_bucket
from hubsync_assets.tables.storage import Storage
from hubsync_assets.tables.table import Version
from hubsync_assets_tests.shipped import MAPPING, MERGED_SCHEMA, MODEL, TEXT

BITS = 2


class AppendLog(SyncLog):
    """Notes how many answers each call appends."""

    def __init__(self, folder: Path) -> None:
        super().__init__(sqlite_url(folder))
        self.appended: list[int] = []

    def append(self, answers: Sequence[Answer]) -> None:
        self.appended.append(len(answers))
        super().append(answers)


def golden(count: int) -> pl.DataFrame:
    rows = [{"email": f"p{n}@x.io", "name": f"Ana {n}", "db1_records": 1, "db2_records": 0} for n in range(count)]
    return pl.DataFrame(rows, schema_overrides=MERGED_SCHEMA).match_to_schema(
        pl.Schema(MERGED_SCHEMA), missing_columns="insert"
    )


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    storage = Storage(MODEL, tmp_path / "storage")
    with storage.table("merged_contacts").new_version(bits=BITS) as writer:
        for bucket, rows in split_by_bucket(golden(400), BITS):
            writer.parquet.add(rows, bucket)
        writer.publish({"report": {"doubts": {}}})
    return storage


@pytest.fixture
def log(storage: Storage) -> Iterator[AppendLog]:
    with AppendLog(storage.folder) as made:
        yield made


@pytest.fixture
def hubspot() -> Iterator[HubSpotEmulator]:
    with HubSpotEmulator() as portal:
        yield portal


def answer(hubspot: HubSpotEmulator, row: dict[str, object], kind: AnswerKind, version: int) -> Answer:
    return Answer(
        hubspot.portal_id,
        "run 1",
        datetime.now(UTC),
        str(row["email"]),
        kind,
        None if kind is AnswerKind.REFUSED else "17",
        TEXT.values(row),
        "[]",
        TEXT.provenance(row),
        version,
        "VALIDATION_ERROR" if kind is AnswerKind.REFUSED else None,
    )


def plan(storage: Storage, log: SyncLog, hubspot: HubSpotEmulator) -> PlanReport:
    with HubSpotClient(hubspot.base_url, "any") as client:
        return plan_changes(storage, log, client, PlanOptions(), "run 2")


def test_contacts_that_are_known_or_refused_are_not_asked_for(
    storage: Storage, log: AppendLog, hubspot: HubSpotEmulator
) -> None:
    hubspot.seed({"email": f"stranger{n}@x.io"} for n in range(300))
    hubspot.seed(
        [{"email": "p399@x.io", "firstname": "Eva"}, {"email": "p398@x.io", "firstname": "Ana", "lastname": "398"}]
    )
    rows = list(golden(400).iter_rows(named=True))
    kinds = [AnswerKind.CREATED] * 150 + [AnswerKind.REFUSED] * 50
    version = log.mapping_version(MAPPING.ways)
    log.append([answer(hubspot, row, kind, version) for row, kind in zip(rows, kinds, strict=False)])
    log.appended.clear()
    report = plan(storage, log, hubspot)
    assert (report.learned, len(hubspot.calls("batch/read"))) == (200, 2)
    assert (report.creates, report.updates, report.unchanged, report.held_back["refused_before"]) == (
        198,
        1,
        {"log": 150, "portal": 1},
        50,
    )
    assert report.changes == {
        "firstname": {"create": 198, "overwrite_theirs": 1},
        "lastname": {"create": 198, "fill": 1},
    }
    assert all(total.closes for total in report.sums)
    assert log.appended == [1]


def test_a_bucket_is_read_once_and_nobody_is_logged_who_is_only_planned(
    storage: Storage, log: AppendLog, hubspot: HubSpotEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    folder = storage.table("merged_contacts").require().folder
    scan = Version.scan

    def noted(version: Version, bucket: int | None = None) -> pl.LazyFrame:
        if version.folder == folder:
            reads.append(-1 if bucket is None else bucket)
        return scan(version, bucket)

    monkeypatch.setattr(Version, "scan", noted)
    report = plan(storage, log, hubspot)
    assert (report.creates, log.appended) == (400, [])
    assert sorted(reads) == [0, 1, 2, 3]

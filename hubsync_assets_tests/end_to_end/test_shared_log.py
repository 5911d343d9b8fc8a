"""Another machine that writes into the same log between a plan and its upload."""

from datetime import UTC, datetime

from hubsync_assets.sync_log.answers import PROVENANCE, Answer, AnswerKind
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets_tests.end_to_end.project import Project, person


def test_an_answer_to_other_values_does_not_count_as_an_answer_to_the_plan(project: Project) -> None:
    project.put("db1", [person(1), person(2), person(3)])
    project.put("db2", [])
    project.run("plan_contacts")
    provenance = "{" + ",".join(f'"{name}":1' for name in PROVENANCE) + "}"
    theirs = Answer(
        project.hubspot.portal_id,
        "another run",
        datetime.now(UTC),
        "person2@example.com",
        AnswerKind.UPDATED,
        "17",
        '{"name":"Older Value"}',
        "[]",
        provenance,
        1,
    )
    with SyncLog(sqlite_url(project.folder / "storage")) as log:
        log.append([theirs])
    upload = project.materialise("hubspot_contacts", "failed_contacts")
    assert upload.success, upload.failures
    assert upload.numbers["hubspot_contacts"]["acknowledged"] == 3
    assert sorted(project.held()) == [f"person{n}@example.com" for n in (1, 2, 3)]

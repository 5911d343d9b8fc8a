"""A finished sync in words: one is no plural."""

from hubsync_assets.building import build_definitions
from hubsync_assets.launch.summary import summary
from hubsync_assets_tests.end_to_end.conftest import project as project  # noqa: PLC0414 - a fixture
from hubsync_assets_tests.end_to_end.project import QUIET, Project, person
from hubsync_assets_tests.shipped import MODEL


def test_a_sync_of_one_contact_is_said_as_people_say_it(project: Project) -> None:
    project.put("db1", [person(1)])
    project.put("db2", [])
    job = build_definitions().resolve_job_def("sync_contacts")
    told = summary(MODEL, job.execute_in_process(instance=project.instance, run_config=QUIET))
    for words in (
        "db1: 1 record = 1 kept + 0 rejected, 0 values dropped",
        "db2: 0 records = 0 kept",
        "merged    1 record into 1 contact, 0 of them in both; 0 conflicts",
        "1 created, 0 updated, 0 refused, 0 unsent in 1 write call\n",
        "it holds 1 contact of ours; 0 are in failed_contacts",
    ):
        assert words in told

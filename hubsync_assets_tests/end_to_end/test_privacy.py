"""No contact, token or URL query in what Dagster keeps, prints or shows, whatever goes wrong."""

import sys
from pathlib import Path

import pytest

from hubsync_assets.sources.files.download_retry import DownloadRetry
from hubsync_assets_tests.end_to_end.project import Project, person

SECRETS = ["zacharias", "quillfeather", "600123199", "acmesecret", "tok-very-secret", "X-Amz-Signature"]


def stored_by_dagster(project: Project) -> bytes:
    return b"".join(path.read_bytes() for path in (project.folder / "dagster_home").rglob("*") if path.is_file())


def records() -> list[object]:
    return [
        {
            "email": "Zacharias@example.com",
            "name": "Quillfeather",
            "phone": "600123199",
            "company_name": "AcmeSecret",
            "mrr": 3,
        },
        {"email": "zacharias@", "name": "Quillfeather"},
        {"email": "zacharias2@example.com", "mrr": "quillfeather"},
        {"email": "zacharias@example.quillfeather", "name": "Quillfeather"},
        {"email": "p5@example.com", "zacharias@quillfeather.example": "a name where a field should be"},
        "quillfeather",
    ]


def test_a_run_leaves_no_contact_in_dagsters_storage(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    project.put("db1", records())
    project.put("db2", [person(1)])
    run = project.run(config={"loggers": {"console": {"config": {"log_level": "DEBUG"}}}})
    assert run.success, run.failures
    assert project.table("failed_contacts").height == 1
    kept = stored_by_dagster(project).lower()
    printed = "".join(capfd.readouterr()).lower()
    assert b"merged_contacts" in kept
    assert "merged_contacts" in printed
    for secret in SECRETS:
        assert secret.lower().encode() not in kept
        assert secret.lower() not in printed


def test_a_failing_run_leaves_no_contact_token_or_signature_either(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    project.put("db1", records())
    monkeypatch.setenv("HUBSYNC_DB2", "http://127.0.0.1:9/export.json?X-Amz-Signature=tok-very-secret")
    monkeypatch.setattr(
        sys.modules["hubsync_assets.sources.files.fetch"], "DownloadRetry", lambda: DownloadRetry(attempts=1)
    )
    run = project.run(config={"loggers": {"console": {"config": {"log_level": "DEBUG"}}}})
    assert not run.success
    kept, printed = stored_by_dagster(project).lower(), "".join(capfd.readouterr()).lower()
    for secret in SECRETS:
        assert secret.lower().encode() not in kept
        assert secret.lower() not in printed


def test_the_token_is_not_in_the_environment_that_is_stored(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_TARGET", "hubspot")
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "tok-very-secret")
    monkeypatch.setenv("HUBSYNC_APPROVAL", "never")
    project.put("db1", [person(1)])
    project.put("db2", [])
    run = project.run()
    assert run.success, run.failures
    assert b"tok-very-secret" not in stored_by_dagster(project)
    assert not [
        path for path in Path(project.folder).rglob("*") if path.is_file() and b"tok-very-secret" in path.read_bytes()
    ]

"""What the environment may say, and what is said back when it says something else."""

from pathlib import Path

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.settings import Settings
from hubsync_assets_tests.shipped import MODEL


def test_without_any_variable_the_sample_goes_to_the_emulator() -> None:
    settings = Settings.from_environment({}, MODEL)
    assert settings.sources == {"db1": "data/landing/db1", "db2": "data/landing/db2"}
    assert (settings.files, settings.storage, settings.target) == ("all", Path("storage"), "emulator")
    assert (settings.base_url, settings.api_version) == ("http://127.0.0.1:8954", "2026-09")


def test_a_real_portal_needs_the_word_and_the_token() -> None:
    settings = Settings.from_environment({"HUBSYNC_TARGET": "hubspot", "HUBSPOT_ACCESS_TOKEN": "pat-secret"}, MODEL)
    assert (settings.base_url, settings.token) == ("https://api.hubapi.com", "pat-secret")
    assert "pat-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("memory", "cores", "buckets"),
    [("", 64, 2), ("450", 64, 1), ("512", 64, 2), ("2048", 64, 27), ("2048", 8, 8), ("2048", 1, 1)],
)
def test_as_many_buckets_are_in_work_as_the_memory_and_the_cores_allow(
    monkeypatch: pytest.MonkeyPatch, memory: str, cores: int, buckets: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert Settings.from_environment({"HUBSYNC_MEMORY": memory}, MODEL).buckets_at_once == buckets


MEANT = {
    "HUBSYNC_STORAGE": "there", "HUBSYNC_LOG_URL": "sqlite:///there/log", "HUBSPOT_BASE_URL": "http://127.0.0.1:9000", "HUBSYNC_FILES": "newest",
    "HUBSYNC_TARGET": "emulator", "HUBSPOT_API_VERSION": "2026-09", "HUBSYNC_APPROVAL": "always", "HUBSYNC_AGAIN_AFTER": "7", "HUBSYNC_AGAIN_TIMES": "3",
    "HUBSYNC_REPORTS": "pages", "HUBSYNC_REPORT_DETAIL": "full", "HUBSYNC_REPORTS_KEPT": "4", "HUBSYNC_REFUSED_LIMIT": "7%", "HUBSYNC_PORTAL_LABEL": "ours",
    "HUBSYNC_STAGE_LIMIT": "20%", "HUBSYNC_MAX_CONTACTS": "5", "HUBSYNC_WRITES": "create_only", "HUBSYNC_STAGED": "yes", "HUBSYNC_MEMORY": "450",
    "HUBSYNC_KEEP_LOG": "90", "HUBSYNC_KEEP_REJECTED": "30", "HUBSYNC_KEEP_VERSIONS": "2", "HUBSYNC_EMULATOR_PORT": "9000", "HUBSYNC_ONLY_FILE": "/emails",
    "HUBSYNC_SOURCES_OFF": "db2", "HUBSYNC_UNUSUAL_CLEARS": "1% 20", "HUBSYNC_DB1": "exports",
}  # fmt: skip


@pytest.mark.parametrize("name", MEANT)
def test_a_blank_before_or_after_a_value_does_not_count_and_blanks_alone_are_the_default(name: str) -> None:
    meant = Settings.from_environment({name: MEANT[name]}, MODEL)
    assert Settings.from_environment({name: f" {MEANT[name]} \t"}, MODEL) == meant
    assert Settings.from_environment({name: "  "}, MODEL) == Settings.from_environment({name: ""}, MODEL)


def test_a_token_alone_leaves_the_machine_alone() -> None:
    settings = Settings.from_environment({"HUBSPOT_ACCESS_TOKEN": "pat-secret"}, MODEL)
    assert settings.base_url == "http://127.0.0.1:8954"
    assert settings.token != "pat-secret"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"HUBSYNC_TARGET": "hubspot"}, "HUBSPOT_ACCESS_TOKEN is not set: put a service key"),
        (
            {"HUBSYNC_TARGET": "production"},
            "HUBSYNC_TARGET cannot be what it is set to: write one of emulator, hubspot",
        ),
        (
            {"HUBSYNC_MEMORY": "2 GiB"},
            "HUBSYNC_MEMORY cannot be what it is set to: write the MiB that a run may use, 450 or more",
        ),
        ({"HUBSYNC_MEMORY": "449"}, "HUBSYNC_MEMORY cannot be what it is set to"),
        ({"HUBSYNC_FILES": "latest"}, "HUBSYNC_FILES cannot be what it is set to: write one of all, newest"),
        ({"HUBSPOT_API_VERSION": "v4"}, "HUBSPOT_API_VERSION cannot be what it is set to: write one of 2026-09"),
        ({"HUBSYNC_DB1": "", "HUBSYNC_DB2": " "}, "both empty, so there is nothing to sync"),
        ({"HUBSYNC_KEEP_LOG": "0"}, "HUBSYNC_KEEP_LOG cannot be what it is set to: write a number of days"),
        (
            {"HUBSYNC_KEEP_REJECTED": "a week"},
            "HUBSYNC_KEEP_REJECTED cannot be what it is set to: write a number of days",
        ),
        (
            {"HUBSYNC_KEEP_VERSIONS": "0"},
            "HUBSYNC_KEEP_VERSIONS cannot be what it is set to: write a whole number of at least 1",
        ),
        ({"HUBSPOT_BASE_URL": "https://api.hubapi.com"}, "leaves this machine but HUBSYNC_TARGET is emulator"),
        ({"HUBSPOT_BASE_URL": "http://10.0.0.1:8954"}, "leaves this machine but HUBSYNC_TARGET is emulator"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_one_line_that_says_what_to_write(
    environment: dict[str, str], words: str
) -> None:
    with pytest.raises(PermanentError, match=words):
        Settings.from_environment(environment, MODEL)


def test_an_emulator_elsewhere_is_one_only_when_that_is_said() -> None:
    elsewhere = {"HUBSPOT_BASE_URL": "http://emulator:8954"}
    with pytest.raises(PermanentError, match="another container needs HUBSYNC_EMULATOR_BEYOND_LOOPBACK=yes"):
        Settings.from_environment(elsewhere, MODEL)
    settings = Settings.from_environment({**elsewhere, "HUBSYNC_EMULATOR_BEYOND_LOOPBACK": "yes"}, MODEL)
    assert (settings.target, settings.base_url, settings.token) == ("emulator", "http://emulator:8954", "emulator")


@pytest.mark.parametrize("host", ["api.hubapi.com", "API.hubapi.com.", "app-eu1.hubspot.com"])
def test_hubspot_itself_is_never_taken_for_an_emulator(host: str) -> None:
    environment = {"HUBSPOT_BASE_URL": f"https://{host}", "HUBSYNC_EMULATOR_BEYOND_LOOPBACK": "yes"}
    with pytest.raises(PermanentError, match="leaves this machine but HUBSYNC_TARGET is emulator"):
        Settings.from_environment(environment, MODEL)


def test_whether_an_emulator_is_elsewhere_is_said_in_two_words() -> None:
    with pytest.raises(PermanentError, match="HUBSYNC_EMULATOR_BEYOND_LOOPBACK cannot be what it is set to"):
        Settings.from_environment({"HUBSYNC_EMULATOR_BEYOND_LOOPBACK": "1"}, MODEL)


def test_everything_is_kept_until_days_are_set() -> None:
    settings = Settings.from_environment({"HUBSYNC_KEEP_REJECTED": "all"}, MODEL)
    assert (settings.keep_log, settings.keep_rejected, settings.keep_versions) == (None, None, 1)
    days = {"HUBSYNC_KEEP_LOG": "365", "HUBSYNC_KEEP_REJECTED": "30", "HUBSYNC_KEEP_VERSIONS": "3"}
    settings = Settings.from_environment(days, MODEL)
    assert (settings.keep_log, settings.keep_rejected, settings.keep_versions) == (365, 30, 3)

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

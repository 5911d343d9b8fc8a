"""Blobs of Azure, against azurite: they are listed and got, and wrong keys are told in our words."""

import base64
import hmac
from pathlib import Path
from urllib.parse import urlencode

import obstore
import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.buckets.address import BucketAddress
from hubsync_assets.sources.buckets.download import download
from hubsync_assets.sources.buckets.listing import list_objects
from hubsync_assets.sources.buckets.store import open_store
from hubsync_assets_tests.databases.azurite import ACCOUNT, KEY

FOLDER = BucketAddress.of("crm", "az://exports/crm/")
WRONG = base64.b64encode(b"x" * 64).decode()


@pytest.fixture
def _azure(shared_azurite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", KEY)
    monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", shared_azurite)
    obstore.put(open_store(FOLDER), "crm/a.csv", b"email\na@x.io\n")


@pytest.mark.usefixtures("_azure")
@pytest.mark.parametrize(
    "setting", ["az://exports/crm/", "az://exports/crm", "az://exports/crm/a.csv", "az://exports/**/*.csv"]
)
def test_a_blob_is_listed_and_comes_in_blocks(setting: str, tmp_path: Path) -> None:
    address = BucketAddress.of("crm", setting)
    (file,) = list_objects(address, "time").files
    assert (file.name, file.size, bool(file.etag), bool(file.mtime_ns)) == ("az://exports/crm/a.csv", 13, True, True)
    came = download(address, file, tmp_path, block=5)
    assert came.path is not None
    assert came.path.read_bytes() == b"email\na@x.io\n"


def shared_access(permissions: str, until: str = "2099-01-01T00:00:00Z") -> str:
    """A token as the portal makes it, of the whole account."""
    version, protocol = "2018-11-09", "https,http"
    told = f"{ACCOUNT}\n{permissions}\nb\nsco\n\n{until}\n\n{protocol}\n{version}\n"
    signature = base64.b64encode(hmac.digest(base64.b64decode(KEY), told.encode(), "sha256")).decode()
    return urlencode(
        {"sv": version, "ss": "b", "srt": "sco", "sp": permissions, "se": until, "spr": protocol, "sig": signature}
    )


@pytest.mark.usefixtures("_azure")
@pytest.mark.parametrize("mark", ["", "?"])
def test_a_token_that_may_list_and_read_is_enough(mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_KEY")
    monkeypatch.setenv("AZURE_STORAGE_SAS_TOKEN", mark + shared_access("rl"))
    (file,) = list_objects(FOLDER, "time").files
    came = download(FOLDER, file, tmp_path)
    assert came.path is not None
    assert came.path.read_bytes() == b"email\na@x.io\n"


@pytest.mark.usefixtures("_azure")
@pytest.mark.parametrize("token", [shared_access("rl", "2020-01-01T00:00:00Z"), shared_access("r")])
def test_a_token_that_ended_or_may_not_list_is_told_without_it(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_KEY")
    monkeypatch.setenv("AZURE_STORAGE_SAS_TOKEN", token)
    with pytest.raises(PermanentError, match="the store does not allow it") as raised:
        list_objects(FOLDER, "time")
    assert "sig=" not in str(raised.value)


@pytest.mark.usefixtures("_azure")
@pytest.mark.parametrize(
    ("setting", "key", "words"),
    [
        ("az://nothere/", KEY, "no such bucket or container"),
        ("az://exports/none.csv", KEY, "no such object or folder"),
        ("az://exports/crm/", WRONG, "the store does not allow it: check AZURE_STORAGE_ACCOUNT_NAME"),
        ("az://exports/crm/", "no base64!", "the credentials are wrong"),
    ],
)
def test_what_goes_wrong_is_told_without_the_key(
    setting: str, key: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", key)
    with pytest.raises(PermanentError, match=words) as raised:
        list_objects(BucketAddress.of("crm", setting), "time")
    assert key not in str(raised.value)
    assert "127.0.0.1" not in str(raised.value)

"""Azurite, Microsoft's own stand-in for Azure's blobs, from npm. Keep out: tests."""

import base64
import hashlib
import hmac
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path

import requests

__all__ = ["ACCOUNT", "FOLDER", "KEY", "azurite", "missing_azurite"]

FOLDER = "HUBSYNC_TEST_AZURITE"
"""The variable with the folder where npm has installed it."""

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Every azurite's, printed in its manual: no secret."""


def _program() -> str | None:
    folder = os.environ.get(FOLDER)
    return shutil.which("azurite-blob", path=f"{folder}/node_modules/.bin") if folder else shutil.which("azurite-blob")


def missing_azurite() -> str | None:
    """Why there is none, or nothing."""
    if _program() is None:
        return f"no azurite here; npm install --prefix <folder> azurite@3.37.0, and {FOLDER}=<folder>"
    return None


@contextmanager
def azurite() -> Iterator[str]:
    """Its URL, with the account; there is an empty container called exports."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="hubsync-azurite-", ignore_cleanup_errors=True) as folder:
        command = [
            _program() or "",
            "--blobHost",
            "127.0.0.1",
            "--blobPort",
            str(port),
            "--location",
            folder,
            "--silent",
        ]
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen([*command, "--skipApiVersionCheck"], stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}/{ACCOUNT}"
            _make_container(url)
            yield url
        finally:
            process.kill()  # it would wait for connections that a client keeps open
            process.wait(20)


def _make_container(url: str) -> None:
    date, version = formatdate(usegmt=True), "2021-08-06"
    signed = (
        f"PUT{chr(10) * 12}x-ms-date:{date}\nx-ms-version:{version}\n/{ACCOUNT}/{ACCOUNT}/exports\nrestype:container"
    )
    digest = hmac.new(base64.b64decode(KEY), signed.encode(), hashlib.sha256).digest()
    authorization = f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}"
    headers = {"x-ms-date": date, "x-ms-version": version, "Authorization": authorization}
    for _ in range(120):
        try:
            requests.put(f"{url}/exports?restype=container", headers=headers, timeout=5).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.25)
        else:
            return
    raise TimeoutError("azurite does not begin")

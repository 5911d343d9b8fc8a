"""An S3 of the test's own: moto's server in a thread. Keep out: tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

__all__ = ["S3", "SECRET", "s3_server"]

SECRET = "geheim-7Q"


@dataclass
class S3:
    url: str
    client: Any
    asked: list[str] = field(default_factory=list)

    def put(self, **objects: bytes) -> None:
        """By key, with __ for a slash and _dot_ for a point."""
        for key, body in objects.items():
            self.client.put_object(Bucket="exports", Key=key.replace("__", "/").replace("_dot_", "."), Body=body)

    def refuse_strangers(self) -> None:
        """From now on credentials are checked, and nobody has any that are known."""
        requests.post(f"{self.url}/moto-api/reset-auth", data="0", timeout=10)


@contextmanager
def s3_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """It runs, and the environment leads there; it has an empty bucket called exports."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": url,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    requests.post(f"{url}/moto-api/reset", timeout=10)
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1")
    client.create_bucket(Bucket="exports")
    try:
        yield S3(url, client)
    finally:
        client.close()
        requests.post(f"{url}/moto-api/reset-auth", data="1000000000", timeout=10)
        server.stop()

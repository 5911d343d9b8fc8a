"""Every wait for a database ends by the limit, wherever it hangs, and the rows that came until then are kept."""

import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain

import psutil
import pytest

from hubsync_assets.errors import TransientError
from hubsync_assets.sources.databases import query_reading
from hubsync_assets.sources.databases.query import Query
from hubsync_assets.sources.databases.query_reading import QueryReading, fingerprint_of
from hubsync_assets.sources.readers.chunks import Chunk
from hubsync_assets_tests.databases.daemon import Daemon
from hubsync_assets_tests.databases.network import network
from hubsync_assets_tests.databases.server import SECRET, Server
from hubsync_assets_tests.sources.databases.asking import Answer, collected, model, read, spec
from hubsync_assets_tests.sources.databases.numbered import numbered

SECONDS = 1.0
SLACK = 15.0
"""For a machine that is busy."""

MODEL = model(name={"kind": "text"})
ON_A_NETWORK = [pytest.param("postgresql"), pytest.param("mariadb", marks=pytest.mark.services)]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_reading, "ROWS_AT_ONCE", 500)


@pytest.fixture(params=ON_A_NETWORK)
def server(request: pytest.FixtureRequest) -> Daemon:
    found = request.getfixturevalue(f"shared_{request.param}")
    assert isinstance(found, Daemon)
    return found


def assert_began(came: Answer, rows: int) -> None:
    """The first rows are there, not all of them, and it is said why."""
    assert 0 < len(came.rows) < rows
    assert came.ids == [str(number + 1) for number in range(len(came.rows))]
    assert [row["position"] for row in came.rows] == list(range(1, len(came.rows) + 1))
    assert not came.complete
    (broken,) = came.broken
    assert broken["position"] == len(came.rows) + 1
    assert re.fullmatch(
        r"record \d+: the reading broke off behind it: it took longer than 1 s \(time_limit\)", str(broken["message"])
    )


def test_a_network_that_is_cut_in_mid_read_costs_the_limit_and_no_row_that_came(server: Daemon) -> None:
    numbered(server, "cut", 20_000, width=100)
    with network(server.setting, most=1_000_000) as between:
        asked = spec(between.url(server.setting), Query("id", table="cut"), seconds=SECONDS)
        began = time.monotonic()
        came = read(asked, MODEL)
        assert time.monotonic() - began < SECONDS + SLACK
    assert_began(came, 20_000)


def test_a_network_that_is_cut_while_it_connects_is_waited_for_no_longer_than_the_limit(server: Daemon) -> None:
    numbered(server, "connecting", 10)

    def hangs(most: int) -> tuple[float, str]:
        began = time.monotonic()
        with network(server.setting, most) as between, pytest.raises(TransientError) as raised:
            read(spec(between.url(server.setting), Query("id", table="connecting"), seconds=SECONDS), MODEL)
        return time.monotonic() - began, str(raised.value)

    places = (1, 20, 90, 130, 200, 300, 400, 500, 600, 700)
    with ThreadPoolExecutor(len(places)) as pool:
        came = list(pool.map(hangs, places))
    assert max(seconds for seconds, _ in came) < SECONDS + SLACK
    assert all("it took longer than 1 s (time_limit)" in words and SECRET not in words for _, words in came)


def test_a_port_that_accepts_and_never_answers_is_waited_for_no_longer_than_the_limit(server: Daemon) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TransientError) as raised:
        port = f":{silent.getsockname()[1]}/"
        asked = spec(server.setting.replace(f":{server.port}/", port), Query("id", table="cut"), seconds=SECONDS)
        began = time.monotonic()
        read(asked, MODEL)
    assert time.monotonic() - began < SECONDS + SLACK
    assert "it took longer than 1 s (time_limit)" in str(raised.value)


@contextmanager
def standing_still(server: Daemon) -> Iterator[None]:
    """The process that serves the reader is stopped; the kernel goes on to say that all is well."""
    parent = server._process
    assert parent is not None
    children = psutil.Process(parent.pid).children()
    victims = [child.pid for child in children if "reader" in " ".join(child.cmdline())] or [parent.pid]
    for pid in victims:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in victims:
            os.kill(pid, signal.SIGCONT)


def test_a_server_that_stands_still_in_mid_read_costs_the_limit_and_no_row_that_came(server: Daemon) -> None:
    numbered(server, "still", 16_000, width=1_000)
    began = time.monotonic()
    asked = spec(server.setting, Query("id", table="still"), seconds=SECONDS)
    chunks = QueryReading(asked, MODEL.columns("crm"), None).chunks()
    first = next(chunks)
    with standing_still(server):
        came = collected(chain([first], chunks))
    assert time.monotonic() - began < SECONDS + SLACK
    assert_began(came, 16_000)


def test_whoever_reads_slowly_is_ended_by_the_limit_and_keeps_what_came(shared_server: Server) -> None:
    numbered(shared_server, "slowly", 20_000)
    asked = spec(shared_server.setting, Query("id", table="slowly"), seconds=SECONDS)
    reading = QueryReading(asked, MODEL.columns("crm"), None)

    def slowly() -> Iterator[Chunk]:
        for chunk in reading.chunks():
            time.sleep(0.2)
            yield chunk

    began = time.monotonic()
    came = collected(slowly())
    assert time.monotonic() - began < SECONDS + SLACK
    assert_began(came, 20_000)


def test_the_rest_of_a_reading_that_is_given_up_does_not_cross_the_network(server: Daemon) -> None:
    numbered(server, "given_up", 16_000, width=1_000)
    with network(server.setting) as between:
        asked = spec(between.url(server.setting), Query("id", table="given_up"))
        reading = QueryReading(asked, MODEL.columns("crm"), None)
        chunks = reading.chunks()
        next(chunks)
        chunks.close()  # type: ignore[attr-defined]
        reading.close()
        assert between.passed < 12_000_000


@pytest.mark.parametrize(
    ("server_name", "sql"),
    [
        ("postgresql", "SELECT 1 AS id, 'a' AS email FROM pg_sleep(60)"),
        pytest.param("mariadb", "SELECT 1 AS id, sleep(60) AS email", marks=pytest.mark.services),
        (
            "sqlite",
            "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s) SELECT i AS id, 'a' AS email FROM s",
        ),
    ],
)
def test_a_query_without_an_end_is_ended_by_the_limit(
    server_name: str, sql: str, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(f"shared_{server_name}")
    began = time.monotonic()
    with pytest.raises(TransientError, match=r"it took longer than 1 s \(time_limit\)"):
        read(spec(server.setting, Query("id", sql=sql), seconds=SECONDS), MODEL)
    assert time.monotonic() - began < SECONDS + SLACK


@pytest.mark.parametrize(
    ("server_name", "probe"),
    [
        ("postgresql", "SELECT 1 FROM pg_sleep(60)"),
        pytest.param("mariadb", "SELECT sleep(60)", marks=pytest.mark.services),
        ("sqlite", "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s) SELECT max(i) FROM s"),
    ],
)
def test_a_look_ends_by_a_limit_of_its_own(server_name: str, probe: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(f"shared_{server_name}")
    asked = spec(server.setting, Query("id", sql="SELECT 1 AS id, 'a' AS email", unchanged=probe), seconds=600)
    began = time.monotonic()
    with pytest.raises(TransientError, match=r"it took longer than 1 s \(time_limit\)"):
        fingerprint_of(asked, SECONDS)
    assert time.monotonic() - began < SECONDS + SLACK

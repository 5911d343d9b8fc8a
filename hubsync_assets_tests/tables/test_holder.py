"""Who holds a lock, in PostgreSQL's 63 characters and in words."""

import pytest

from hubsync_assets.tables.holder import Holder


@pytest.mark.parametrize(
    "host", ["db-1", "a:b", "dagster-run-1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed-x7x7x.cluster.local", "señor"]
)
@pytest.mark.parametrize("run", ["1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", "a:b", "", "ñ x"])
def test_what_fits_into_a_sessions_name_comes_back(run: str, host: str) -> None:
    text = Holder(run, 4_194_304, host, 1_795_744_800).text
    assert len(text.encode()) <= 63
    found = Holder.of(text)
    assert found is not None
    assert (found.pid, found.since) == (4_194_304, 1_795_744_800)
    assert host.encode("ascii", "replace").decode().startswith(found.host)
    assert len(found.host) >= min(len(host), 26)


def test_it_is_said_in_words() -> None:
    holder = Holder("1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", 77, "pod-1", 1_795_744_800)
    assert str(holder) == "run 1b9d6bcd (process 77 on pod-1, since 2026-11-27 02:00 UTC)"
    assert str(Holder.of(holder.text)) == str(holder)


@pytest.mark.parametrize("text", ["", "psql", "hubsync", "hubsync:x:y:z:h"])
def test_other_names_are_nobody(text: str) -> None:
    assert Holder.of(text) is None

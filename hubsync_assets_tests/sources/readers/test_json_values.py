"""Objects over several lines, one after the other, whatever the block size."""

from pathlib import Path

import pytest

from hubsync_assets_tests.sources.seen import see_bytes

PRETTY = '{\n  "email": "a"\n}\n\ufeff{\n  "email": "b"\n}\n\ufeff[{"email": "c"}]\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("block_bytes", [1, 3, 20, 21, 22, 1 << 20])
def test_marks_between_joined_exports_cost_nothing(tmp_path: Path, block_bytes: int, encoding: str) -> None:
    seen = see_bytes(tmp_path, PRETTY.encode(encoding), "a.json", block_bytes=block_bytes)
    assert (seen.column("email"), seen.positions, seen.broken) == (["a", "b", "c"], [1, 2, 3], [])
    assert seen.complete


@pytest.mark.parametrize("block_bytes", [1, 3, 20, 21, 22, 1 << 20])
def test_what_is_no_json_costs_nothing_behind_the_next_mark(tmp_path: Path, block_bytes: int) -> None:
    spoilt = PRETTY.replace('"a"\n}', '"a"\n}}')
    seen = see_bytes(tmp_path, spoilt.encode(), "a.json", block_bytes=block_bytes)
    assert (seen.column("email"), seen.positions) == (["a", "b", "c"], [1, 3, 4])
    assert [position for position, _, _ in seen.broken] == [2]
    assert not seen.complete

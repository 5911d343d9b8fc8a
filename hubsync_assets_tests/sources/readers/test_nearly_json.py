"""Text that is JSON but for what stands between or above its records: it is read, and nothing is lost.

Put here: commas between lines, and comments. Keep out: envelopes and wrappers.
"""

from pathlib import Path

import pytest

from hubsync_assets_tests.sources.seen import see_bytes

BLOCKS = pytest.mark.parametrize("block_bytes", [1, 16, 1 << 20])
RECORDS = ['{"email": "a", "name": "x"}', '{"email": "b"}', '{"email": "c"}']


@BLOCKS
@pytest.mark.parametrize("between", [",\n", "\n,", " , ", ",\r\n"])
@pytest.mark.parametrize("end", ["", "\n", ",\n"])
def test_commas_between_objects_on_lines_are_nothing(tmp_path: Path, between: str, end: str, block_bytes: int) -> None:
    text = between.join(RECORDS) + end
    seen = see_bytes(tmp_path, text.encode(), "a.jsonl", block_bytes=block_bytes)
    assert (seen.column("email"), seen.broken, seen.complete) == (["a", "b", "c"], [], True)


@BLOCKS
def test_comments_above_the_records_are_left_out_and_said(tmp_path: Path, block_bytes: int) -> None:
    above = "/**\n Export to JSON plugin for PHPMyAdmin\n @version 4.7.9\n */\n\n// Database 'crm'\n// crm.people\n\n"
    for name, text in (("a.json", f"[{', '.join(RECORDS)}]"), ("a.jsonl", "\n".join(RECORDS) + "\n")):
        seen = see_bytes(tmp_path, (above + text).encode(), name, block_bytes=block_bytes)
        assert (seen.column("email"), seen.broken, seen.complete) == (["a", "b", "c"], [], True)
        assert seen.end.note == "comments above the records left out"


@BLOCKS
def test_a_second_table_below_another_comment_is_not_lost_silently(tmp_path: Path, block_bytes: int) -> None:
    text = f"// crm.people\n[{RECORDS[0]}]\n\n// crm.more\n[{RECORDS[1]}]\n"
    seen = see_bytes(tmp_path, text.encode(), "a.json", block_bytes=block_bytes)
    assert (seen.column("email"), seen.complete, len(seen.broken)) == (["a"], False, 1)

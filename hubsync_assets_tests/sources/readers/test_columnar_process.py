"""Parquet and Arrow files are decoded in a process that may die, and what comes of it where it does."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import psutil
import pytest

from hubsync_assets.errors import TransientError
from hubsync_assets.sources.errors import FileRefusedError
from hubsync_assets.sources.files.locate import locate
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers import decoder
from hubsync_assets.sources.readers.columnar_process import ColumnarProcess
from hubsync_assets.sources.readers.decoder import DECODERS, Decoder, DecodingError
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.sources.declared import columns_of
from hubsync_assets_tests.sources.readers.test_columnar import write
from hubsync_assets_tests.sources.seen import see

COLUMNS = columns_of()
GROUP, GROUPS = 100, 10
FRAME = pl.DataFrame(
    {
        "email": [f"{number}@example.com" for number in range(GROUP * GROUPS)],
        "name": [None if number % 3 else "José" for number in range(GROUP * GROUPS)],
    }
)
_VALUES_OF_A_PAGE = re.compile(rb"\x15\x00\x15.{1,4}?\x15.{1,4}?\x2c\x15(?=.{1,2}\x15)", re.DOTALL)
"""A data page's header up to how many values it has: https://github.com/apache/parquet-format (PageHeader)."""


@pytest.fixture(autouse=True)
def _no_process_waits() -> None:
    DECODERS.end()


@pytest.fixture
def file(tmp_path: Path) -> SourceFile:
    return found(write(tmp_path / "a.parquet", FRAME, GROUP, "uncompressed"))


def found(path: Path) -> SourceFile:
    (file,) = locate(str(path))
    return file


def running() -> list[int]:
    """Numbers of the processes that decode for this one."""
    return [each.pid for each in psutil.Process().children() if "columnar_child" in " ".join(each.cmdline())]


def with_a_flipped_bit(file: SourceFile, group: int) -> None:
    """The number of values of the name's page in one group becomes negative, which ends polars' process."""
    assert file.path is not None
    content = bytearray(file.path.read_bytes())
    pages = [match.end() for match in _VALUES_OF_A_PAGE.finditer(content)]
    assert len(pages) == 2 * GROUPS
    content[pages[2 * group + 1]] ^= 1
    file.path.write_bytes(content)


def test_one_flipped_bit_that_ends_polars_process_costs_its_row_group_and_what_is_behind_it(file: SourceFile) -> None:
    with_a_flipped_bit(file, 6)
    chunks = list(read_chunks(found(file.path or Path()), COLUMNS))
    assert [email for chunk in chunks for email in chunk.rows["email"]] == FRAME["email"].to_list()[: 6 * GROUP]
    (broken,) = (row for chunk in chunks for row in chunk.broken.iter_rows(named=True))
    assert "column name is damaged" in broken["message"]
    assert not see(found(file.path or Path()), COLUMNS).complete


def test_it_is_really_the_end_of_the_process(file: SourceFile) -> None:
    with_a_flipped_bit(file, 6)
    code = f"import polars as pl; pl.scan_parquet({str(file.path)!r}).collect(engine='streaming')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == -signal.SIGABRT  # if it is not any more, the process is there for nothing


def test_a_process_that_somebody_kills_is_to_be_tried_again_and_says_nothing_of_the_records(file: SourceFile) -> None:
    opened = ColumnarProcess(file, "parquet")
    (pid,) = running()
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(TransientError, match=r"a\.parquet: .*exit code -9") as raised:
        list(opened.batches(["email"], GROUP))
    assert "@" not in str(raised.value)
    assert opened.piece(["email"], 5, 2)["email"].to_list() == FRAME["email"][5:7].to_list()
    opened.close()


def test_a_file_that_changed_meanwhile_is_not_read_on_by_another_process(file: SourceFile) -> None:
    opened = ColumnarProcess(file, "parquet")
    write(file.path or Path(), FRAME.reverse(), GROUP)
    (pid,) = running()
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(TransientError):
        opened.piece(["email"], 0, 1)
    with pytest.raises(DecodingError):
        opened.piece(["email"], 0, 1)
    opened.close()


def test_one_process_serves_one_file_after_the_other_also_where_one_is_refused(
    file: SourceFile, tmp_path: Path
) -> None:
    list(read_chunks(file, COLUMNS))
    first = running()
    broken = tmp_path / "broken.parquet"
    broken.write_bytes((file.path or Path()).read_bytes()[:500])
    with pytest.raises(FileRefusedError, match="without its end"):
        list(read_chunks(found(broken), COLUMNS))
    arrow = write(tmp_path / "a.arrow", FRAME, GROUP)
    assert sum(chunk.rows.height for chunk in read_chunks(found(arrow), COLUMNS)) == FRAME.height
    assert running() == first
    assert len(first) == 1


def test_a_file_with_a_relative_name_is_found_after_this_process_has_gone_elsewhere(
    file: SourceFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(read_chunks(file, COLUMNS))
    monkeypatch.chdir(tmp_path)
    assert sum(chunk.rows.height for chunk in read_chunks(found(Path("a.parquet")), COLUMNS)) == FRAME.height


def test_what_is_on_its_way_when_a_question_is_broken_off_is_nobodys_answer(
    file: SourceFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = ColumnarProcess(file, "parquet")
    with monkeypatch.context() as interrupted:
        interrupted.setattr(Decoder, "_answer", lambda _self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            opened.piece(["email"], 0, 1)
    opened.close()
    assert running() == []
    assert sum(chunk.rows.height for chunk in read_chunks(file, COLUMNS)) == FRAME.height


def test_a_process_that_does_not_answer_is_ended(file: SourceFile, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = ColumnarProcess(file, "parquet")
    (pid,) = running()
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr(decoder, "ANSWER_SECONDS", 0.2)
    with pytest.raises(TransientError, match=r"gave no answer for 0\.2 s"):
        opened.piece(["email"], 0, 1)
    assert running() == []


def test_a_process_that_cannot_start_says_where_to_look(file: SourceFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "_CODE", "raise SystemExit(3)")
    with pytest.raises(TransientError, match=r"did not start \(exit code 3\)"):
        ColumnarProcess(file, "parquet")


def test_it_ends_with_the_process_that_it_decodes_for(file: SourceFile) -> None:
    code = (
        "import os, signal, psutil\n"
        "from hubsync_assets.sources.files.locate import locate\n"
        "from hubsync_assets.sources.readers.columnar_process import ColumnarProcess\n"
        f"opened = ColumnarProcess(locate({str(file.path)!r})[0], 'parquet')\n"
        "print(psutil.Process().children()[0].pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    try:
        psutil.Process(int(done.stdout)).wait(timeout=30)
    except psutil.NoSuchProcess:
        return


def test_what_can_be_decoded_is_decoded_here_and_not_handed_over(
    file: SourceFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = Decoder.ask

    def noted(own: Decoder, question: str, *given: object) -> object:
        asked.append(question)
        return ask(own, question, *given)

    monkeypatch.setattr(Decoder, "ask", noted)
    assert sum(chunk.rows.height for chunk in read_chunks(file, COLUMNS, block_bytes=1)) == FRAME.height
    assert asked == ["open", "trial", "has_changed", "close"]


def test_groups_that_do_not_have_the_files_rows_are_not_believed(file: SourceFile) -> None:
    assert file.path is not None
    content = file.path.read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    rows = b"\x16\xc8\x01"  # a field of 100 rows, zigzag
    at = content.rindex(rows)
    assert at > footer
    opened = ColumnarProcess(file, "parquet")
    assert len(opened.parts()) == GROUPS
    opened.close()
    file.path.write_bytes(content[:at] + b"\x16\xca\x01" + content[at + 3 :])
    opened = ColumnarProcess(file, "parquet")
    assert (opened.height, opened.parts()) == (FRAME.height, [])
    opened.close()

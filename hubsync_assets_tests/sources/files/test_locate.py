"""Which files a setting means."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.files.locate import locate, refuse_same_files
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.read_chunks import read_chunks
from hubsync_assets_tests.sources.seen import COLUMNS

SECRET = "X-Amz-Signature=abc123"


def put(folder: Path, name: str, age: int = 0, content: bytes = b"[]") -> Path:
    path = folder / name
    path.write_bytes(content)
    moment = 1_700_000_000 - age
    os.utime(path, (moment, moment))
    return path


def names(files: list[SourceFile]) -> list[str]:
    return [Path(file.name).name for file in files]


def test_a_file_is_described_by_its_stat(tmp_path: Path) -> None:
    path = put(tmp_path, "a.json", content=b"[ ]")
    (file,) = locate(str(path))
    assert (file.name, file.path, file.size, file.mtime_ns, file.rank, file.form) == (
        str(path), path, 3, 1_700_000_000 * 10**9, 0, "json",
    )  # fmt: skip


def test_the_name_is_relative_where_the_setting_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.json")
    monkeypatch.chdir(tmp_path)
    assert [file.name for file in locate(".")] == ["a.json"]


def test_the_newest_file_comes_first_and_of_equal_ones_the_greater_name(tmp_path: Path) -> None:
    for name, age in [("old.json", 60), ("a.json", 5), ("b.json", 5), ("new.csv", 0)]:
        put(tmp_path, name, age)
    files = locate(str(tmp_path))
    assert names(files) == ["new.csv", "b.json", "a.json", "old.json"]
    assert [file.rank for file in files] == [0, 1, 2, 3]


def test_the_newest_file_may_be_told_by_its_name_alone(tmp_path: Path) -> None:
    for name, age in [("export-2024-01.json", 0), ("export-2024-03.json", 60), ("export-2024-02.csv", 5)]:
        put(tmp_path, name, age)
    files = locate(str(tmp_path), rank="name")
    assert names(files) == ["export-2024-03.json", "export-2024-02.csv", "export-2024-01.json"]
    assert [file.rank for file in files] == [0, 1, 2]


def test_a_folder_means_its_data_files_only(tmp_path: Path) -> None:
    taken = ["a.json", "b.ndjson", "c.jsonl", "d.csv", "e.JSON", "f.json.gz", "g.csv.gz"]
    left = [".h.json", "i.json.tmp", "j.json.part", "k.json.crdownload", "l.txt", "m.json~", "json", "n.gz"]
    for name in taken + left:
        put(tmp_path, name)
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "deeper").mkdir()
    put(tmp_path / "deeper", "o.json")
    assert sorted(names(locate(str(tmp_path)))) == sorted(taken)


def test_links_in_a_folder_are_followed_and_dead_ones_left_out(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "linked.json").symlink_to(put(elsewhere, "a.json"))
    (folder / "dead.json").symlink_to(elsewhere / "gone.json")
    assert names(locate(str(folder))) == ["linked.json"]


def test_a_glob_means_the_data_files_it_matches(tmp_path: Path) -> None:
    for name in ["a1.json", "a2.json", "a3.json.part", "b1.json"]:
        put(tmp_path, name)
    assert names(locate(str(tmp_path / "a*"))) == ["a2.json", "a1.json"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    put(tmp_path, "export [1].json")
    assert names(locate(str(tmp_path / "export [1].json"))) == ["export [1].json"]


def test_a_url_shows_neither_its_query_nor_its_user() -> None:
    (file,) = locate(f"https://me:secret@host:8443/a/b.ndjson.gz?{SECRET}#x")
    assert file.name == "https://host:8443/a/b.ndjson.gz"
    assert file.form == "ndjson"
    assert "secret" not in repr(file)
    assert SECRET not in repr(file)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("s3://bucket/key.json", "s3:// URLs cannot be read"),
        ("ftp://host/key.json", "ftp:// URLs cannot be read"),
        ("{}/gone.json", "no such file"),
        ("{}/gone/*.json", "no data file matches"),
        ("{}/empty", "no data file in this folder"),
        ("{}/notes.txt", "unknown kind of file"),
        ("/dev/null.json", "no such file"),
    ],
)
def test_a_setting_that_names_nothing_says_what_to_do(tmp_path: Path, setting: str, says: str) -> None:
    (tmp_path / "empty").mkdir()
    put(tmp_path / "empty", "readme.txt")
    put(tmp_path, "notes.txt")
    with pytest.raises(PermanentError, match=says) as caught:
        locate(setting.format(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(PermanentError, match="regular file"):
        locate(str(tmp_path / "pipe.json"))


@contextmanager
def not_root() -> Iterator[None]:
    """Root may read everything, so a test about permissions must not be root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("closed", ["", "a.json"], ids=["folder", "file"])
def test_what_may_not_be_read_is_an_error_and_not_an_empty_source(closed: str) -> None:
    with TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        put(folder, "a.json")
        (folder / closed).chmod(0)
        with not_root(), pytest.raises(PermanentError, match="no permission to read"):
            assert [list(read_chunks(file, COLUMNS)) for file in locate(made)]
        folder.chmod(0o755)


def test_two_sources_with_the_same_file_are_refused_however_it_is_spelled(tmp_path: Path) -> None:
    path = put(tmp_path, "a.json")
    (tmp_path / "link.json").symlink_to(path)
    with pytest.raises(PermanentError, match="HUBSYNC_DB1 and HUBSYNC_DB2 both read"):
        refuse_same_files({"HUBSYNC_DB1": locate(str(path)), "HUBSYNC_DB2": locate(str(tmp_path / "l*.json"))})


def test_two_sources_with_the_same_url_are_refused_without_its_query() -> None:
    url = f"https://host/a.json?{SECRET}"
    with pytest.raises(PermanentError, match=r"both read https://host/a\.json:") as caught:
        refuse_same_files({"one": locate(url), "two": locate(url)})
    assert SECRET not in str(caught.value)


def test_different_files_and_no_files_are_no_conflict(tmp_path: Path) -> None:
    a, b = locate(str(put(tmp_path, "a.json"))), locate(str(put(tmp_path, "b.json")))
    refuse_same_files({"one": a, "two": b})
    refuse_same_files({"one": a, "two": []})
    refuse_same_files({"one": [], "two": []})


def test_a_name_that_is_no_utf_8_can_be_read_and_printed(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.json"))
    path.write_bytes(b'[{"email":"a@x.io"}]')
    (file,) = locate(str(tmp_path))
    assert file.name == f"{tmp_path}/caf\\xe9.json"
    assert sum(chunk.rows.height for chunk in read_chunks(file, COLUMNS)) == 1
    with pytest.raises(PermanentError, match="caf"):
        refuse_same_files({"db1": locate(str(tmp_path)), "db2": locate(str(path))})

"""Which files a setting means."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.files.leaving_out import HARMLESS, LINK_OUT, PLAIN_TEXT, UNFINISHED
from hubsync_assets.sources.files.locate import locate, look_for, refuse_same_files
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


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A landing folder with a link within it, one that leads out of it, one to nothing and one to itself."""
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "folder"
    elsewhere.mkdir()
    folder.mkdir()
    put(folder, "a.json")
    put(elsewhere, "secret.json")
    (folder / "within.json").symlink_to("a.json")
    (folder / "out.json").symlink_to(elsewhere / "secret.json")
    (folder / "dead.json").symlink_to("gone.json")
    (folder / "loop.json").symlink_to("loop.json")
    return folder


NOWHERE = dict.fromkeys(["dead.json", "loop.json"], "a link that leads nowhere")


def test_a_link_that_leads_out_of_its_folder_is_left_out_and_named(linked: Path) -> None:
    for setting in (str(linked), str(linked / "*.json")):
        assert sorted(names(locate(setting))) == ["a.json", "within.json"]
        assert look_for(setting).left_out == {**NOWHERE, "out.json": LINK_OUT}


def test_links_are_followed_where_that_is_declared(linked: Path) -> None:
    for setting in (str(linked), str(linked / "*.json")):
        assert sorted(names(locate(setting, follow_links=True))) == ["a.json", "out.json", "within.json"]
        assert look_for(setting, follow_links=True).left_out == NOWHERE


def test_a_glob_does_not_leave_its_folder_through_a_linked_folder(linked: Path) -> None:
    (linked / "deeper").symlink_to(linked.parent / "elsewhere")
    assert sorted(names(locate(str(linked / "**" / "*.json")))) == ["a.json", "within.json"]
    assert look_for(str(linked / "*" / "*.json")).left_out == {"secret.json": LINK_OUT}


def test_a_landing_folder_and_a_file_that_is_named_outright_may_be_links(linked: Path) -> None:
    landing = linked.parent / "landing"
    landing.symlink_to(linked)
    assert sorted(names(locate(str(landing)))) == ["a.json", "within.json"]
    assert sorted(names(locate(str(landing / "*.json")))) == ["a.json", "within.json"]
    assert names(locate(str(linked / "out.json"))) == ["out.json"]


def test_everything_that_is_left_out_is_named_with_its_reason(tmp_path: Path) -> None:
    for name in (
        "a.csv",
        "b.tsv",
        "~$a.csv",
        "_SUCCESS",
        "a.csv.md5",
        "SHA256SUMS",
        "c.csv.filepart",
        "d.numbers",
        "e.tar.gz",
        "f.pdf",
    ):
        put(tmp_path, name)
    (tmp_path / "archive").mkdir()
    (tmp_path / "new\n\x1b[2J.pdf").touch()
    assert names(locate(str(tmp_path))) == ["b.tsv", "a.csv"]
    assert {name: why.split(";")[0] for name, why in look_for(str(tmp_path)).left_out.items()} == {
        "SHA256SUMS": "a checksum or signature, and no export",
        "_SUCCESS": "a mark that an export is complete, and no export",
        "a.csv.md5": "a checksum or signature, and no export",
        "archive": "a folder",
        "c.csv.filepart": "not finished, by its name",
        "d.numbers": "a spreadsheet of a kind that is not read",
        "e.tar.gz": "an archive that cannot be looked into",
        "f.pdf": "of another format",
        "new\\n\\x1b[2J.pdf": "of another format",
        "~$a.csv": "an Office program has left it for as long as a file is open",
    }


def test_a_folder_of_which_everything_is_left_out_says_so(tmp_path: Path) -> None:
    put(tmp_path, "~$a.csv")
    with pytest.raises(PermanentError, match=r"left out: ~\$a\.csv \(an Office program"):
        locate(str(tmp_path))


@pytest.mark.parametrize(
    "setting",
    [
        "https:/bucket/x.json?sig=SECRET",
        "https//bucket/x.json?sig=SECRET",
        "'https://bucket/x.json?sig=SECRET'",
        " https://bucket/x.json?sig=SECRET",
        "http://host:SECRET/x",
        "http://user:SECRET@[bad/x.json",
        "https://user:SEC/SECRET@host/x.json?sig=SECRET",
        "s3://key:SECRET@bucket/x.json",
        "bucket/x.json?sig=SECRET",
        "me:SECRET@host/x.json",
        "me:SECRET@host/*.json",
        "bucket/" + "x" * 300 + "?sig=SECRET",
        "bucket/x.json#sig=SECRET",
        "bucket/x.json&sig=SECRET",
        "bucket/x.json%3Fsig%3DSECRET",
        "bucket/x.json%23sig=SECRET",
        "me:SECRET%40host/x.json",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=SECRET",
        "https://bucket/x.json#sig=SECRET",
        "https://bucket/x.json;token=SECRET",
        "https://bucket/x.json&sig=SECRET",
        "https://bucket/x.json%3Fsig%3DSECRET",
    ],
)
def test_no_setting_is_quoted_behind_a_question_mark_or_before_an_at_sign(setting: str) -> None:
    try:
        said = " ".join(f"{file.name} {file!r}" for file in locate(setting))
    except PermanentError as error:
        said = str(error)
    assert said
    assert "SECRET" not in said


def test_a_mistyped_url_is_told_apart_from_a_pattern() -> None:
    with pytest.raises(PermanentError, match="looks like an http.s. URL and is none"):
        locate("https:/bucket/x.json?sig=1")


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
        ("{}/notes.pdf", "unknown kind of file"),
        ("/dev/null.json", "no such file"),
    ],
)
def test_a_setting_that_names_nothing_says_what_to_do(tmp_path: Path, setting: str, says: str) -> None:
    (tmp_path / "empty").mkdir()
    put(tmp_path / "empty", "readme.txt")
    put(tmp_path, "notes.pdf")
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


def test_plain_text_is_read_where_it_is_meant_and_left_out_where_it_stands_beside(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    for name in ("contacts.txt", "contacts.txt.gz"):
        put(tmp_path, name)
    assert names(locate(str(tmp_path))) == ["a.csv"]
    assert set(look_for(str(tmp_path)).left_out.values()) == {PLAIN_TEXT}
    assert sorted(names(locate(str(tmp_path / "*.txt")))) == ["contacts.txt"]
    (file,) = locate(str(tmp_path / "contacts.txt"))
    (tmp_path / "contacts.txt").write_bytes("email\tname\nann@x.io\tAnn\n".encode("utf-16"))
    (chunk, *_) = list(read_chunks(file, COLUMNS))
    assert chunk.rows["email"].to_list() == ["ann@x.io"]


def test_what_systems_and_people_leave_beside_exports_raises_no_flag(tmp_path: Path) -> None:
    for name in ("a.csv", "Thumbs.db", "desktop.ini", "Icon\r", "README.txt", "readme.md", "LICENSE", "a.lnk"):
        put(tmp_path, name)
    left_out = look_for(str(tmp_path)).left_out
    assert len(left_out) == 7
    assert set(left_out.values()) <= HARMLESS


def test_what_is_in_a_folder_that_is_not_finished_is_left_out(tmp_path: Path) -> None:
    for folder in ("day=1", "_temporary/0", "day=2.tmp"):
        (tmp_path / folder).mkdir(parents=True)
        put(tmp_path / folder, "part-0.csv")
    found = look_for(str(tmp_path / "**/*.csv"))
    assert found.paths == (tmp_path / "day=1/part-0.csv",)
    assert found.left_out == {"_temporary/0/part-0.csv": UNFINISHED, "day=2.tmp/part-0.csv": UNFINISHED}
    assert len(look_for(str(tmp_path / "_temporary/*/*.csv")).paths) == 1

"""Zip archives: what is read of them, what is left out, and what is too much."""

import io
import os
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from hubsync_assets.errors import HubsyncError
from hubsync_assets.model.declaration import Source
from hubsync_assets.sources.connectors.exports import FileReading, LocalFiles, RemoteFile
from hubsync_assets.sources.files import archives
from hubsync_assets.sources.files.locate import locate
from hubsync_assets_tests.sources.seen import COLUMNS
from hubsync_assets_tests.sources.web import Answer, site

CSV = b"email\na@x.io\n"


def packed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def source_of(folder: Path) -> LocalFiles:
    return LocalFiles(str(folder), COLUMNS, Source(read=str(folder)))


def emails(reading: FileReading) -> tuple[list[str], bool]:
    """What is read, and whether it was whole."""
    chunks = list(reading.chunks(superseding=False))
    return [email for chunk in chunks for email in chunk.rows["email"]], all(chunk.complete for chunk in chunks)


def read(folder: Path, temporary: Path) -> dict[str, tuple[list[str], bool]]:
    source = source_of(folder)
    return {Path(file.name).name: emails(source.read(file, temporary)) for file in source.find()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "landing"
    made.mkdir()
    return made


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_each_data_member_is_a_file_of_the_source_and_as_new_as_its_archive(
    folder: Path, tmp_path: Path, method: int
) -> None:
    (folder / "exports.zip").write_bytes(
        packed({"contacts.csv": CSV, "deep/b.ndjson": b'{"email":"b@x.io"}\n'}, method)
    )
    (folder / "old.csv").write_bytes(CSV)
    os.utime(folder / "old.csv", (1, 1))
    names = [file.name.removeprefix(f"{folder}/") for file in locate(str(folder))]
    assert names == ["exports.zip/deep/b.ndjson", "exports.zip/contacts.csv", "old.csv"]
    assert read(folder, tmp_path / "t") == {
        "b.ndjson": (["b@x.io"], True),
        "contacts.csv": (["a@x.io"], True),
        "old.csv": (["a@x.io"], True),
    }
    assert list((tmp_path / "t").iterdir()) == []


def test_what_is_not_read_of_an_archive_is_named_with_its_reason(folder: Path, tmp_path: Path) -> None:
    content = {"a.csv": CSV, "b.zip": b"PK", "c.xlsb": b"x", "__MACOSX/._a.csv": b"x", "d.csv": CSV, "e.csv": CSV}
    whole = bytearray(packed(content))
    at = {name: whole.rindex(name.encode()) - 46 for name in ("d.csv", "e.csv")}  # in the table of contents
    whole[at["d.csv"] + 8] |= 1
    whole[at["e.csv"] + 10] = 9
    (folder / "exports.zip").write_bytes(whole)
    source = source_of(folder)
    (file,) = source.find()
    left_out = source.read(file, tmp_path).describe().left_out
    assert {name: why.split(";")[0] for name, why in left_out.items()} == {
        "exports.zip/b.zip": "an archive in an archive",
        "exports.zip/c.xlsb": "a spreadsheet of a kind that is not read",
        "exports.zip/__MACOSX/._a.csv": "hidden",
        "exports.zip/d.csv": "encrypted",
        "exports.zip/e.csv": "packed in a way that is not known here (method 9)",
    }


def test_a_member_whose_name_is_damaged_away_is_named_as_that(folder: Path, tmp_path: Path) -> None:
    content = packed({"a.csv": CSV, "b.csv": CSV})
    at = content.rindex(b"b.csv")
    (folder / "a.zip").write_bytes(content[:at] + b"\0" + content[at + 1 :])
    source = source_of(folder)
    (file,) = source.find()
    reading = source.read(file, tmp_path)
    assert emails(reading) == (["a@x.io"], True)
    assert list(reading.describe().left_out) == ["a.zip/a file without a name"]


def test_folders_in_an_archive_are_told_whatever_separates_them(folder: Path, tmp_path: Path) -> None:
    names = (
        "crm\\a.csv",
        "__MACOSX\\._b.csv",
        "__MACOSX/c.csv",
        ".git/d.csv",
        "_temporary/0/e.csv",
        "empty\\",
        "../f.csv",
    )
    (folder / "exports.zip").write_bytes(packed(dict.fromkeys(names, CSV)))
    source = source_of(folder)
    files = source.find()
    assert sorted(file.member or "" for file in files) == ["../f.csv", "crm\\a.csv"]
    assert source.read(files[0], tmp_path).describe().left_out == {
        "exports.zip/__MACOSX\\._b.csv": "hidden",
        "exports.zip/__MACOSX/c.csv": "hidden",
        "exports.zip/.git/d.csv": "hidden",
        "exports.zip/_temporary/0/e.csv": "not finished, by its name",
    }


def test_an_archive_without_data_is_left_out_and_named(folder: Path) -> None:
    (folder / "a.zip").write_bytes(packed({"readme.txt": b"x"}))
    with pytest.raises(
        HubsyncError, match=r"a\.zip/readme\.txt \(words for people, and no export\), a\.zip \(an archive without"
    ):
        locate(str(folder))


@pytest.mark.parametrize(
    ("content", "says"),
    [(packed({"a.csv": CSV})[:-30], "without its end"), (CSV, "is no zip archive"), (b"", "is no zip archive")],
    ids=["cut off", "text", "empty"],  # an archive has the time in it, and the names of tests must not
)
def test_an_archive_that_cannot_be_opened_is_refused_and_the_others_are_read(
    folder: Path, tmp_path: Path, content: bytes, says: str
) -> None:
    (folder / "a.zip").write_bytes(content)
    source = source_of(folder)
    (file,) = source.find()
    with pytest.raises(HubsyncError, match=says):
        emails(source.read(file, tmp_path))


def lines(count: int) -> bytes:
    chance = random.Random(3)
    return b"email\n" + b"".join(b"%016x@x.io\n" % chance.getrandbits(64) for _ in range(count))


def test_of_a_damaged_member_all_before_the_fault_is_kept_and_it_is_not_whole(folder: Path, tmp_path: Path) -> None:
    text = lines(60_000)
    whole = bytearray(packed({"a.csv": text}))
    whole[400_000:400_020] = b"\xff" * 20
    (folder / "a.zip").write_bytes(whole)
    ((got, is_whole),) = read(folder, tmp_path / "t").values()
    assert not is_whole
    assert len(got) > 30_000
    assert got[:30_000] == text.decode().split("\n")[1:30_001]


def test_a_member_with_a_wrong_checksum_is_not_whole(folder: Path, tmp_path: Path) -> None:
    whole = packed({"a.csv": CSV}, zipfile.ZIP_STORED).replace(b"a@x.io", b"b@x.io")
    (folder / "a.zip").write_bytes(whole)
    assert read(folder, tmp_path / "t") == {"a.csv": (["b@x.io"], False)}


def test_a_member_that_stands_for_too_much_is_refused_before_it_is_unpacked(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.zip").write_bytes(packed({"a.csv": b" " * 5_000_000}))
    monkeypatch.setattr(archives, "FREE_OF_RATIO", 1 << 20)
    with pytest.raises(HubsyncError, match="more than 250 times its size"):
        read(folder, tmp_path / "t")
    monkeypatch.setattr(archives, "MOST_RATIO", 10_000)
    monkeypatch.setattr(archives, "MOST_UNPACKED", 1 << 20)
    with pytest.raises(HubsyncError, match="larger than 1,048,576 bytes when it is unpacked"):
        read(folder, tmp_path / "t")


def test_a_member_that_says_less_than_it_stands_for_gives_no_more_than_it_says(folder: Path, tmp_path: Path) -> None:
    whole = bytearray(packed({"a.csv": CSV + b"b@x.io\n" * 1000}))
    at = whole.rindex(b"a.csv") - 46 + 24
    whole[at : at + 4] = len(CSV).to_bytes(4, "little")
    (folder / "a.zip").write_bytes(whole)
    assert read(folder, tmp_path / "t") == {"a.csv": (["a@x.io"], False)}


def test_a_table_of_contents_that_would_fill_the_memory_is_not_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_MOST_CONTENTS", 100)
    (folder / "a.zip").write_bytes(packed({"a.csv": CSV, "b.csv": CSV, "c.csv": CSV}))
    with pytest.raises(HubsyncError, match="table of contents has more than 100 bytes"):
        read(folder, tmp_path / "t")


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"a.csv": CSV, "readme.txt": b"x"}, None),
        ({"a.csv": CSV, "b.csv": CSV}, "2 data files.*a URL of its own"),
        ({"readme.txt": b"x"}, "an archive without a data file"),
    ],
)
def test_an_archive_behind_a_url_has_one_data_file_or_is_refused(
    tmp_path: Path, members: dict[str, bytes], says: str | None
) -> None:
    with site(Answer(body=packed(members))) as web:
        url = web.url + "/exports.zip"
        source = RemoteFile("crm", url, COLUMNS, Source(read=url))
        (file,) = source.find()
        reading = source.read(file, tmp_path)
    assert reading.file.name == url
    if says is None:
        assert emails(reading) == (["a@x.io"], True)
    else:
        with pytest.raises(HubsyncError, match=says):
            emails(reading)


def test_what_is_left_out_of_an_archive_behind_a_url_is_named(tmp_path: Path) -> None:
    with site(Answer(body=packed({"a.csv": CSV, "b.pdf": b"x", "__MACOSX/._a.csv": b"x"}))) as web:
        url = web.url + "/exports.zip"
        source = RemoteFile("crm", url, COLUMNS, Source(read=url))
        left_out = source.read(source.find()[0], tmp_path).describe().left_out
    assert left_out == {f"{url}/b.pdf": "of another format", f"{url}/__MACOSX/._a.csv": "hidden"}


def test_an_archive_behind_a_url_is_one_by_its_bytes(tmp_path: Path) -> None:
    with site(Answer(body=packed({"a.csv": CSV, "b.pdf": b"x"}), headers={"Content-Type": "application/zip"})) as web:
        url = web.url + "/download?id=7"
        source = RemoteFile("crm", url, COLUMNS, Source(read=url))
        reading = source.read(source.find()[0], tmp_path)
    assert emails(reading) == (["a@x.io"], True)
    assert reading.describe().left_out == {f"{web.url}/download/b.pdf": "of another format"}


def test_an_office_document_behind_a_url_is_no_archive(tmp_path: Path) -> None:
    document = packed({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>", "word/embeddings/a.csv": CSV})
    with site(Answer(body=document)) as web:
        source = RemoteFile("crm", web.url, COLUMNS, Source(read=web.url))
        reading = source.read(source.find()[0], tmp_path)
    with pytest.raises(HubsyncError, match="looks like a zip file"):
        emails(reading)

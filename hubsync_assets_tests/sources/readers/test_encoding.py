"""UTF-8 or not."""

from pathlib import Path

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.readers.western import western_encoding
from hubsync_assets_tests.sources.seen import see_bytes

TEXT = '[{"email":"josé@x.io","name":"José Núñez"}]'


WESTERN = "MARTÍN López, Muñoz; Françoise Müller; Björn Sørensen; Ångström; l'été; Raúl"


@pytest.mark.parametrize(
    ("encoding", "mark", "named"),
    [
        ("utf-16", b"", "UTF-16LE"),
        ("utf-16-le", b"", "UTF-16LE"),
        ("utf-16-be", b"", "UTF-16BE"),
        ("utf-16-be", b"\xfe\xff", "UTF-16BE"),
        ("utf-32", b"", "UTF-32LE"),
        ("utf-32-le", b"", "UTF-32LE"),
        ("utf-32-be", b"", "UTF-32BE"),
        ("utf-32-be", b"\x00\x00\xfe\xff", "UTF-32BE"),
        ("latin-1", b"", "Windows-1252"),
        ("mac_roman", b"", "MacRoman"),
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.ndjson", "a.csv"])
@pytest.mark.parametrize("block_bytes", [1, 7, 1 << 20])
def test_another_encoding_is_recognised_and_said(
    tmp_path: Path, encoding: str, mark: bytes, named: str, name: str, block_bytes: int
) -> None:
    text = {"a.json": TEXT, "a.ndjson": TEXT[1:-1], "a.csv": "email;name\njosé@x.io;José Núñez\n"}[name]
    seen = see_bytes(tmp_path, mark + text.encode(encoding), name, block_bytes=block_bytes)
    assert (seen.column("email"), seen.column("name")) == (["josé@x.io"], ["José Núñez"])
    assert (seen.broken, seen.complete, seen.end.note) == ([], True, f"read as {named}")


def test_what_is_declared_counts_more_than_what_would_be_recognised(tmp_path: Path) -> None:
    content = "email,name\na,José\n".encode("latin-1")
    assert see_bytes(tmp_path, content, "a.csv", encoding="latin-1").end.note == ""
    assert see_bytes(tmp_path, content, "a.csv", encoding="cp437").column("name") == ["JosΘ"]


@pytest.mark.parametrize("block_bytes", [2, 1 << 20])
def test_utf_16_that_begins_with_no_ascii_letter_is_recognised_by_its_zeros(tmp_path: Path, block_bytes: int) -> None:
    content = "имя;email;company\nЮлий;ivan@example.com;Дом\n".encode("utf-16-le")
    seen = see_bytes(tmp_path, content, "a.csv", block_bytes=block_bytes)
    assert (seen.column("email"), seen.column("company_name")) == (["ivan@example.com"], ["Дом"])


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
@pytest.mark.parametrize("name", ["José", "Muñoz", "García", "Raúl", "Müller", "Françoise", "Björn", "créée", WESTERN])
def test_windows_1252_and_mac_roman_are_told_apart_by_sensible_words(encoding: str, name: str) -> None:
    assert western_encoding(f"email,name\na@x.io,{name}\n".encode(encoding)) == encoding


@pytest.mark.parametrize("name", ["O\u2019Brien", "Ann\u2019s", "\u201ex\u201d", "5 \u20ac"])
def test_signs_that_only_windows_1252_makes_sense_of_are_enough(name: str) -> None:
    assert western_encoding(f"email,name\na@x.io,{name}\n".encode("cp1252")) == "cp1252"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1251", "Иван Петров"), ("koi8-r", "Иван Петров"), ("cp1253", "Γιάννης Παπαδόπουλος"), ("cp850", "José Núñez Müller"), ("cp1250", "Łukasz Wójcik Paweł"),
        ("shift_jis", "山田太郎"), ("gbk", "王小明"), ("cp1254", "Gökhan Şahin Doğan"), ("cp1255", "שלום"),
    ],
)  # fmt: skip
def test_an_encoding_that_nobody_can_tell_is_refused_with_what_it_looks_like(
    tmp_path: Path, encoding: str, name: str
) -> None:
    with pytest.raises(PermanentError, match=r"looks like .*, not UTF-8 \(byte \d+\).*iconv") as caught:
        see_bytes(tmp_path, f"email,name\na@x.io,{name}\n".encode(encoding), "a.csv")
    assert name[:3] not in str(caught.value)


def test_a_byte_that_windows_1252_does_not_have_costs_its_record(tmp_path: Path) -> None:
    content = "email,name\na,José\nb,%\nc,Núñez\n".encode("cp1252").replace(b"%", b"x\x81")
    seen = see_bytes(tmp_path, content, "a.csv")
    assert (seen.column("email"), [position for position, _, _ in seen.broken]) == (["a", "c"], [2])


@pytest.mark.parametrize("block_bytes", [1, 30, 1 << 20])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'email,name\na,1\n%b,%2\n%"c","3"\nd,4%\n' + "e,5\n" * 3_000),
        ("a.ndjson", '{"email":"a","name":"1"}\n%{"email":"b","name":"2"}\n%{"email":"c","name":"3"}\n{"email":"d","name":"4%"}\n'),
    ],
)  # fmt: skip
def test_a_byte_order_mark_where_exports_were_joined_is_no_part_of_a_value(
    tmp_path: Path, name: str, text: str, block_bytes: int
) -> None:
    seen = see_bytes(tmp_path, text.replace("%", "\ufeff").encode(), name, block_bytes=block_bytes)
    assert (seen.column("email")[:4], seen.column("name")[:4]) == (["a", "b", "c", "d"], ["1", "2", "3", "4\ufeff"])
    assert seen.broken == []


@pytest.mark.parametrize("name", ["a.csv", "a.ndjson"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("block_bytes", [1, 9, 1 << 20])
def test_line_ends_of_an_old_mac_are_line_ends(tmp_path: Path, name: str, encoding: str, block_bytes: int) -> None:
    text = {
        "a.csv": 'email,"na\nme",phone\ra,"A\nB",1\r\rb,C,2\r',
        "a.ndjson": '{"email":"a","phone":"1"}\r{"email":"b","phone":"2"}\r',
    }[name]
    seen = see_bytes(tmp_path, text.encode(encoding), name, block_bytes=block_bytes)
    assert (seen.column("email"), seen.column("phone"), seen.broken) == (["a", "b"], ["1", "2"], [])
    assert "its lines end with CR" in seen.end.note


@pytest.mark.parametrize("text", ["email,name\na\rb,c\nd,e\n", "email,name\r\na\rb,c\r\nd,e\r\n"])
def test_a_carriage_return_in_a_value_is_no_line_end(tmp_path: Path, text: str) -> None:
    seen = see_bytes(tmp_path, text.encode(), "a.csv")
    assert seen.column("email")[-1] == "d"
    assert (len(seen.rows) + len(seen.broken), seen.end.note) == (2, "")


@pytest.mark.parametrize("block_bytes", [1, 2, 1 << 20])
def test_a_byte_order_mark_of_utf_8_is_no_part_of_the_text(tmp_path: Path, block_bytes: int) -> None:
    mark = b"\xef\xbb\xbf"
    assert see_bytes(tmp_path, mark + TEXT.encode(), block_bytes=block_bytes).column("name") == ["José Núñez"]
    assert see_bytes(tmp_path, mark + b"email\na\n", "a.csv", block_bytes=block_bytes).column("email") == ["a"]
    assert see_bytes(tmp_path, mark + b'{"email":"a"}\n', "a.ndjson", block_bytes=block_bytes).column("email") == ["a"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '[{"email":"é"},{"email":"ñ%"},{"email":"ü"}]'),
        ("a.ndjson", '{"email":"é"}\n{"email":"ñ%"}\n{"email":"ü"}\n'),
        ("a.csv", "email\né\nñ%\nü\n"),
    ],
)
@pytest.mark.parametrize("block_bytes", [1, 10, 1 << 20])
def test_one_bad_byte_in_a_utf_8_file_costs_its_record(
    tmp_path: Path, name: str, content: str, block_bytes: int
) -> None:
    seen = see_bytes(tmp_path, content.encode().replace(b"%", b"\xff"), name, block_bytes=block_bytes)
    assert seen.column("email") == ["é", "ü"]
    assert [(position, reason) for position, reason, _ in seen.broken] == [(2, "malformed")]
    assert "not UTF-8" in seen.messages[0]
    assert "ñ\\xff" in seen.broken[0][2]
    assert seen.complete


def test_latin_1_far_behind_the_beginning_costs_the_records_it_is_in(tmp_path: Path) -> None:
    lines = [b'{"email":"a%d@x.io"}\n' % number for number in range(60_000)]
    lines[55_000] = '{"email":"b@x.io","name":"é"}\n'.encode("latin-1")
    seen = see_bytes(tmp_path, b"".join(lines), "a.ndjson")
    assert len(seen.rows) == 59_999
    assert [position for position, _, _ in seen.broken] == [55_001]


def test_a_character_that_the_first_look_cuts_in_two_is_no_fault(tmp_path: Path) -> None:
    filler = (1 << 20) - len('[{"name":"')
    content = '[{"name":"' + "x" * (filler - 1) + 'é"}]'
    assert see_bytes(tmp_path, content.encode()).complete


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "cp437", "utf-8", "UTF8"])
@pytest.mark.parametrize("block_bytes", [1, 3, 1 << 20])
@pytest.mark.parametrize("name", ["a.json", "a.ndjson", "a.csv"])
def test_a_declared_encoding_is_read_whatever_the_block_size(
    tmp_path: Path, encoding: str, block_bytes: int, name: str
) -> None:
    text = {"a.json": TEXT, "a.ndjson": TEXT[1:-1], "a.csv": "email;name\njosé@x.io;José Núñez\n"}[name]
    seen = see_bytes(tmp_path, text.encode(encoding), name, block_bytes=block_bytes, encoding=encoding)
    assert (seen.column("email"), seen.column("name")) == (["josé@x.io"], ["José Núñez"])
    assert (seen.broken, seen.complete) == ([], True)
    assert "José" in seen.raw[0]


@pytest.mark.parametrize(
    ("encoding", "bad"),
    [("cp1252", b"\x81"), ("ascii", b"\xc3\xa9"), ("utf-16-le", b"\x00\xdc"), ("shift_jis", b"\xfd")],
)
@pytest.mark.parametrize("block_bytes", [1, 5, 1 << 20])
@pytest.mark.parametrize("name", ["a.ndjson", "a.csv"])
def test_bytes_that_do_not_fit_the_declared_encoding_cost_their_record(
    tmp_path: Path, encoding: str, bad: bytes, block_bytes: int, name: str
) -> None:
    lines = ["email,name", "a,%", "b,n"] if name == "a.csv" else ['{"email":"a","name":"%"}', '{"email":"b"}']
    content = "".join(f"{line}\n" for line in lines).encode(encoding).replace("%".encode(encoding), bad)
    seen = see_bytes(tmp_path, content, name, block_bytes=block_bytes, encoding=encoding)
    assert seen.column("email") == ["b"]
    assert [(position, reason) for position, reason, _ in seen.broken] == [(1, "malformed")]
    assert seen.complete


def test_text_that_has_lost_a_byte_is_the_same_in_any_block_size(tmp_path: Path) -> None:
    # All behind the lost byte is no character any more, and was one bad byte for each block that it came in.
    content = '{"email":"a@x.io"}\n{"email":"b@x.io","name":"José"}\n'.encode("utf-32")
    content = content[:-60] + content[-59:]
    seen = [see_bytes(tmp_path, content, "a.jsonl", block_bytes=size) for size in (1, 7, 40, 1 << 20)]
    assert [(each.column("email"), each.raw, each.broken, each.complete) for each in seen[1:]] == [
        (seen[0].column("email"), seen[0].raw, seen[0].broken, seen[0].complete)
    ] * 3
    assert seen[0].column("email") == ["a@x.io"]
    assert seen[0].broken


@pytest.mark.parametrize("text", ['{"email":"a"}\n', '{"email":"a"}\n{"email":'])
def test_a_text_that_ends_inside_a_character_was_cut_off(tmp_path: Path, text: str) -> None:
    seen = see_bytes(tmp_path, text.encode("utf-16-le") + b"\x20", "a.ndjson", encoding="utf-16-le")
    assert (seen.column("email"), len(seen.broken), seen.complete) == (["a"], 1, False)


def test_the_mark_of_utf_8_counts_more_than_what_is_declared(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + "email,name\na,é\n".encode()
    assert see_bytes(tmp_path, content, "a.csv", encoding="cp1252").column("name") == ["é"]


@pytest.mark.parametrize(
    ("encoding", "content", "words"),
    [
        ("klingon", b"[]", "the encoding 'klingon', which Python does not know"),
        ("hex", b"[]", "the encoding 'hex', which Python does not know"),
        ("utf-16", b"email,name\na,n\n", "not utf-16, as its source declares"),
        ("cp1252", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel spreadsheet"),
        ("utf-8", "email,name\nJosé,José\n".encode("latin-1"), "looks like ISO-8859-1"),
    ],
)
def test_a_file_that_is_not_in_its_declared_encoding_is_refused_in_one_line(
    tmp_path: Path, encoding: str, content: bytes, words: str
) -> None:
    with pytest.raises(PermanentError, match=words) as caught:
        see_bytes(tmp_path, content, "a.csv", encoding=encoding)
    assert "\n" not in str(caught.value)


def test_a_mark_far_behind_the_beginning_is_dropped_in_a_block_that_is_read_at_once(tmp_path: Path) -> None:
    lines = [f"a{number}@x.io,n\n" for number in range(9_000)]
    lines[8_000] = "\ufeffmarked@x.io,\ufeffn\n"
    seen = see_bytes(tmp_path, "".join(["email,name\n", *lines]).encode(), "a.csv")
    assert (seen.rows[8_000]["email"], seen.rows[8_000]["name"]) == ("marked@x.io", "n")
    assert len(seen.rows) == 9_000


def test_a_carriage_return_in_the_header_of_a_file_of_line_feeds_ends_no_line(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="first line has to name the columns"):
        see_bytes(tmp_path, b"email,na\rme\n" + b"a,b\n" * 5, "a.csv")

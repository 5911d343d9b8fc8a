"""The file: where it is, what it is called, how it is encoded; and the error."""

import pickle
from pathlib import Path

import pytest

from hubsync_assets.declaring.errors import DeclarationError
from hubsync_assets.declaring.loading import file_named_by, load, model_of
from hubsync_assets.errors import PermanentError
from hubsync_assets.kinds.email import Email
from hubsync_assets.kinds.numbers import Whole
from hubsync_assets.model.declaration import ContactSync, Source

GOOD = "sources: {crm: {read: ñ.csv}}\nfields: {email: {kind: email}}\n"


def words_of(path: Path) -> str:
    with pytest.raises(DeclarationError) as caught:
        load(path)
    return str(caught.value)


def test_the_file_is_in_the_working_directory_unless_the_environment_names_another() -> None:
    assert file_named_by({}) == Path("hubsync.yaml")
    assert file_named_by({"HUBSYNC_FILE": " "}) == Path("hubsync.yaml")
    assert file_named_by({"HUBSYNC_FILE": "conf/other.yaml"}) == Path("conf/other.yaml")


def test_a_file_that_is_not_there_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    words = words_of(tmp_path / "hubsync.yaml")
    assert words == (
        f"{tmp_path}/hubsync.yaml: there is no such file: start where it is, put its name into HUBSYNC_FILE, or write one "
        "(docs/declare.md)"
    )


def test_a_file_with_the_other_ending_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "hubsync.yml").write_text(GOOD, encoding="utf-8")
    assert words_of(tmp_path / "hubsync.yaml") == (
        f"{tmp_path}/hubsync.yaml: there is no such file, but hubsync.yml: rename it, or put its name into HUBSYNC_FILE"
    )


def test_a_folder_is_one_line(tmp_path: Path) -> None:
    assert words_of(tmp_path) == f"{tmp_path}: it cannot be read (Is a directory)"


def test_a_mark_of_the_byte_order_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert load(path).source("crm").read == "ñ.csv"


def test_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(("# a\n" + GOOD).encode("latin-1"))
    assert words_of(path) == f"{path}:2: this is not UTF-8: save the file in that encoding"


def test_the_lines_of_windows_are_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"sources: {crm: {read: x}}\r\nfields:\r\n  email: {kind: emial}\r\n")
    assert words_of(path) == f"{path}:3: fields.email.kind: 'emial' is no kind; did you mean 'email'?"


def test_the_error_says_what_to_change_and_outlives_a_process(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("crate: true\nkye: email\n" + GOOD, encoding="utf-8")
    with pytest.raises(PermanentError) as caught:
        load(path)
    error = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(error, DeclarationError)
    assert error.lines == tuple(str(caught.value).splitlines())
    assert len(error.lines) == 2


def test_a_declaration_made_in_python_has_the_same_faults_without_lines() -> None:
    sync = ContactSync(
        sources={"crm": Source(read="x", columns={"nmae": "n"})},
        fields={"email": Email(), "age": Whole.model_validate({"keep": "longest"})},
    )
    with pytest.raises(DeclarationError) as caught:
        model_of(sync)
    assert caught.value.lines == (
        "sources.crm.columns.nmae: no field is called 'nmae'; there are email, age",
        "fields.age.keep: 'longest' is no rule for kind whole: use one of first, newest, max, min",
    )

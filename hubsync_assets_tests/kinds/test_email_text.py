"""The quick way to read an email gives what the slow way gives, for every character there is."""

import re

import hypothesis
import polars as pl
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from hubsync_assets.contacts.normalise import normalise
from hubsync_assets.kinds.cleaning import clean_text
from hubsync_assets.kinds.email_decorations import decorated, hold_several, undecorated
from hubsync_assets.kinds.email_text import read_emails, valid
from hubsync_assets.kinds.reading import Conventions
from hubsync_assets_tests.contacts.rows import given as rows_of
from hubsync_assets_tests.shipped import MODEL


def test_every_character_is_read_the_quick_way_as_it_is_the_slow_way() -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    given = pl.Series(characters) + "a@example.com"
    email, fits = read_emails(given, Conventions())
    slowly = clean_text(given, email=True).str.to_lowercase()
    assert email.equals(slowly)
    assert fits.equals(valid(slowly))
    assert email.filter(given == "\u212aa@example.com").to_list() == ["ka@example.com"]


@pytest.mark.parametrize(
    ("given", "email"),
    [
        ("mailto:A@example.com", "a@example.com"), ("Bob Fox <b@example.com>", "b@example.com"), ("<c@example.com>", "c@example.com"),
        ('"Fox, Bob" <b@example.com>', "b@example.com"), ("a@example.com <A@example.com>", "a@example.com"), ("d@example.com,", "d@example.com"),
        ("d@example.com ;", "d@example.com"), ("f@example.com.", "f@example.com"), ("'g@example.com'", "g@example.com"), ('"g@example.com"', "g@example.com"),
        ("\u201cg@example.com\u201d", "g@example.com"), ("<mailto:a@example.com>;", "a@example.com"), ("mailto: a@example.com", "a@example.com"),
        ("MAILTO:ana%2Bx%40example.com?subject=Hi%20you&cc=b@example.com", "ana+x@example.com"),
    ],
)  # fmt: skip
def test_decoration_around_an_email_is_taken_off(given: str, email: str) -> None:
    read, fits = read_emails(pl.Series([given, "plain@example.com", None]), Conventions())
    assert (read.to_list(), fits.to_list()) == ([email, "plain@example.com", None], [True, True, False])


@pytest.mark.parametrize(
    "given",
    ["a@example.com;b@example.com", "a@example.com ::: b@example.com", "a@example.com <b@example.com>", "mailto:a@example.com,b@example.com"],
)  # fmt: skip
def test_two_emails_in_one_place_are_no_email_and_the_reason_says_so(given: str) -> None:
    rows = rows_of({"email": given}, {"email": "a@b"})
    rejected = normalise(MODEL, rows).rejected
    assert rejected["reason"].to_list() == ["invalid_email", "invalid_email"]
    assert rejected["message"].to_list() == [
        "more than one email stands where one belongs",
        "the email is not one that can be synced",
    ]


@pytest.mark.parametrize(
    "given", ["a@example.com,,", "a@example.com.;", "a@example.com?subject=x y", "Bob <b>", "mailto:", "<>", "''"]
)
def test_what_is_left_without_decoration_has_to_be_an_email(given: str) -> None:
    email, fits = read_emails(pl.Series([given]), Conventions())
    assert (email.to_list(), fits.to_list()) == ([given.lower()], [False])


@settings(max_examples=300, deadline=None, derandomize=True)
@hypothesis.given(st.from_regex(r"\A['a-z0-9%?=+&_<>:.!-]{1,12}@[a-z0-9.',;>\"-]{1,10}\.[a-z]{2,4}[.,;'>]?\Z"))
def test_every_valid_email_stays_what_it_is(email: str) -> None:
    before = pl.Series([email])
    read, fits = read_emails(before, Conventions())
    if valid(before)[0]:
        assert (read[0], fits[0]) == (email, True)
    elif fits[0]:
        assert read[0] in email
        assert valid(read)[0]


_PIECES = st.sampled_from(
    [
        "mailto:",
        "a@b.io",
        "a%40b.io",
        "%2540",
        "c",
        "<",
        ">",
        "'",
        '"',
        "\u201c",
        "\u201d",
        ",",
        ";",
        ".",
        " ",
        "@",
        "?s=",
        "`",
    ]
)


@settings(max_examples=300, deadline=None, derandomize=True)
@hypothesis.given(st.lists(st.lists(_PIECES, max_size=6).map("".join), min_size=20, max_size=60))
def test_what_seems_undecorated_at_one_look_has_no_email_in_decoration(texts: list[str]) -> None:
    emails = pl.Series([text.strip() for text in texts])
    bare = undecorated(emails)
    is_taken_off = (valid(bare) & (bare != emails)).arg_true()
    assert set(is_taken_off) <= set(decorated(emails))


@settings(max_examples=300, deadline=None, derandomize=True)
@hypothesis.given(st.lists(st.lists(_PIECES, max_size=6).map("".join), min_size=20, max_size=60))
def test_several_are_told_in_a_column_as_they_are_one_by_one(texts: list[str]) -> None:
    def is_several(text: str) -> bool:
        addresses = re.findall(r"""[^\s"<>()\[\],;:]+@[^\s"<>()\[\],;:]+""", text.replace("mailto:", ""))
        return len({address.strip("'.`") for address in addresses}) > 1

    assert hold_several(pl.Series(texts)).to_list() == [is_several(text) for text in texts]
    assert hold_several(pl.Series([None, *texts]))[0] is False

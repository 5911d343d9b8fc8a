"""Which email addresses are taken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.emulator.emails import is_valid, normalise, top_level_domains


@pytest.mark.parametrize(
    "email",
    [
        "a@example.com",
        "first.last+tag@sub.example.design",
        "o'brien@example.ie",
        "user@email.삼성",
        "user@email.xn--cg4bki",
        "user@münchen.de",
        "josé@example.com",
        "a_b-c@example.vegas",
        "1@2.com",
    ],
)
def test_an_address_with_a_known_top_level_domain_is_valid(email: str) -> None:
    assert is_valid(email)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "@example.com",
        "a@",
        "a@example",
        "a@example.con",
        "a@example.comtttt",
        "a@@example.com",
        "a b@example.com",
        "a@exa mple.com",
        '"quoted"@example.com',
        ".a@example.com",
        "a.@example.com",
        "a..b@example.com",
        "a@-example.com",
        "a@example-.com",
        "a@exa_mple.com",
        "a@.com",
        "a@example..com",
        "a,b@example.com",
        "a@example.com,b@example.com",
        "a;b@example.com",
        "<a@example.com>",
        "a\n@example.com",
        "a@127.0.0.1",
    ],
)
def test_anything_else_is_not(email: str) -> None:
    assert not is_valid(email)


def test_the_list_of_top_level_domains_is_ianas() -> None:
    domains = top_level_domains()

    assert len(domains) > 1_500
    assert {"com", "es", "design", "vegas", "삼성", "xn--cg4bki", "рф"} <= domains
    assert not {"con", "local", "localhost", "test", "invalid"} & domains


@given(st.text(max_size=40))
@settings(max_examples=200, derandomize=True)
def test_any_text_is_either_valid_or_not_and_normalising_twice_is_normalising_once(text: str) -> None:
    email = normalise(text)

    assert is_valid(email) in (True, False)
    assert normalise(email) == email

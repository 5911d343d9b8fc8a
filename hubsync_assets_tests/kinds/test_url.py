"""Kind url."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hubsync_assets.kinds.url import Url
from hubsync_assets_tests.kinds.outcomes import BAD, UNKNOWN, read_texts
from hubsync_assets_tests.kinds.unhurried import UNHURRIED


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.com", "https://example.com"),
        ("example.com", "https://example.com"),
        ("//example.com/a", "https://example.com/a"),
        (" WWW.Example.COM/About \n", "https://www.example.com/About"),
        ("HTTP://EXAMPLE.com/A?b=C#D", "http://example.com/A?b=C#D"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("example.com?a=b", "https://example.com?a=b"),
        ("example.com.", "https://example.com"),
        ("https://m\u00fcnchen.de/stra\u00dfe", "https://m\u00fcnchen.de/stra\u00dfe"),
        ("xn--mnchen-3ya.de", "https://xn--mnchen-3ya.de"),
        ("a-b.c--d.example", "https://a-b.c--d.example"),
        ("https://example.com/@ann", "https://example.com/@ann"),
        ("https://example.com/a\u200bb", "https://example.com/ab"),
    ],
)
def test_an_address_gets_a_scheme_and_its_host_is_in_lower_case(text: str, url: str) -> None:
    assert read_texts(Url(name="site"), [text]) == [url]


@pytest.mark.parametrize(
    "text",
    [
        "ftp://example.com", "mailto:ann@example.com", "javascript:alert(1)", "ann@example.com", "https://ann@example.com",
        "https://ann:secret@example.com/", "localhost", "https://localhost/x", "example", "a.b", "1.5", "10.0.0.1", "http://10.0.0.1/",
        "https://[::1]/", "https://", "https:///x", "https:example.com", "https://example..com", "https://.example.com", "https://-a.com",
        "https://a-.com", "https://a_b.com", "https://example.com:0/", "https://example.com:65536", "https://example.com:x",
        "https://exa mple.com", "https://example.com/a b", 'https://example.com/"', "https://example.com/<b>", "https://example.com\\a",
        f"https://{'a' * 64}.com", f"https://{'a.' * 126}com", "Acme Inc.", "a.com, b.com", "https://a.com|b.com", "http://https://example.com",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_named_host_is_unreadable(text: str) -> None:
    assert read_texts(Url(name="site"), [text, "example.com"]) == [BAD, "https://example.com"]


def test_the_longest_host_and_label_are_valid() -> None:
    label, host = "a" * 63 + ".com", "a." * 125 + "com"
    assert read_texts(Url(name="site"), [label, f"http://{host}"]) == [f"https://{label}", f"http://{host}"]


@pytest.mark.parametrize(
    ("theirs", "same"),
    [
        ("https://example.com/", True),
        ("HTTPS://Example.com", True),
        (" https://example.com", True),
        ("http://example.com", False),
        ("https://example.com/a", False),
        ("example.com", False),
    ],
)
def test_case_of_the_host_and_a_slash_with_nothing_behind_it_mean_nothing(theirs: str, same: bool) -> None:
    assert Url(name="site").same("https://example.com", theirs, "string") is same
    assert not Url(name="site").same("https://example.com/a", "https://example.com/A", "string")


def by_hand(text: str) -> Any:
    """The standard library and a loop over the labels."""
    text = " ".join(text.split())
    if text in {"", "-", "--", "?"}:
        return UNKNOWN if text == "?" else None
    full = text if text.lower().startswith(("http://", "https://")) else "https://" + text.removeprefix("//")
    try:
        parts = urlsplit(full)
        host, colon, port = parts.netloc.lower().partition(":")
        int_port = parts.port
    except ValueError:
        return BAD
    if any(sign in full for sign in ' <>"\\') or (colon and str(int_port) != port) or int_port == 0:
        return BAD
    host = host.removesuffix(".")
    behind = full.partition("//")[2][len(parts.netloc) :]
    return f"{parts.scheme}://{host}{colon}{port}{behind}" if is_host(host) else BAD


def is_host(host: str) -> bool:
    labels = host.split(".")
    fit = all(
        0 < len(label) < 64 and label.strip("-") == label and label.replace("-", "").isalnum() for label in labels
    )
    return fit and len(labels) > 1 and len(host) <= 253 and len(labels[-1]) > 1 and not labels[-1].isdecimal()


pieces = st.sampled_from(
    ["http://", "https://", "HTTPS://", "//", "ftp://", "www", ".", "..", "example", "Com", "a", "-", "1", "12", ":", "80", "99999", "/", "?", "#", "@", " ", "a=b", "<", "\\", "|"]
)  # fmt: skip


@given(st.lists(st.lists(pieces, max_size=8).map("".join)))
@example(["http://www.example.Com:80/a?b", "a.12", "example.Com:080", "a.Com:"])
@UNHURRIED
def test_an_address_is_read_as_by_hand(texts: list[str]) -> None:
    assert read_texts(Url(name="site"), texts) == [by_hand(text) for text in texts]

"""What somebody meant by a word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.model.meant import meant, nearest, one_of

RULES = ("first", "newest", "max", "min", "longest", "any", "all", "union")


@pytest.mark.parametrize(
    ("word", "like"),
    [
        ("unoin", "union"),
        ("UNION", "union"),
        ("mx", "max"),
        ("longst", "longest"),
        ("frist", "first"),
        ("aany", "any"),
        ("sum", None),
    ],
)
def test_the_word_that_is_most_like_it_is_meant_if_any_is(word: str, like: str | None) -> None:
    assert nearest(word, RULES) == like


def test_two_letters_that_have_changed_places_are_one_slip() -> None:
    assert nearest("yb", ("by", "how")) == "by"
    assert nearest("ow", ("by", "wo")) == "wo"


@settings(deadline=None)
@given(word=st.sampled_from(("by", "how", "was", "key", "read")), data=st.data())
def test_one_slip_is_enough_in_the_shortest_words(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyzñ"))
    for slip in (word[:at] + letter + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + word[at + 1 :]):
        assert nearest(slip, (word, "create_properties")) == word


def test_of_two_that_are_alike_the_nearer_one_is_meant() -> None:
    assert nearest("names", ("name", "null_words", "fields")) == "name"
    assert nearest("create_propertis", ("create", "create_properties")) == "create_properties"


def test_the_words_say_what_is_meant_or_what_there_is() -> None:
    assert meant("unoin", RULES) == "; did you mean 'union'?"
    assert meant("sum", ("max", "xyz")) == "; there are max, xyz"
    assert meant("q", ("max",)) == "; there is max"
    assert meant("q", ()) == ""
    assert meant("q", [f"field{number}" for number in range(26)]) == ""
    assert meant("q", (".", ",")) == "; there are '.', ','"
    assert one_of(("a",)) == "a"
    assert one_of(("a", "b", "c")) == "a, b or c"

"""A slip of the finger in a key is told, where it is and with what was meant; and whatever a file says, nothing but our lines comes of it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from hubsync_assets.declaring.document import Keys
from hubsync_assets.declaring.errors import DeclarationError
from hubsync_assets.declaring.known_keys import keys_of, model_at
from hubsync_assets.declaring.loading import declared_in
from hubsync_assets.declaring.yaml_text import read_yaml
from hubsync_assets.kinds.registry import KINDS
from hubsync_assets_tests.declaring.declarations import declarations

Path = tuple[str, ...]


def lines_of(text: str) -> tuple[str, ...]:
    """What is told of a file; nothing where it can be used."""
    try:
        declared_in(text, "hubsync.yaml")
    except DeclarationError as error:
        return error.lines
    return ()


def keys_in(data: Keys, node: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of everything that is a key, and no name that somebody has chosen."""
    if not isinstance(node, Keys):
        return
    model = model_at(data, path)
    # A property with forms has names of properties where another one has keys.
    known = keys_of(model).keys() if model is not None and (path[-1:] != ("property",) or "name" in node) else set()
    for key, value in node.items():
        if key in known:
            yield (*path, key)
        yield from keys_in(data, value, (*path, key))


@st.composite
def slips(draw: st.DrawFn, word: str) -> str:
    at = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from("aeioulnrstxz_"))
    return draw(
        st.sampled_from(
            (
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            )
        )
    )


@settings(max_examples=400, deadline=None)
@given(data=st.data(), declared=declarations())
def test_one_misspelled_key_is_told_in_its_line_with_what_was_meant_and_nothing_else(
    data: st.DataObject, declared: dict[str, Any]
) -> None:
    text = yaml.safe_dump(declared, sort_keys=False)
    read, _ = read_yaml(text)
    assert read is not None
    path = data.draw(st.sampled_from(list(keys_in(read, read))))
    slip = data.draw(slips(path[-1]))
    above: Any = read
    for part in path[:-1]:
        above = above[part]
    number = above.lines[path[-1]]
    model = model_at(read, path[:-1])
    assert model is not None
    # What is a key itself is no slip, and neither is nothing or a number.
    assume(slip not in keys_of(model) and slip not in above and slip.strip("_"))
    assume(not any(slip in keys_of(kind) for kind in KINDS.values()))
    lines = text.splitlines()
    lines[number - 1] = re.sub(rf"^(\s*){path[-1]}:", rf"\g<1>{slip}:", lines[number - 1])
    with pytest.raises(DeclarationError) as caught:
        declared_in("\n".join(lines), "hubsync.yaml")
    shown = ".".join((*path[:-1], slip))
    assert caught.value.lines == (f"hubsync.yaml:{number}: {shown}: there is no such key; did you mean '{path[-1]}'?",)


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(("", "max", "text", "email", "crm", "a", "env:", "first", "x.y", "newest")),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ("key", "sources", "fields", "together", "create", "kind", "keep", "rule", "by", "order", "property", "name", "label", "write",
             "read", "columns", "constants", "where", "was", "crm", "email", "only", "form", "default", "region_from", "x", "knd", "rde")
        ),
        inner,
        max_size=4,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(node=NODES)
@example(node={"sources": {"crm": {"read": "x"}}, "fields": {"email": {"kind": "email"}}})
def test_whatever_a_file_says_it_is_read_or_told_in_our_own_lines(node: Any) -> None:
    text = yaml.safe_dump(node, sort_keys=False)
    for line in lines_of(text):
        assert re.fullmatch(r"hubsync\.yaml:[1-9][0-9]*: \S.*[^.\s]", line), line
        assert 1 <= int(line.split(":")[1]) <= len(text.splitlines())
        assert not re.search(r"Input|pydantic|https?:|instance|NoneType", line), line


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="ab:{}[],-&*!|>'\"%@`# \n\t?~", max_size=40))
def test_any_text_is_yaml_or_told_in_one_line(text: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        declared_in(text, "hubsync.yaml")
    assert all(line.startswith("hubsync.yaml:") for line in caught.value.lines)


@settings(max_examples=150, deadline=None)
@given(declared=declarations(), other=NODES, data=st.data())
def test_a_part_that_is_replaced_by_anything_is_read_or_told_in_our_own_lines(
    declared: dict[str, Any], other: Any, data: st.DataObject
) -> None:
    part = data.draw(st.sampled_from(("sources", "fields")))
    name = data.draw(st.sampled_from(list(declared[part])))
    if data.draw(st.booleans()) and isinstance(declared[part][name], dict):
        key = data.draw(st.sampled_from(list(declared[part][name])))
        declared[part][name] = {**declared[part][name], key: other}
    else:
        declared[part][name] = other
    # Only what was replaced is wrong, and whatever names it.
    for line in lines_of(yaml.safe_dump(declared, sort_keys=False)):
        assert f"{part}." in line or ": key: " in line, line

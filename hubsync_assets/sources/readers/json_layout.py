"""Where the records of a JSON file stand: one a line, in one array, or somewhere inside; declared, or found in its beginning.

Found is what is certain: exactly one place has records with the key. Keep out: reading them, and words about files that have none.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from hubsync_assets.model.columns import Columns
from hubsync_assets.model.records_path import RecordsPath
from hubsync_assets.sources.readers.json_beginning import beginning, value_at
from hubsync_assets.sources.readers.json_messages import NO_RECORDS
from hubsync_assets.sources.readers.json_scanner import Step
from hubsync_assets.sources.readers.json_value import Fault, Members, scan, skip_space
from hubsync_assets.sources.readers.keys import KEY
from hubsync_assets.sources.readers.one_document import is_one_document

__all__ = ["Layout", "at_path", "find_layout", "opened"]

_DEEPEST = 6
_ELEMENTS = 1000
_SEVERAL_ARRAYS = re.compile(r"\][ \t\r]*,?[ \t\r]*\n[\s,]*\[")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file's records stand.

    Attributes:
        kind: ``array``: the file is one. ``lines``: one record on each. ``values``: one after the other, over any number of lines.
            ``inside``: in arrays inside of values. ``nowhere``: it is one document, and none was found. ``several``: nobody knows which.
        path: The steps to the array, where it is inside.
        wrapper: The keys that lead to what each record wraps.
    """

    kind: Literal["array", "lines", "values", "inside", "nowhere", "several"]
    path: tuple[Step, ...] = ()
    wrapper: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where records were found: in arrays at a path, or, without one, as the values themselves."""

    path: tuple[Step, ...] | None
    wrapper: tuple[str, ...] = ()


def find_layout(text: str, *, lines: bool, columns: Columns, declared: RecordsPath | None = None) -> Layout:
    r"""Look at the beginning of a JSON file.

    Args:
        text: The beginning, or all of it.
        lines: It is named as a file of lines, or begins with an object.
        columns: What is looked for; the key tells records from other objects.
        declared: Where records stand.

    Example:
        >>> from hubsync_assets.model.contact_model import ContactModel
        >>> from hubsync_assets.model.declaration import ContactSync
        >>> fields = {"email": {"kind": "email"}}
        >>> sync = ContactSync.model_validate({"sources": {"crm": {"read": "x.json"}}, "fields": fields})
        >>> columns = ContactModel(sync).columns("crm")
        >>> layout = find_layout('{"data": {"items": [{"email": "a"}, {"em', lines=True, columns=columns)
        >>> layout.kind, layout.path
        ('inside', ('data', 'items'))
    """
    start = skip_space(text, 0)
    plain: Layout = Layout("lines" if lines else "array")
    if text[start : start + 1] not in {"[", "{"}:
        return plain
    if declared is not None:
        return _declared(text, plain, declared)
    is_document = lines and (is_one_document(text) or _has_commas(text, start))
    if not is_document and _is_plain(text, start, columns, lines=lines):
        return plain
    values = beginning(text)
    if not values:
        return Layout("nowhere") if is_document else plain
    return _found(text, plain, values, columns, is_document=is_document)


def _found(text: str, plain: Layout, values: list[object], columns: Columns, *, is_document: bool) -> Layout:
    is_list = isinstance(values[0], list) and not isinstance(values[0], Members)
    if plain.kind == "array" and (len(values) == 1 or not _are_several(text)):
        # Behind the array there is nothing, or what nobody knows.
        values = values[:1]
    places = set(_places(_without_messages(values), columns))
    if len(places) > 1:
        bare = _Place((), ()) if is_list else _Place(None, ())
        if bare in places and not (is_document and len(values) == 1):
            places = {bare}
        else:
            return Layout("several")
    if not places:
        return Layout("nowhere") if is_document else plain
    (place,) = places
    if place.path == () and any(isinstance(value, Members) for value in values):
        return Layout("values", wrapper=place.wrapper)
    return _layout(place, len(values), is_document=is_document)


def _layout(place: _Place, values: int, *, is_document: bool) -> Layout:
    if place.path is None:
        return Layout("values" if is_document else "lines", wrapper=place.wrapper)
    if place.path == () and values == 1:
        return Layout("array", wrapper=place.wrapper)
    return Layout("inside", place.path, place.wrapper)


def _declared(text: str, plain: Layout, declared: RecordsPath) -> Layout:
    """The same path may lead to an array, or from each record to what it wraps: the file says which."""
    is_document = plain.kind == "lines" and is_one_document(text)
    values = beginning(text)
    if plain.kind == "array" and not _are_several(text):
        values = values[:1]
    lists = [value for value in values if isinstance(value, list) and not isinstance(value, Members)]
    if declared.wrapper or not declared.path or any(_is_list(at_path(value, declared.path)) for value in values):
        if not declared.path and not lists:
            return Layout("values" if is_document else "lines", wrapper=declared.wrapper)
        one = declared.path == () and len(values) == 1
        return Layout("array", (), declared.wrapper) if one else Layout("inside", declared.path, declared.wrapper)
    keys = tuple(step for step in declared.path if isinstance(step, str))
    elements = [element for value in lists for element in value]
    if len(keys) == len(declared.path) and any(at_path(value, keys) is not None for value in elements or values):
        return _layout(_Place(() if lists else None, keys), len(values), is_document=is_document)
    return Layout("inside", declared.path, declared.wrapper)


def at_path(value: object, path: Iterable[Step]) -> object:
    """What the steps lead to in a value; None: nothing."""
    for step in path:
        if isinstance(step, str) and isinstance(value, Members):
            value = dict(value).get(step)
        elif isinstance(step, int) and _is_list(value) and step < len(value):  # type: ignore[arg-type]
            value = value[step]  # type: ignore[index]
        else:
            return None
    return value


def _is_list(value: object) -> bool:
    return isinstance(value, list) and not isinstance(value, Members)


def _is_plain(text: str, start: int, columns: Columns, *, lines: bool) -> bool:
    """Whether the first record has the key, as nearly always: then nothing else is looked at."""
    if lines == (text[start] == "["):
        return False
    if not lines and _are_several(text):
        return False
    at = start if lines else skip_space(text, start + 1)
    return text[at : at + 1] == "{" and _has_key(value_at(text, at)[0], columns)


def _are_several(text: str) -> bool:
    """Whether one array stands on a line, and another below."""
    begin = skip_space(text, 0)
    end = text.find("\n", begin)
    bracket = text.rfind("]", begin, end + 1)
    if end < 0 or bracket < 0 or not _SEVERAL_ARRAYS.match(text, bracket):
        return False
    try:
        return scan(text, begin)[1] == bracket + 1
    except Fault:
        return False


def _has_commas(text: str, start: int) -> bool:
    """Whether commas stand between objects on lines, as in an array without its brackets."""
    _, end, whole = value_at(text, start) if text[start] == "{" else (None, start, False)
    return whole and text[skip_space(text, end) :][:1] == ","


def _without_messages(values: list[object]) -> list[object]:
    """The same without what stands between records of Singer: a schema has the key, too."""
    if not any(isinstance(value, Members) and "record" in dict(value) for value in values):
        return values
    return [value for value in values if not (isinstance(value, Members) and dict(value).get("type") in NO_RECORDS)]


def _has_key(value: object, columns: Columns) -> bool:
    places = (columns.place(key) for key, _ in value) if isinstance(value, Members) else ()
    return any(place is not None and place[0] == KEY for place in places)


def _places(values: list[object], columns: Columns) -> Iterator[_Place]:
    for value in values[:_ELEMENTS]:
        if isinstance(value, Members):
            yield from (_Place(None, wrapper) for wrapper in _wrappers(value, columns))
            if not _has_key(value, columns) or len(values) == 1:
                yield from _inside(value, (), columns)
        else:
            yield from _inside(value, (), columns)


def _inside(value: object, path: tuple[Step, ...], columns: Columns) -> Iterator[_Place]:
    """Arrays of records in a value, each once; not those in records."""
    if len(path) > _DEEPEST:
        return
    if isinstance(value, Members):
        for key, member in value:
            if isinstance(member, list):
                yield from _inside(member, (*path, key), columns)
    elif isinstance(value, list):
        elements = value[:_ELEMENTS]
        wrappers = {wrapper for element in elements for wrapper in _wrappers(element, columns)}
        if () in wrappers:
            yield _Place(path)
        elif wrappers:
            yield from (_Place(path, wrapper) for wrapper in wrappers)
        else:
            for number, element in enumerate(elements):
                if isinstance(element, list):
                    yield from _inside(element, (*path, number), columns)


def _wrappers(value: object, columns: Columns, depth: int = 0) -> Iterator[tuple[str, ...]]:
    """The keys that lead from an object to one with the key: none where it has it itself."""
    if _has_key(value, columns):
        yield ()
    elif isinstance(value, Members) and depth < 3:
        for key, member in value:
            yield from ((key, *inner) for inner in _wrappers(opened(member), columns, depth + 1))


def opened(member: object) -> object:
    """JSON that is written as text is what it says."""
    if isinstance(member, str) and member[:1] == "{":
        try:
            return scan(member, 0)[0]
        except Fault:
            return None
    return member

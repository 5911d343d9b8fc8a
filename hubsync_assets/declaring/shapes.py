"""The first pass: whether each key may stand where it stands, and whether its value fits.

Put here: what pydantic finds, by the place in the file. A misspelled key or kind is told and then read as what was meant, so that all that is
below it is checked as well. Keep out: sentences (``fault_words``), and what needs more than one key (``model.faults``).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from hubsync_assets.declaring.document import Keys, Line, at, place_of
from hubsync_assets.declaring.fault_words import Misfit, in_passing, quoted, words_for
from hubsync_assets.declaring.known_keys import description_of, keys_of, model_at
from hubsync_assets.declaring.property_shape import mend_property
from hubsync_assets.kinds.registry import KINDS
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.model.meant import meant, nearest

__all__ = ["Shape", "check_shape"]

_KEY = "[key]"
_FORMS_OF_PROPERTY = frozenset({"name", "names", "detail", "forms"})

_TRUTHS = frozenset({"true", "false"})
"""A default that is one needs no word for it; for a text it is read as text again."""

Path = tuple[str | int, ...]
Error = Mapping[str, Any]


class Shape(NamedTuple):
    """What the first pass finds.

    Attributes:
        faults: what is wrong.
        broken: the paths of what is wrong and could not be taken for something else.
    """

    faults: list[Line]
    broken: list[Path]


def check_shape(data: Keys) -> Shape:
    """Check every key by itself; ``data`` is changed where a key was meant to be another one."""
    faults: list[Line] = []
    _mend_fields(data, faults)
    errors = _errors(data)
    # Below what was mended there may be more of the kind.
    while _mend(data, errors, faults):
        errors = _errors(data)
    broken: list[Path] = []
    for path, several in _by_path(data, errors):
        broken.append(path)
        faults.append(_line(data, path, several))
    return Shape(faults, broken)


def _errors(data: Keys) -> list[Error]:
    try:
        ContactSync.model_validate(data)
    except ValidationError as error:
        return [dict(each) for each in error.errors(include_url=False)]
    return []


def _mend_fields(data: Keys, faults: list[Line]) -> None:
    """What pydantic cannot see: a field is told its name, forms of a property may have any name, and a default is more than one type."""
    fields = data.get("fields")
    for name, field in fields.items() if isinstance(fields, Keys) else ():
        if not isinstance(field, Keys):
            continue
        if "name" in field:
            line, path = place_of(data, ("fields", name, "name"))
            faults.append(
                Line(line, path, "there is no such key: its name stands above, and HubSpot's name in property")
            )
            del field["name"]
        _mend_kind(data, name, field, faults)
        default = field.get("default")
        if isinstance(default, str) and default in _TRUTHS:
            field["default"] = default == "true"
        mend_property(data, name, field, faults)


def _mend_kind(data: Keys, name: str, field: Keys, faults: list[Line]) -> None:
    """Without its kind nothing of a field is checked."""
    if "kind" in field:
        return
    for key in list(field):
        if nearest(key, ("kind",)) is not None and not _of_other_kinds(("fields", name, key)):
            faults.append(_unknown(data, ("fields", name, key), "; did you mean 'kind'?"))
            field.take_for(key, "kind")
            return


def _mend(data: Keys, errors: Sequence[Error], faults: list[Line]) -> bool:
    """Take keys and kinds for what they are like."""
    mended = False
    for error in errors:
        path = _path(data, error)
        if error["type"] == "extra_forbidden" and (model := model_at(data, path[:-1])) is not None:
            above, key = at(data, path[:-1]), str(path[-1])
            free = [other for other in keys_of(model) if other not in above]
            like = None if _of_other_kinds(path) else nearest(key, free)
            if like is not None and nearest(key, keys_of(model)) == like:
                faults.append(_unknown(data, path, f"; did you mean '{like}'?"))
                above.take_for(key, like)
                mended = True
        elif error["type"] == "union_tag_invalid" and isinstance(kind := at(data, (*path, "kind")), str):
            like = nearest(kind, KINDS)
            if like is not None:
                line, shown = place_of(data, (*path, "kind"))
                faults.append(Line(line, shown, f"{quoted(kind)} is no kind; did you mean '{like}'?"))
                at(data, path)["kind"] = like
                mended = True
    return mended


def _by_path(data: Keys, errors: Sequence[Error]) -> list[tuple[Path, list[Error]]]:
    """The errors of each place; of the ways in which a value could have fitted, the one that came furthest."""
    found: dict[tuple[Path, bool], list[Error]] = defaultdict(list)
    for error in errors:
        path = _path(data, error)
        # A list that lacks elements because they do not fit is not empty.
        if error["type"] != "too_short" or not at(data, path):
            found[path, error["loc"][-1] == _KEY].append(error)
    paths = {path for path, _ in found}
    return [
        (path, several)
        for (path, of_key), several in found.items()
        if of_key
        or several[0]["loc"][-1] == path[-1]
        or not any(path == other[: len(path)] != other for other in paths)
    ]


def _path(data: Keys, error: Error) -> Path:
    """Where an error is, without what pydantic puts in between: which kind, which form of a property, which of several types."""
    loc = list(error["loc"])
    if loc[:1] == ["fields"] and loc[2:3] and loc[2] in KINDS:
        del loc[2]
        if loc[2:3] == ["property"] and loc[3:4] and loc[3] in _FORMS_OF_PROPERTY:
            del loc[3]
    path: list[str | int] = []
    node: Any = data
    for part in loc:
        below = at(node, (part,))
        if below is not None or (isinstance(node, Keys) and part in node):
            node = below
            path.append(part)
    if error["type"] == "missing":
        path.append(loc[-1])
    return tuple(path)


def _line(data: Keys, path: Path, errors: Sequence[Error]) -> Line:
    kind, key = errors[0]["type"], str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        model = model_at(data, path[:-1])
        return _unknown(data, path, meant(key, keys_of(model)) if model is not None else "")
    if kind == "missing":
        line, shown = place_of(data, path[:-1])
        return Line(line, shown, f"{key} is missing: {in_passing(description_of(data, path))}")
    if kind in {"union_tag_not_found", "union_tag_invalid"} and path[:1] == ("fields",):
        return _no_kind(data, path)
    line, shown = place_of(data, path)
    is_secret = path[:1] == ("sources",) and path[2:3] in {(), ("read",)} and errors[0]["loc"][-1] != _KEY
    words = words_for(errors, Misfit(key, description_of(data, path), is_secret))
    if kind in {"model_attributes_type", "model_type"} and len(path) == 2:
        words += _written_out(path, errors[0]["input"])
    return Line(line, shown, words)


def _unknown(data: Keys, path: Path, meaning: str) -> Line:
    line, shown = place_of(data, path)
    others = _of_other_kinds(path)
    if others:
        kind = at(data, (*path[:2], "kind"))
        have = "has" if len(others) == 1 else "have"
        return Line(line, shown, f"kind {kind} has no such key; {' and '.join(others)} {have} it")
    return Line(line, shown, f"there is no such key{meaning}")


def _of_other_kinds(path: Path) -> list[str]:
    """The kinds that have a key, if it stands in a field."""
    if path[:1] != ("fields",) or len(path) != 3:
        return []
    return [kind for kind, model in KINDS.items() if path[2] in keys_of(model)]


def _no_kind(data: Keys, path: Path) -> Line:
    kind = at(data, (*path, "kind"))
    line, shown = place_of(data, (*path, "kind") if kind is not None else path)
    if kind is None:
        return Line(line, shown, f"kind is missing; there are {', '.join(KINDS)}")
    return Line(line, shown, f"{quoted(kind)} is no kind" + meant(kind if isinstance(kind, str) else "", KINDS))


def _written_out(path: Path, value: Any) -> str:  # noqa: ANN401 - whatever stands in the file
    if path[0] == "sources":
        return ": write {read: ...}"
    like = nearest(value, KINDS) if isinstance(value, str) else None
    return f": write {{kind: {like or '...'}}}"

"""What is left of a declaration without its broken keys, for the second pass.

Put here: leaving out, and what is known to be broken. Keep out: finding it (``shapes``).
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from hubsync_assets.declaring.document import Keys
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.registry import AnyField
from hubsync_assets.model.declaration import ContactSync, Source
from hubsync_assets.model.faults import Broken

__all__ = ["well_formed"]

_ANY_FIELD: TypeAdapter[Field] = TypeAdapter(AnyField)
_PARTS = ("sources", "fields")


def well_formed(data: Keys, broken: Sequence[tuple[str | int, ...]]) -> tuple[ContactSync, Broken]:
    """The declaration as far as each key is right.

    Args:
        data: the file.
        broken: the paths of what is not.
    """
    paths = set(broken)
    rest = _without(data, (), paths)
    top = frozenset(str(path[0]) for path in paths if len(path) == 1)
    sources = {name: each for name, value in _mapping(rest, "sources") if (each := _valid(Source, value)) is not None}
    fields = {
        name: each for name, value in _mapping(rest, "fields") if (each := _valid(_ANY_FIELD, value, name)) is not None
    }
    sync = ContactSync.model_construct(
        _fields_set={key for key in rest if key in ContactSync.model_fields},
        sources=sources,
        fields=fields,
        **_others(rest),
    )
    names = {
        part: frozenset(str(path[1]) for path in paths if path[:1] == (part,) and len(path) > 1)
        | {name for name, _ in _mapping(data, part) if name not in found}
        for part, found in zip(_PARTS, (sources.keys(), fields.keys()), strict=True)
    }
    return sync, Broken(top, fields=names["fields"], sources=names["sources"])


def _without(value: Any, path: tuple[str | int, ...], broken: set[tuple[str | int, ...]]) -> Any:  # noqa: ANN401 - see ``Keys``
    """The value without what is at the broken paths; of a list all goes, for the places of its elements count."""
    if isinstance(value, dict):
        return {
            key: rest
            for key, each in value.items()
            if (*path, key) not in broken and (rest := _without(each, (*path, key), broken)) is not _GONE
        }
    if isinstance(value, list):
        is_broken = any(other[: len(path)] == path and len(other) > len(path) for other in broken)
        return _GONE if is_broken else value
    return value


_GONE = object()


def _mapping(data: dict[str, Any], key: str) -> list[tuple[str, Any]]:
    value = data.get(key)
    return list(value.items()) if isinstance(value, dict) else []


def _valid(model: type[Source] | TypeAdapter[Field], value: Any, name: str | None = None) -> Any:  # noqa: ANN401 - one of both
    """A part; None where what is left of it is none."""
    if not isinstance(value, dict):
        return None
    try:
        if isinstance(model, TypeAdapter):
            return model.validate_python({**value, "name": name})
        return model.model_validate(value)
    except ValidationError:
        return None


def _others(rest: dict[str, Any]) -> dict[str, Any]:
    """The keys that are neither sources nor fields, in the model's types."""
    alone = {key: value for key, value in rest.items() if key not in _PARTS and key in ContactSync.model_fields}
    stand_in: dict[str, Any] = {"sources": {"a": {"read": "a"}}, "fields": {"a": {"kind": "email"}}}
    whole: BaseModel = ContactSync.model_validate({**alone, **stand_in})
    return {key: getattr(whole, key) for key in ContactSync.model_fields if key not in _PARTS}

"""Which keys may stand at a place of the file, and what each is for.

Put here: the way from a path to the model that checks what stands there. Keep out: the models.
"""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from hubsync_assets.declaring.document import Keys, at
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.registry import KINDS
from hubsync_assets.model.declaration import ContactSync, Source

__all__ = ["INTERNAL", "description_of", "keys_of", "model_at", "summary_of"]

INTERNAL = frozenset({"name"})
"""What a field is told and nobody writes."""


def model_at(data: Keys, path: Sequence[str | int]) -> type[BaseModel] | None:
    """The model of the mapping at a path; None: its keys are names, or nobody knows."""
    match path:
        case ():
            return ContactSync
        case ("sources", _):
            return Source
        case ("fields", name):
            kind = at(data, ("fields", name, "kind"))
            return KINDS.get(kind) if isinstance(kind, str) else None
        case ("sources" | "fields", _, key, *rest) if not rest:
            return _below(model_at(data, path[:2]), key)
    return None


def keys_of(model: type[BaseModel]) -> dict[str, str]:
    """The keys that may be written for a model, each with what it is for."""
    internal = INTERNAL if issubclass(model, Field) else frozenset()
    return {
        field.alias or name: field.description or _inherited(model, name)
        for name, field in model.model_fields.items()
        if name not in internal
    }


def _inherited(model: type[BaseModel], name: str) -> str:
    """What a key is for that a model only narrows."""
    above = (base.model_fields.get(name) for base in model.__mro__ if issubclass(base, BaseModel))
    return next((field.description for field in above if field is not None and field.description), "")


def description_of(data: Keys, path: Sequence[str | int]) -> str:
    """What the key at a path is for; empty where nobody says so."""
    model = model_at(data, path[:-1]) if path else None
    return keys_of(model).get(str(path[-1]), "") if model is not None else ""


def _below(model: type[BaseModel] | None, key: str | int) -> type[BaseModel] | None:
    """The model that a key's value may be."""
    if model is None:
        return None
    for name, field in model.model_fields.items():
        if key == (field.alias or name):
            return next(_models_in(field.annotation), None)
    return None


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - whatever an annotation is
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def summary_of(model: type[BaseModel]) -> str:
    """The first line of a model's docstring."""
    return (model.__doc__ or "").strip().partition("\n")[0]

"""Configs whose wrong values are refused by the launchpad, not by the run: each field's pydantic constraints count when a run is asked for.

Dagster looks at types and enumerations then, and at the rest of a ``dg.Config`` only when its step begins. What is wrong is said in one line
that does not repeat it, for a person may have put an email there. Put here: that. Keep out: what can be told (``run_config``).
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._config.config_type import ScalarUnion
from dagster._config.field_utils import Selector
from pydantic import ValidationError

__all__ = ["checked"]


class _Checked(ScalarUnion):
    """A text or a number that one field of a config takes; as Dagster's own, it may also be a variable's."""

    def __init__(self, config: type[dg.Config], name: str, scalar: type[str] | type[int]) -> None:
        super().__init__(
            scalar_type=scalar,
            non_scalar_schema=Selector({"env": str}),  # type: ignore[no-untyped-call]
            _key=f"Checked.{config.__name__}.{name}",
        )
        self._config, self._name = config, name
        self._usual = dg.IntSource if scalar is int else dg.StringSource

    def post_process(self, value: Any) -> Any:  # noqa: ANN401 - whatever was written
        """The value, if the field takes it."""
        given = self._usual.post_process(value)  # type: ignore[no-untyped-call]
        try:
            self._config(**{self._name: given})
        except ValidationError as error:
            faults = error.errors(include_input=False, include_url=False)
            # Others that have to be given are looked at as fields of their own.
            if words := "; ".join(_words(each["msg"]) for each in faults if each["loc"][:1] == (self._name,)):
                # Of Dagster's own errors this one alone is shown as it is: of a PostProcessingError the value is, too.
                raise dg.DagsterInvalidConfigError(f"{self._name}: {words}", [], None) from None  # type: ignore[no-untyped-call]
        return given


def _words(message: str) -> str:
    """A validator's own words stand behind pydantic's."""
    return message.removeprefix("Value error, ")


def _switches(field: dg.Field) -> dg.Field:
    """The same, or its like where it has switches in it: Dagster takes null for one that is on or off, and a run does not."""
    kind = field.config_type
    if isinstance(kind, dg.Noneable) and kind.inner_type.key == dg.BoolSource.key:
        kind = kind.inner_type
    elif isinstance(kind, dg.Shape):
        kind = dg.Shape({name: _switches(inner) for name, inner in kind.fields.items()})  # type: ignore[no-untyped-call]
    else:
        return field
    default = {"default_value": field.default_value} if field.default_provided else {}
    return dg.Field(kind, description=field.description, is_required=field.is_required, **default)


def checked(config: type[dg.Config], **kinds: type[str] | type[int]) -> Mapping[str, dg.Field]:
    """The schema of a config, for ``config_schema``.

    Args:
        config: What is told; a field without a default has to be.
        kinds: By name, the fields with constraints, and whether they are texts or numbers.
    """
    found = {name: _switches(field) for name, field in config.to_fields_dict().items()}
    for name, kind in kinds.items():
        usual = found[name]
        checked_type = _Checked(config, name, kind)
        if not usual.default_provided:
            found[name] = dg.Field(checked_type, description=usual.description, is_required=usual.is_required)
            continue
        default = usual.default_value
        found[name] = dg.Field(
            dg.Noneable(checked_type) if default is None else checked_type,
            description=usual.description,
            default_value=default,
        )
    return found

"""One portal's properties, asked about values: which text it takes for ours, and whether what it holds means the same.

Put here: options, by value and by label, and what a property that is missing or may not be written changes. Keep out: whether the portal can
be written at all (``schema_check``), a value's own form (``kinds``), and which contacts are compared (``live``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.values import PropertySchema
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.multi import BETWEEN
from hubsync_assets.kinds.property import Target

__all__ = ["LONGEST_TEXT", "NOT_AN_OPTION", "TOO_LONG", "PortalValues", "Unfit", "option_of"]

LONGEST_TEXT = 65_536
"""Characters that a text property takes (properties guide)."""
NOT_AN_OPTION = "not_an_option"
TOO_LONG = "too_long"

_MOST_KNOWN = 50_000
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Unfit:
    """A value that a property does not take. ``message`` may quote it, and is for tables."""

    field_name: str
    property_name: str
    category: str
    message: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Writable:
    """A property that is written: the field it is of, and how."""

    field: Field
    target: Target
    schema: PropertySchema | None


class PortalValues:
    """What one portal makes of the values of one model.

    Args:
        mapping: How contacts are written.
        schema: The portal's properties by name.

    Attributes:
        mapping: The same.
    """

    def __init__(self, mapping: PropertyMapping, schema: Mapping[str, PropertySchema]) -> None:
        self.mapping = mapping
        self._writable = {
            target.property.name: _Writable(field, target, schema.get(target.property.name))
            for field in mapping.fields.values()
            for target in field.targets
        }
        self._left_out = {
            name
            for name, it in self._writable.items()
            if it.target.goes_along and (it.schema is None or it.schema.read_only)
        }
        self._chosen = {
            name for name, it in self._writable.items() if it.schema is not None and it.schema.type == "enumeration"
        }
        self._options: dict[tuple[str, str], str | None] = {}

    def field_of(self, name: str) -> str:
        """The name of the field that is written to a property."""
        return self._writable[name].field.name

    def described(self, field_name: str) -> str:
        """The properties of a field as the portal has them, in words that change where what it takes does.

        One that is missing is described as it will be once it is created, so that what is settled before stays settled after.
        """
        return "; ".join(
            f"{name}: {_type_and_options(it)}"
            for name, it in self._writable.items()
            if it.field.name == field_name and not it.target.goes_along
        )

    def shapes(self) -> dict[str, str]:
        """By name, what each property that the portal has, and that may be written, takes."""
        return {
            name: _type_and_options(it)
            for name, it in self._writable.items()
            if it.schema is not None and not it.target.goes_along
        }

    def goes_along(self, name: str) -> bool:
        """Whether a property is written only where the field's first one is."""
        return self._writable[name].target.goes_along

    def fit(self, properties: Mapping[str, str]) -> tuple[dict[str, str], list[Unfit]]:
        """What of some properties the portal takes, in the form that it takes, and what it does not.

        Args:
            properties: In HubSpot's form; ``""``: to be made empty, which every property takes. Without ``email``.
        """
        if not self._chosen and not self._left_out and max(map(len, properties.values()), default=0) <= LONGEST_TEXT:
            return dict(properties), []
        fitting: dict[str, str] = {}
        unfit: list[Unfit] = []
        for name, text in properties.items():
            if name in self._left_out:
                continue
            if not text:
                fitting[name] = text
            elif len(text) > LONGEST_TEXT:
                unfit.append(self._too_long(name, text))
            elif name not in self._chosen:
                fitting[name] = text
            elif (option := self._option(name, text)) is not None:
                fitting[name] = option
            elif not self.goes_along(name):
                unfit.append(self._no_option(name, text))
        return fitting, unfit

    def means(self, name: str, ours: str, theirs: str) -> bool:
        """Whether what HubSpot holds in a property means what we would write there; neither is empty."""
        if ours == theirs:
            return True
        it = self._writable[name]
        type_ = it.target.property.type if it.schema is None else it.schema.type
        if it.field.means(ours, theirs, type_):
            return True
        if name not in self._chosen or it.schema is None:
            return False
        mine, label = self._option(name, ours) or ours, it.schema.options.get(theirs)
        return mine.casefold() == theirs.casefold() or (bool(label) and it.field.means(ours, str(label), type_))

    def _option(self, name: str, text: str) -> str | None:
        """What an enumeration takes for a text; None: nothing that it takes means that."""
        known = self._options.get((name, text))
        if known is None and (name, text) not in self._options:
            if len(self._options) >= _MOST_KNOWN:
                self._options.clear()
            known = self._options[name, text] = self._find(self._writable[name], text)
        return known

    def _find(self, it: _Writable, text: str) -> str | None:
        assert it.schema is not None  # noqa: S101 - only asked of enumerations that the portal has
        if not it.schema.takes_several:
            return option_of(it.field, it.schema, text)
        found = [option_of(it.field, it.schema, element) for element in text.split(BETWEEN)]
        return None if None in found else BETWEEN.join(filter(None, found))

    def _no_option(self, name: str, text: str) -> Unfit:
        it = self._writable[name]
        assert it.schema is not None  # noqa: S101 - as above
        options = it.schema.options
        elements = text.split(BETWEEN) if it.schema.takes_several else [text]
        lacking = ", ".join(repr(each[:100]) for each in elements if option_of(it.field, it.schema, each) is None)
        some = ", ".join(list(options)[:_MOST_NAMED])
        more = f" and {len(options) - _MOST_NAMED} more" if len(options) > _MOST_NAMED else ""
        words = (
            f"{name}: {lacking} is none of the options that the portal has ({some}{more}): add the option in HubSpot's settings, "
            "or name one of those for it in hubsync.yaml"
        )
        return Unfit(it.field.name, name, NOT_AN_OPTION, words)

    def _too_long(self, name: str, text: str) -> Unfit:
        words = f"{name}: the value has {len(text)} characters, HubSpot takes {LONGEST_TEXT}: shorten it in its source"
        return Unfit(self.field_of(name), name, TOO_LONG, words)


def _type_and_options(it: _Writable) -> str:
    if it.schema is not None:
        return f"{it.schema.type} {sorted(it.schema.options.items())}"
    made = it.target.property
    return f"{made.type} {sorted((option.value, option.label) for option in made.options)}"


def option_of(field: Field, schema: PropertySchema, text: str) -> str | None:
    """The internal value of the option that means a text: by value or label, to the letter before case aside, and then by meaning."""
    options = schema.options
    if text in options:
        return text
    by_label = {label: value for value, label in reversed(list(options.items()))}
    if text in by_label:
        return by_label[text]
    folded = text.strip().casefold()
    for value, label in options.items():
        if folded in {value.casefold(), label.strip().casefold()}:
            return value
    for value, label in options.items():
        if field.means(text, value, schema.type) or (label and field.means(text, label, schema.type)):
            return value
    return None

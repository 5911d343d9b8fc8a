"""HubSpot properties: what a field names in its declaration, and what is needed to create one.

Put here: the property's definition, and the forms of ``property:`` in a declaration. Keep out: values, and calls.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

__all__ = ["Declared", "Named", "Option", "Property", "PropertyDetail", "Target", "names_and_forms"]


@dataclass(frozen=True, slots=True)
class Option:
    """One value of an enumeration: HubSpot's internal value, and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Property:
    """A HubSpot contact property, with what is needed to create it where the portal has none.

    ``type`` and ``field_type`` are HubSpot's own words (``string``/``text``, ``number``/``number``), ``label`` is what people
    read in HubSpot. ``options``: of an enumeration.
    """

    name: str
    label: str
    type: str = "string"
    field_type: str = "text"
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A property that a field is written to, and in which of its kind's forms.

    ``goes_along``: HubSpot's own property that says the same as the field's first one, such as ``hs_country_region_code``. It is written
    only where the first one is, and only where the portal has it and lets it be written; it is never created, and nobody is written
    because of it.
    """

    property: Property
    form: str
    goes_along: bool = False


class PropertyDetail(BaseModel):
    """A property with the label that it is created with, where the portal has none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, description="HubSpot's internal name of the property.")]
    label: Annotated[
        str | None, Field(description="What people read in HubSpot; only used when the property is created.")
    ] = None


def _shape(value: Any) -> str:  # noqa: ANN401 - whatever stands in the file
    if isinstance(value, str):
        return "name"
    if isinstance(value, list | tuple):
        return "names"
    return "detail" if isinstance(value, PropertyDetail) or (isinstance(value, dict) and "name" in value) else "forms"


Declared = Annotated[
    Annotated[str, Tag("name"), Field(min_length=1)]
    | Annotated[tuple[str, ...], Tag("names")]
    | Annotated[PropertyDetail, Tag("detail")]
    | Annotated[dict[str, str], Tag("forms")],
    Discriminator(_shape),
]
"""``jobtitle``; ``[firstname, lastname]``; ``{name: mrr, label: MRR}``; or ``{country: english, hs_country_region_code: alpha2}``: each
property with the form in which the value is written there."""


@dataclass(frozen=True, slots=True)
class Named:
    """A property as it is declared: its name, form and label, and whether it only goes along (see ``Target``)."""

    name: str
    form: str
    label: str | None = None
    goes_along: bool = False


def names_and_forms(declared: "Declared", usual: str) -> list[Named]:
    """The properties that ``property:`` names, in their order.

    Args:
        declared: What stands there.
        usual: The form where none is said.
    """
    if isinstance(declared, PropertyDetail):
        return [Named(declared.name, usual, declared.label)]
    if isinstance(declared, str):
        return [Named(declared, usual)]
    if isinstance(declared, dict):
        # HubSpot keeps names that begin with hs_ for itself: nobody can create one.
        return [
            Named(name, form, goes_along=place > 0 and name.startswith("hs_"))
            for place, (name, form) in enumerate(declared.items())
        ]
    return [Named(name, usual) for name in declared]

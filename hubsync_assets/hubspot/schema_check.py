"""Before the first write: can the portal take what the declared fields send, and can it take this contact?

Put here: the check of the portal's properties, once a run, and of each upsert against them. Keep out: writing. What counts is whether
the property takes what we send: a text property takes numbers, a number property no text, an enumeration only its options.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.client import GROUP, HubSpotClient
from hubsync_assets.hubspot.errors import ForbiddenError, mapping_refused
from hubsync_assets.hubspot.values import Outcome, PropertySchema, Upsert
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.multi import BETWEEN
from hubsync_assets.kinds.property import Option, Property, Target
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["LONGEST_TEXT", "PortalCheck", "check_portal"]

LONGEST_TEXT = 65_536
"""Characters that a text property takes (properties guide)."""


_MOST_NAMED = 12


class PortalCheck:
    """Says why the portal would not accept an upsert; to be passed to ``Writer`` as ``check``."""

    def __init__(self, schema: Mapping[str, PropertySchema]) -> None:
        self._options = {name: known.options for name, known in schema.items() if known.type == "enumeration"}
        self._several = {name for name in self._options if schema[name].takes_several}

    def __call__(self, upsert: Upsert) -> Outcome | None:
        """None: the upsert may be sent. Else its outcome, ``refused`` with category ``not_sendable``."""
        options = self._options
        faults = [
            self._fault(name, value)
            for name, value in upsert.properties.items()
            if len(value) > LONGEST_TEXT or (value and name in options and self._lacking(name, value))
        ]
        if not faults:
            return None
        return Outcome(upsert.email, "refused", category="not_sendable", message="; ".join(faults))

    def _fault(self, name: str, value: str) -> str:
        if len(value) > LONGEST_TEXT:
            return f"{name}: {len(value)} characters, HubSpot takes {LONGEST_TEXT}"
        lacking = ", ".join(repr(option[:100]) for option in self._lacking(name, value))
        return f"{name}: {lacking} is none of the portal's {len(self._options[name])} options"

    def _lacking(self, name: str, value: str) -> list[str]:
        """What of a value is no option of its property."""
        options = self._options[name]
        if value in options:
            return []
        return [each for each in (value.split(BETWEEN) if name in self._several else [value]) if each not in options]


Seen = Callable[[Field], Iterable[str]]
"""The values of a field that are to be sent, in HubSpot's form."""


def check_portal(
    client: HubSpotClient, model: ContactModel, *, create: bool = True, seen: Seen = lambda _: ()
) -> PortalCheck:
    """Read the portal's properties, and create those of the declared fields that it lacks.

    Args:
        client: The portal.
        model: What a contact is.
        create: False: a missing property is an error instead.
        seen: Asked where a property is created whose options are what its field has.

    Raises:
        MappingRefusedError: A property is read-only, has a type that cannot take what we send, or is missing and not to be created.
        ForbiddenError: One is missing and the token may not create it; the message says which and how.
    """
    schema = client.properties()
    targets = [(field, target) for field in model.fields for target in field.targets]
    lacking = [(field, target) for field, target in targets if target.property.name not in schema]
    missing = [target.property for _, target in lacking]
    faults = [
        fault
        for field, target in targets
        if target.property.name in schema and (fault := _unfit(schema[target.property.name], field, target))
    ]
    if faults:
        raise mapping_refused(faults)
    if missing and not create:
        raise mapping_refused(f"{property_.name} does not exist" for property_ in missing)
    if missing:
        _create(client, [_complete(field, target.property, seen) for field, target in lacking])
        schema = client.properties()
        if gone := [property_.name for property_ in missing if property_.name not in schema]:
            raise mapping_refused(f"{name} does not exist although HubSpot said that it created it" for name in gone)
    return PortalCheck(schema)


def _unfit(schema: PropertySchema, field: Field, target: Target) -> str | None:
    """Why a property cannot take what a field writes, for any contact; None: it can."""
    if schema.read_only:
        return f"{schema.name} is read-only"
    if schema.type not in field.taken:
        return f"{schema.name} is of type {schema.type}, and what we send needs {' or '.join(sorted(field.taken))}"
    if schema.type == "enumeration" and field.takes_lists and not schema.takes_several:
        return f"{schema.name} takes one option, and what we send may be several: it needs multiple checkboxes"
    sendable = field.sendable(target.form)
    if sendable is not None and schema.type == "enumeration" and schema.options.isdisjoint(sendable):
        some = sorted(sendable)
        more = "" if len(some) <= _MOST_NAMED else f" and {len(some) - _MOST_NAMED} more"
        return f"{schema.name} is an enumeration with none of {', '.join(some[:_MOST_NAMED])}{more} among its options"
    return None


def _with_options(field: Field, property_: Property, seen: Seen) -> Property:
    """The property with an option for each value that is seen, beside the declared ones."""
    if not field.options_seen or field.sendable("") is not None:
        return property_
    declared = {option.value for option in property_.options}
    more = sorted(set(seen(field)) - declared)
    return replace(property_, options=(*property_.options, *(Option(value, value) for value in more)))


def _complete(field: Field, property_: Property, seen: Seen) -> Property:
    """What can be created: HubSpot takes no enumeration without options."""
    wanted = _with_options(field, property_, seen)
    if wanted.type == "enumeration" and not wanted.options:
        raise mapping_refused(
            [f"{wanted.name} does not exist, and cannot be created without options: no value is seen that would be one"]
        )
    return wanted


def _create(client: HubSpotClient, missing: Iterable[Property]) -> None:
    missing = list(missing)
    try:
        client.create_properties(missing)
    except ForbiddenError as fault:
        raise _cannot_create(missing, fault) from fault


def _cannot_create(missing: Iterable[Property], fault: ForbiddenError) -> PermanentError:
    """Which properties are missing, and the two ways to get them; ``fault`` names the scopes."""
    wanted = "; ".join(
        f"{property_.name} (label {property_.label!r}, type {property_.type}, field type {property_.field_type})"
        for property_ in missing
    )
    return ForbiddenError(
        f"The portal lacks properties and the token may not create them: {wanted}. {fault}; "
        f"or create them by hand: HubSpot settings, Properties, Contact properties, Create property (any group; ours is {GROUP})"
    )

"""Can the portal take what the declared fields send? Asked by the plan, and before the first write.

Put here: the check of the portal's properties, and making those that it lacks. Keep out: single values (``portal_values``), and writing. What
counts is whether the property takes what we send: a text property takes numbers, a number property no text, an enumeration only its options.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.client import GROUP, HubSpotClient
from hubsync_assets.hubspot.errors import ForbiddenError, mapping_refused
from hubsync_assets.hubspot.portal_values import option_of
from hubsync_assets.hubspot.values import PropertySchema
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.property import Option, Property, Target
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["check_portal", "portal_faults"]

_MOST_NAMED = 12


Seen = Callable[[Field], Iterable[str]]
"""The values of a field that are to be sent, in HubSpot's form."""


def portal_faults(model: ContactModel, schema: Mapping[str, PropertySchema]) -> list[str]:
    """Why the portal cannot take what the declared fields send, whatever the contact: all of it at once; nothing: it can.

    Args:
        model: What a contact is.
        schema: The portal's properties by name.
    """
    targets = [(field, target) for field in model.fields for target in field.targets if not target.goes_along]
    faults = [
        fault
        for field, target in targets
        if target.property.name in schema and (fault := _unfit(schema[target.property.name], field, target))
    ]
    if not model.declared.create_properties:
        missing = [target.property.name for _, target in targets if target.property.name not in schema]
        faults += [f"{name} does not exist, and the declaration says create_properties: false" for name in missing]
    return faults


def check_portal(
    client: HubSpotClient,
    model: ContactModel,
    *,
    seen: Seen = lambda _: (),
    agree: Callable[[Mapping[str, PropertySchema]], None] = lambda _: None,
) -> Mapping[str, PropertySchema]:
    """Read the portal's properties, and create those of the declared fields that it lacks.

    Args:
        client: The portal.
        model: What a contact is.
        seen: Asked where a property is created whose options are what its field has.
        agree: Is given the properties before any is created, and may raise.

    Returns:
        The portal's properties by name.

    Raises:
        MappingRefusedError: A property is read-only, has a type that cannot take what we send, or is missing and not to be created.
        ForbiddenError: One is missing and the token may not create it; the message says which and how.
    """
    schema = client.properties()
    if faults := portal_faults(model, schema):
        raise mapping_refused(faults)
    agree(schema)
    lacking = [
        (field, target)
        for field in model.fields
        for target in field.targets
        if not target.goes_along and target.property.name not in schema
    ]
    if lacking:
        _create(client, [_complete(field, target.property, seen) for field, target in lacking])
        schema = client.properties()
        if gone := [target.property.name for _, target in lacking if target.property.name not in schema]:
            raise mapping_refused(f"{name} does not exist although HubSpot said that it created it" for name in gone)
    return schema


def _unfit(schema: PropertySchema, field: Field, target: Target) -> str | None:
    """Why a property cannot take what a field writes, for any contact; None: it can."""
    if schema.read_only:
        return f"{schema.name} is {'calculated by HubSpot' if schema.calculated else 'read-only'}"
    if schema.type not in field.taken:
        return f"{schema.name} is of type {schema.type}, and what we send needs {' or '.join(sorted(field.taken))}"
    if schema.type == "enumeration" and field.takes_lists and not schema.takes_several:
        return f"{schema.name} takes one option, and what we send may be several: it needs multiple checkboxes"
    sendable = field.sendable(target.form)
    if sendable is not None and schema.type == "enumeration":
        some = sorted(sendable)
        if not any(option_of(field, schema, text) for text in some):
            more = "" if len(some) <= _MOST_NAMED else f" and {len(some) - _MOST_NAMED} more"
            named = f"{', '.join(some[:_MOST_NAMED])}{more}"
            return f"{schema.name} is an enumeration with none of {named} among its options, by value or label"
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

"""A contact in HubSpot's form, and HubSpot's form compared with a contact.

Put here: what a whole contact needs. What one value is in HubSpot is its kind's (``kinds.field.Field``). Keep out: HTTP, batches, and which
contacts are sent.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hubsync_assets.errors import PermanentError
from hubsync_assets.hubspot.bound_field import BoundField, Regions, bound, region_of, way_of
from hubsync_assets.kinds.field import Field  # noqa: TC001
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["ADDITIONAL_EMAILS", "EMAIL", "FieldState", "PropertyMapping"]

EMAIL = "email"
"""HubSpot's property that tells contacts apart."""
ADDITIONAL_EMAILS = "hs_additional_emails"
"""Its other addresses of a contact, with a semicolon between two."""


@dataclass(frozen=True, slots=True)
class FieldState:
    """What HubSpot holds for one field.

    Attributes:
        old: As one text; None: nothing.
        same: Every property that would be sent holds just what would be sent.
        whole: And the field's other properties hold nothing.
    """

    old: str | None
    same: bool
    whole: bool


class PropertyMapping:
    """The mapping of one model's contacts, made once: it is asked for each of a million contacts.

    Args:
        model: What a contact is. A field without a property is neither sent nor compared.

    Attributes:
        fields: Those that are sent, by name.
        ways: How each is written, in words that are equal only where HubSpot gets the same text for the same value.

    Example:
        >>> from hubsync_assets.model.declaration import ContactSync
        >>> fields = {"email": {"kind": "email"}, "size": {"kind": "whole", "property": "company_size"}}
        >>> sync = ContactSync.model_validate({"sources": {"crm": {"read": "crm.csv"}}, "fields": fields})
        >>> mapping = PropertyMapping(ContactModel(sync))
        >>> mapping.to_properties({"email": "ada@example.com", "size": 12})
        {'email': 'ada@example.com', 'company_size': '12'}
        >>> mapping.compare({"email": "ada@example.com", "size": 12}, {"company_size": "11"})["size"]
        FieldState(old='11', same=False, whole=False)
    """

    def __init__(self, model: ContactModel) -> None:
        self._key = model.key.name
        sent = [(field, bound(field)) for field in model.contact_fields if field.targets]
        self._sent = tuple(bound for _, bound in sent)
        self.fields: dict[str, Field] = {field.name: field for field, _ in sent}
        self.ways: dict[str, str] = {field.name: way_of(field) for field, _ in sent}
        self._same = {name: (field.same, type_) for field, bound in sent for name, type_ in bound.targets}
        self._by_name = {field.name: bound for field, bound in sent}
        self._field_of = {target.property.name: field.name for field, _ in sent for target in field.targets}

    def to_properties(
        self,
        contact: Mapping[str, object],
        cleared: Collection[str] = (),
        shortened: Collection[str] = (),
        regions: Regions | None = None,
    ) -> dict[str, str]:
        """The contact's present values in HubSpot's form.

        Args:
            contact: Canonical values by field name; None or no key: missing. The key is required.
            cleared: Names of missing fields whose value in HubSpot is to be removed: sent as ``""``, which clears any property.
            shortened: Names of fields of two properties of which the second is to be removed too, where there is nothing for it. It is
                left as it is otherwise: what HubSpot has there may be somebody else's.
            regions: By field name, the ISO code of the country that a phone number belongs to; None or no key: what the contact says
                in the field that is declared for it, or else the declared country.

        Raises:
            PermanentError: There is no email, a value has the wrong type for its field, or a cleared field has a value.
        """
        email = contact.get(self._key)
        if not isinstance(email, str) or not email:
            raise PermanentError("a contact without an email cannot be sent: the merge should have rejected it")
        properties = {EMAIL: email}
        for field in self._sent:
            value = contact.get(field.name)
            if value is None:
                continue
            if field.only is not None:
                properties[field.only] = field.written(value, field.form)
            else:
                field.write(properties, value, region_of(field, contact, regions) if field.needs_region else None)
        if cleared or shortened:
            self._empty(properties, contact, cleared, shortened)
        return properties

    def texts_of(self, name: str, value: object, regions: Regions | None = None) -> dict[str, str]:
        """What ``to_properties`` gives for one field alone, by property; ``regions``: as there."""
        field = self._by_name[name]
        properties: dict[str, str] = {}
        if field.only is not None:
            properties[field.only] = field.written(value, field.form)
        else:
            field.write(properties, value, region_of(field, {}, regions) if field.needs_region else None)
        return properties

    def read_properties(self) -> list[str]:
        """The names of the properties to request when reading contacts."""
        return [EMAIL, *self._field_of, ADDITIONAL_EMAILS]

    def compare(self, contact: Mapping[str, object], properties: Mapping[str, str | None]) -> dict[str, FieldState]:
        """For every field that is sent: what HubSpot holds, and whether that is what we would send (missing equals empty)."""
        states = {}
        for field in self._sent:
            value = contact.get(field.name)
            ours: dict[str, str] = {}
            if value is not None and field.only is not None:
                ours[field.only] = field.written(value, field.form)
            elif value is not None:
                field.write(ours, value, region_of(field, contact, None) if field.needs_region else None)
            same = whole = True
            for name, type_ in field.targets:
                mine, theirs = ours.get(name, ""), properties.get(name) or ""
                if mine == theirs or (mine and theirs and field.same(mine, theirs, type_)):
                    continue
                whole = False
                # A property that is not sent makes no difference, unless nothing is sent because nothing should be there.
                same = same and bool(ours) and name not in ours
            states[field.name] = FieldState(_old(field, properties), same, whole)
        return states

    def holds(self, sent: Mapping[str, str], properties: Mapping[str, str | None], emails: Collection[str]) -> bool:
        """Whether HubSpot's properties are what was sent; ``emails``: every address of the record, primary or not."""
        if sent[EMAIL] not in emails:
            return False
        return all(
            self._equal(name, value, properties.get(name) or "") for name, value in sent.items() if name != EMAIL
        )

    def held_fields(self, sent: Mapping[str, str], properties: Mapping[str, str | None]) -> set[str]:
        """The fields of which every property that was sent is what was sent; ``properties``: HubSpot's."""
        fields: dict[str, bool] = {}
        for name, value in sent.items():
            if (field := self._field_of.get(name)) is not None:
                fields[field] = fields.get(field, True) and self._equal(name, value, properties.get(name) or "")
        return {field for field, held in fields.items() if held}

    def _empty(
        self,
        properties: dict[str, str],
        contact: Mapping[str, object],
        cleared: Collection[str],
        shortened: Collection[str],
    ) -> None:
        """Make properties empty, which few contacts need."""
        for field in self._sent:
            if field.name in cleared:
                if contact.get(field.name) is not None:
                    raise PermanentError(f"the field {field.name} is to be cleared but has a value: it can't be both")
                field.clear(properties)
            if field.name in shortened and field.rest is not None:
                properties.setdefault(field.rest, "")

    def _equal(self, name: str, ours: str, theirs: str) -> bool:
        if ours == theirs:
            return True
        if not ours or not theirs or name not in self._same:
            return False
        same, type_ = self._same[name]
        return same(ours, theirs, type_)


def _old(field: BoundField, properties: Mapping[str, str | None]) -> str | None:
    """What HubSpot holds as one text: both words of a name, else what the first property says."""
    old = properties.get(field.targets[0][0]) or None
    if field.rest is None:
        return old
    rest = properties.get(field.rest) or None
    return f"{old} {rest}" if old and rest else old or rest

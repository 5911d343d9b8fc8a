"""A contact as HubSpot holds it now, beside the golden record and beside what we last wrote.

Put here: the comparison of one contact, field by field and in HubSpot's form. Keep out: what follows from it (``contacts.deciding``), reading
contacts (``client``), and what one value means (``kinds``, ``portal_values``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hubsync_assets.hubspot.bound_field import Regions
from hubsync_assets.hubspot.mapping import EMAIL, PropertyMapping
from hubsync_assets.hubspot.portal_values import PortalValues, Unfit

__all__ = ["Live", "LiveField"]

Texts = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class LiveField:
    """What HubSpot holds in a field.

    Attributes:
        old: As one text; None: nothing.
        same: It means what the golden record has.
        exact: It is that to the letter.
        ours: It means what we last wrote.
        rest_ours: Of a field of two properties: the second one holds what we last wrote there.
    """

    old: str | None
    same: bool
    exact: bool
    ours: bool
    rest_ours: bool


class Live:
    """Compares contacts with one portal's properties.

    Args:
        values: What the portal makes of values.
    """

    def __init__(self, values: PortalValues) -> None:
        self._values = values
        self._mapping: PropertyMapping = values.mapping
        self._names: dict[str, tuple[str, ...]] = {
            name: tuple(target.property.name for target in field.targets if not target.goes_along)
            for name, field in self._mapping.fields.items()
        }
        self._with_rest = {name for name, field in self._mapping.fields.items() if field.has_rest}

    def field_of(self, name: str) -> str:
        """The name of the field that is written to a property."""
        return self._values.field_of(name)

    def unfit(self, golden: Mapping[str, object], regions: Regions | None) -> list[Unfit]:
        """The values of a golden record that the portal does not take."""
        return self._texts(golden, regions)[1]

    def compare(
        self,
        golden: Mapping[str, object],
        state: Mapping[str, object],
        live: Texts,
        regions: Regions | None,
        regions_then: Regions | None,
    ) -> tuple[dict[str, LiveField], list[Unfit]]:
        """Every field of a contact that HubSpot has, and what the portal would not take of it.

        Args:
            golden: Canonical values by field name, and the key.
            state: What we last wrote, in the same form; empty: nothing.
            live: HubSpot's properties.
            regions: By field, the country of a phone.
            regions_then: The same when what is in the state was written.
        """
        mine, unfit = self._texts(golden, regions)
        written = self._mapping.to_properties({**state, EMAIL: golden[EMAIL]}, regions=regions_then) if state else {}
        fields = {}
        for name, names in self._names.items():
            texts = {each: live.get(each) or "" for each in names}
            has_rest = name in self._with_rest
            ours = state.get(name) is not None and self._means(written, texts, has_rest=has_rest, whole=True)
            fields[name] = LiveField(
                old=" ".join(filter(None, texts.values())) or None if has_rest else texts[names[0]] or None,
                same=golden.get(name) is not None and self._means(mine, texts, has_rest=has_rest),
                exact=all(mine[each] == texts[each] for each in names if each in mine),
                ours=ours,
                # However somebody has split a name that is ours, both parts are.
                rest_ours=has_rest
                and (rest := texts[names[1]].strip()) != ""
                and (ours or written.get(names[1], "").strip() == rest),
            )
        return fields, unfit

    def to_send(
        self,
        golden: Mapping[str, object],
        cleared: Collection[str],
        shortened: Collection[str],
        regions: Regions | None,
        live: Texts | None,
        *,
        exactly: bool = False,
    ) -> dict[str, str]:
        """The properties to send of a contact: of the values given, those that HubSpot does not hold in this meaning.

        Args:
            golden: The values to send, and the key.
            cleared: The fields to make empty.
            shortened: Those whose second property is to be made empty.
            regions: By field, the country of a phone.
            live: HubSpot's properties; None: it does not have the contact.
            exactly: Also what means the same and is written otherwise.
        """
        wanted = self._mapping.to_properties(golden, cleared, shortened, regions)
        del wanted[EMAIL]
        texts, _ = self._values.fit(wanted)
        if live is None:
            return {name: text for name, text in texts.items() if text}
        sent = {
            name: text
            for name, text in texts.items()
            if not self._values.goes_along(name) and not self._is_there(name, text, live.get(name) or "", exactly)
        }
        with_first = {self._values.field_of(name) for name in sent}
        more = {
            name: text
            for name, text in texts.items()
            if self._values.goes_along(name)
            and self._values.field_of(name) in with_first
            and text != (live.get(name) or "")
        }
        return {**sent, **more}

    def _texts(self, golden: Mapping[str, object], regions: Regions | None) -> tuple[dict[str, str], list[Unfit]]:
        properties: dict[str, Any] = self._mapping.to_properties(golden, regions=regions)
        del properties[EMAIL]
        return self._values.fit(properties)

    def _is_there(self, name: str, text: str, live: str, exactly: bool) -> bool:
        if not text or not live or exactly:
            return text == live
        return self._values.means(name, text, live)

    def _means(self, mine: Mapping[str, str], texts: Mapping[str, str], *, has_rest: bool, whole: bool = False) -> bool:
        """Whether HubSpot's texts mean ours; ``whole``: also that there is nothing where we would write nothing."""
        sent = {name: mine[name] for name in texts if name in mine}
        if not sent:
            return False
        if has_rest and _joined(sent.values()) == _joined(texts.values()):
            return True
        if whole and any(texts[name] for name in texts if name not in sent):
            return False
        return all(texts[name] and self._values.means(name, text, texts[name]) for name, text in sent.items())


def _joined(words: Collection[str]) -> str:
    return " ".join(" ".join(words).split())

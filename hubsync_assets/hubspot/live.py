"""A contact as HubSpot holds it now, beside the golden record and beside what we last wrote.

Put here: the comparison of one contact, field by field and in HubSpot's form. Keep out: what follows from it (``contacts.deciding``), reading
contacts (``client``), and what one value means (``kinds``, ``portal_values``).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from hubsync_assets.hubspot.bound_field import Regions
from hubsync_assets.hubspot.mapping import EMAIL, PropertyMapping
from hubsync_assets.hubspot.portal_values import PortalValues, Unfit

__all__ = ["Live", "LiveField"]

Texts = Mapping[str, str | None]


class LiveField(NamedTuple):
    """What HubSpot holds in a field; a tuple, because there are millions.

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
        self._compared = [
            (name, tuple(it.property.name for it in field.targets if not it.goes_along), field.has_rest)
            for name, field in self._mapping.fields.items()
        ]

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
        fields = {}
        for name, names, has_rest in self._compared:
            value, known = golden.get(name), state.get(name)
            text, there = mine.get(names[0]), live.get(names[0]) or ""
            exact = text is None or text == there
            same = text is not None and bool(there) and (exact or self._values.means(names[0], text, there))
            # Nearly always what we wrote is what we have, and HubSpot holds that: nothing more need be formed.
            if len(names) == 1 and (known is None or (same and known == value)):
                fields[name] = LiveField(there or None, same, exact, known is not None, rest_ours=False)
                continue
            written = self._mapping.texts_of(name, known, regions_then) if known is not None else {}
            if len(names) > 1:
                fields[name] = self._of_several(names, mine, written, live, has_rest=has_rest)
                continue
            before = written.get(names[0])
            ours = bool(before and there) and self._values.means(names[0], before or "", there)
            fields[name] = LiveField(there or None, same, exact, ours, rest_ours=False)
        return fields, unfit

    def _of_several(
        self,
        names: Sequence[str],
        mine: Mapping[str, str],
        written: Mapping[str, str],
        live: Texts,
        *,
        has_rest: bool,
    ) -> LiveField:
        """A field of several properties, or, with a rest, of the first word and what is behind it."""
        texts = {each: live.get(each) or "" for each in names}
        rest = texts[names[1]].strip()
        ours = self._means(written, texts, has_rest=has_rest, whole=True)
        return LiveField(
            old=" ".join(filter(None, texts.values())) or None if has_rest else texts[names[0]] or None,
            same=self._means(mine, texts, has_rest=has_rest),
            exact=all(mine[each] == texts[each] for each in names if each in mine),
            ours=ours,
            # However somebody has split a name that is ours, both parts are.
            rest_ours=has_rest and rest != "" and (ours or written.get(names[1], "").strip() == rest),
        )

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
        properties = self._mapping.to_properties(golden, regions=regions)
        del properties[EMAIL]
        return self._values.fit(properties)

    def _is_there(self, name: str, text: str, live: str, exactly: bool) -> bool:
        if not text or not live or exactly:
            return text == live
        return text == live or self._values.means(name, text, live)

    def _means(self, mine: Mapping[str, str], texts: Mapping[str, str], *, has_rest: bool, whole: bool = False) -> bool:
        """Whether HubSpot's texts mean ours; ``whole``: also that there is nothing where we would write nothing."""
        sent = {name: mine[name] for name in texts if name in mine}
        if not sent:
            return False
        if sent == texts or (has_rest and _joined(sent.values()) == _joined(texts.values())):
            return True
        if whole and any(texts[name] for name in texts if name not in sent):
            return False
        return all(texts[name] and self._values.means(name, text, texts[name]) for name, text in sent.items())


def _joined(words: Collection[str]) -> str:
    return " ".join(" ".join(words).split())

"""What HubSpot should hold, after each sync: the golden records of the naive model in HubSpot's form.

Put here: the text of a value, and what becomes of a property that was written before. Keep out: which value a field has (``naive``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hubsync_assets.emulator import EmulatorControl
from hubsync_assets_tests.declared.naive import Answer, Golden

__all__ = ["COUNTRY_NAMES", "Portal", "differences", "in_hubspot", "properties_of"]

COUNTRY_NAMES = {
    "US": "United States", "CA": "Canada", "GB": "United Kingdom", "DE": "Germany", "ES": "Spain", "FR": "France", "IN": "India",
    "BR": "Brazil", "JP": "Japan", "KE": "Kenya", "CI": "C\u00f4te d\u2019Ivoire", "ZA": "South Africa",
}  # fmt: skip
"""English names, for the countries of the generators."""

_HUBSPOTS_OWN = {
    "id", "email", "createdate", "lastmodifieddate", "hs_object_id", "hs_object_source", "hs_object_source_label", "hs_all_contact_vids",
    "hs_is_contact", "hs_full_name_or_email", "hs_email_domain",
}  # fmt: skip

Held = dict[str, dict[str, str]]


def in_hubspot(hubspot: EmulatorControl) -> Held:
    """Every property of every contact but those that HubSpot makes itself, by email."""
    return {
        contact["email"]: {name: value for name, value in contact.items() if name not in _HUBSPOTS_OWN and value}
        for contact in hubspot.contacts()
    }


def differences(found: Held, wanted: Held) -> list[tuple[str, str, str | None, str | None]]:
    """Email, property, what is there and what should be, wherever the two differ."""
    return [
        (email, name, found.get(email, {}).get(name), wanted.get(email, {}).get(name))
        for email in sorted({*found, *wanted})
        for name in sorted({"", *found.get(email, {}), *wanted.get(email, {})})
        if found.get(email, {}).get(name) != wanted.get(email, {}).get(name)
        or (not name and (email in found) != (email in wanted))
    ]


def properties_of(name: str, declared: Mapping[str, Any]) -> dict[str, str]:
    """The properties of a declared field, each with its form."""
    written = declared.get("property", name)
    match written:
        case None:
            return {}
        case str():
            return {written: ""}
        case {"name": only}:
            return {only: ""}
        case list():
            return dict.fromkeys(written, "words")
        case _:
            return dict(written)


@dataclass
class Portal:
    """A portal that only we write to, and that starts with what people wrote there.

    Attributes:
        held: what it holds, by email.
        givers: by email and field, which source gave what we wrote.
    """

    held: Held = field(default_factory=dict)
    givers: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def take(self, declared: Mapping[str, Any], golden: Mapping[str, Golden]) -> set[str]:
        """Let it hold some golden records; returns the emails that have to be sent for that."""
        sent = set()
        for email, contact in golden.items():
            # HubSpot makes a lead of everybody whom an API creates.
            held = self.held.get(email, {"lifecyclestage": "lead"})
            after = dict(held)
            for name, answer in contact.fields.items():
                self._take_field(email, name, declared["fields"][name], answer, contact, after)
            if after != held or email not in self.held:
                sent.add(email)
            self.held[email] = after
        return sent

    def _take_field(
        self, email: str, name: str, declared: Mapping[str, Any], answer: Answer, contact: Golden, after: dict[str, str]
    ) -> None:
        targets = properties_of(name, declared)
        ours = (email, name) in self.givers
        if answer.value is not None:
            if answer.certain or not any(target in after for target in targets):
                after.update(_written(declared["kind"], answer.value, targets))
                self.givers[email, name] = answer.source
            return
        is_gone = ours and self.givers[email, name] not in {*contact.sources, "default"} and not answer.empty
        if ours and answer.certain and (answer.empty or is_gone):
            del self.givers[email, name]
            for target in targets:
                after.pop(target, None)


def _written(kind: str, value: Any, targets: Mapping[str, str]) -> dict[str, str]:
    texts = {}
    for number, (target, form) in enumerate(targets.items()):
        text = COUNTRY_NAMES[value] if form == "english" else _text(value)
        if form == "words":
            text = text.partition(" ")[2 * number]
        if text:
            texts[target] = text
    return texts


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
        case date():
            return value.isoformat()
        case Decimal():
            text = f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        case frozenset():
            return ";".join(sorted(value))
        case _:
            return str(value)

"""What the design says, once more and naively: the answers that the expressions are compared with.

Put here: plain Python over one value or one record at a time. Keep out: polars, and everything of the modules it checks but the
field table; merging (``oracle_merge``) and the plan (``oracle_changes``).
"""

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hubsync_assets_tests.shipped import CONTACT_FIELDS, COUNTRIES

Record = Mapping[str, Any]

MALFORMED_LOCAL_PART = set('"`,:;<>()[]{}\\')
UNSEEN = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF))
SAY_NOTHING = {"null", "\\n", "none", "nil", "(null)", "<null>", "[null]", "-", "--"}
KNOW_NOTHING = {
    "nan",
    "#n/a",
    "n/a",
    "?",
    "n.a.",
    "<na>",
    "(none)",
    *["#ref!", "#name?", "#num!", "#null!", "#nv", "#wert!", "#zahl!", "#n/d", "#nom?", "#nome?", "#rif!"],
}
NUMERAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")


def text(value: str | None, *, email: bool = False) -> str | None:
    """Cleaned text; None where nothing is left."""
    if value is None:
        return None
    visible = "".join(letter for letter in value if not (_unseen(letter) if email else letter in "\u200b\u2060\ufeff"))
    if email:
        visible = "".join(map(_narrow, visible))
    composed = unicodedata.normalize("NFC", visible)
    spaced = [" " if letter.isspace() or unicodedata.category(letter) == "Cc" else letter for letter in composed]
    return " ".join(word for word in "".join(spaced).split(" ") if word) or None


def _narrow(letter: str) -> str:
    """Wide ASCII, and both of the full stops that Chinese and Japanese have, as ASCII."""
    if "\uff01" <= letter <= "\uff5e":
        return chr(ord(letter) - 0xFEE0)
    return "." if letter in "\u3002\uff61" else letter


def _unseen(letter: str) -> bool:
    """Unicode's Cf (the soft hyphen is one), and what its Default_Ignorable_Code_Point adds: joiners, fillers, variation selectors."""
    return (
        unicodedata.category(letter) == "Cf"
        or letter in "\u034f\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0"
        or any(first <= ord(letter) <= last for first, last in UNSEEN)
    )


def email_is_valid(email: str) -> bool:
    """The rule for emails, on cleaned text in lower case."""
    if email.count("@") != 1 or len(email) > 254:
        return False
    local, domain = email.split("@")
    if not 1 <= len(local) <= 64 or any(letter.isspace() or letter in MALFORMED_LOCAL_PART for letter in local):
        return False
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return False
    labels = domain.split(".")
    if len(labels) < 2 or not all(map(_label_is_valid, labels)):
        return False
    last = labels[-1]
    return len(last) >= 2 and not all(unicodedata.category(letter) == "Nd" for letter in last)


def _label_is_valid(label: str) -> bool:
    if not 1 <= len(label) <= 63 or label.startswith("-") or label.endswith("-"):
        return False
    return all(
        letter == "-" or unicodedata.category(letter)[0] in "LM" or unicodedata.category(letter) == "Nd"
        for letter in label
    )


def number(cleaned: str) -> float | None:
    """A finite number that is not negative."""
    if not NUMERAL.match(cleaned):
        return None
    value = float(cleaned)
    return abs(value) if 0 <= value < float("inf") else None


def whole(cleaned: str) -> int | None:
    """A whole number of 0 to 2**63 - 1, exactly."""
    if re.fullmatch("[+-]?[1-9][0-9]{0,2}[.]000", cleaned):
        return None  # one, or one thousand
    if not NUMERAL.match(cleaned):
        return None
    mantissa, _, exponent = cleaned.lower().partition("e")
    if Fraction(mantissa if mantissa[-1] != "." else mantissa[:-1]) == 0:
        return 0
    if exponent and abs(int(exponent)) > 1_000:  # the tests write no mantissa that long
        return None
    value = Fraction(mantissa if mantissa[-1] != "." else mantissa[:-1]) * Fraction(10) ** int(exponent or 0)
    return int(value) if value.denominator == 1 and 0 <= value < 2**63 else None


def normalised(row: Record) -> tuple[dict[str, Any] | None, list[tuple[str | None, str]]]:
    """The kept record (None: rejected), and what was rejected of the row: field (None: the whole record) and reason.

    A field of a kept record is a value, empty (None), unreadable (None, and in the list) or not given (None, and in that list).
    """
    nested = row.get("nested") or []
    email = text(row.get("email"), email=True)
    if email is None or email.lower() in SAY_NOTHING | KNOW_NOTHING:
        return None, [(None, "missing_email")]
    email = email.lower()
    if "email" in nested or not email_is_valid(email):
        return None, [(None, "invalid_email")]
    kept: dict[str, Any] = {"email": email}
    rejected: list[tuple[str | None, str]] = []
    unreadable: list[str] = []
    for field in CONTACT_FIELDS:
        cleaned = text(row.get(field.name))
        word = "" if cleaned is None or field.name in nested else cleaned.lower()
        kept[field.name] = None
        if word in KNOW_NOTHING:
            unreadable.append(field.name)
        elif (cleaned is not None or field.name in nested) and word not in SAY_NOTHING:
            kept[field.name] = None if cleaned is None or field.name in nested else _value(field.kind, cleaned)
            if kept[field.name] is None:
                unreadable.append(field.name)
                rejected.append((field.name, "invalid_value"))
    return {**kept, "unreadable": unreadable or None, "not_given": row.get("not_given")}, rejected


def phone(cleaned: str) -> str | None:
    """A text with a digit in it that no spreadsheet took for a number."""
    mantissa, mark, exponent = cleaned.replace("E", "e").partition("e")
    digits = mantissa[1:] if mantissa[:1] in ("+", "-") else mantissa
    scientific = (
        mark
        and digits[:1] in set("0123456789")
        and set(digits) <= set("0123456789.,")
        and re.fullmatch("[+-]?[0-9]+", exponent)
    )
    return cleaned if any(unicodedata.category(letter) == "Nd" for letter in cleaned) and not scientific else None


def _value(kind: str, cleaned: str) -> Any:
    match kind:
        case "whole":
            return whole(cleaned)
        case "number":
            return number(cleaned)
        case "country":
            return next((country for country in COUNTRIES if cleaned in _spellings(country)), None)
        case "phone":
            return phone(cleaned)
        case _:
            return cleaned


def _spellings(country: str) -> set[str]:
    first, second = country[0], country[1]
    names = {"ES": {"Spain"}}  # of all those that ``kinds.country`` knows, the one that these tests use
    return {a + b for a in (first, first.lower()) for b in (second, second.lower())} | names.get(country, set())


def as_text(value: Any) -> str | None:
    """A canonical value as people read it: shortest decimal form, never an exponent, whole numbers without a point."""
    if not isinstance(value, float):
        return None if value is None else str(value)
    digits, _, exponent = repr(value).partition("e")
    before, _, after = digits.partition(".")
    places = int(exponent or 0)
    after = "" if after == "0" else after
    if places >= 0:
        before, after = before + after[:places].ljust(places, "0"), after[places:]
    else:
        before, after = "0", "0" * (-places - len(before)) + before + after
    return before + ("." + after if after else "")

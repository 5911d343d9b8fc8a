"""A phone number in E.164, as the library ``phonenumbers`` gives it, at a tenth of its cost for numbers written in a plain way.

Put here: how a phone number is written. Keep out: which text can be a phone number (``phone_text``).

``phonenumbers`` takes 20 to 50 microseconds a number, mostly for what hardly any number has: letters, extensions, odd punctuation.
The quick way below answers only where the library's own rules and metadata allow a single answer; otherwise the library is asked. ``test_e164.py`` compares the two.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberDesc

__all__ = ["e164", "quick_e164", "region_of_e164"]

LONGEST = 40
"""Longer texts go to the library, which refuses those over 250 characters."""
TYPES = (
    "mobile",
    "fixed_line",
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)
"""The kinds of number that make one valid; the most frequent first."""


def e164(text: str, country: str | None) -> str:
    """E.164 where the number is valid, else as given. E.164 has no extensions: a number with one stays as given.

    ``country``: ISO code of the country that a number without ``+`` belongs to; None: not known.
    """
    return quick_e164(text, country) or _asked(text, country)


def region_of_e164(text: str) -> str | None:
    """ISO code of the country of a number in E.164; None: it is not a valid one."""
    if not text.startswith("+"):
        return None
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return None
    region: str | None = phonenumbers.region_code_for_number(number)
    return region


def _asked(text: str, country: str | None) -> str:
    """What the library says."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return text
    if number.extension or not phonenumbers.is_valid_number(number):
        return text
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@dataclass(frozen=True, slots=True)
class _Numbering:
    """One country's numbers, where it is the main country of its calling code.

    Attributes:
        code: Calling code.
        valid: Matches a whole national number if it is valid.
        abroad: Matches the way out of the country ("00").
        prefix: Matches what is dialled before a national number at home ("0"); None: nothing is.
        prefix_goes: Whether all that has to be done about the prefix is to take it off.
    """

    code: str
    valid: re.Pattern[str]
    abroad: re.Pattern[str]
    prefix: re.Pattern[str] | None
    prefix_goes: bool


def quick_e164(text: str, country: str | None) -> str | None:
    """E.164 of a valid number of ASCII digits, blanks and ``-./()``, with or without one ``+`` in front; None: ask the library."""
    digits = text.replace(" ", "").replace("-", "").replace(".", "").replace("/", "").replace("(", "").replace(")", "")
    if len(text) > LONGEST or not digits.isascii():
        return None
    if digits[:1] == "+":
        return _from_abroad(digits[1:])
    if country is None or not digits.isdecimal() or (numbering := _numbering(country)) is None:
        return None
    if (out := numbering.abroad.match(digits)) is not None:
        return _from_abroad(digits[out.end() :])
    # Digits that begin with the country's own calling code may or may not include it; a number that is valid as it stands does not.
    return _complete(digits, numbering, prefix_may_go=not digits.startswith(numbering.code))


def _from_abroad(digits: str) -> str | None:
    """A number that begins with its calling code."""
    if not digits.isdecimal():
        return None
    # No calling code is the beginning of another one.
    for length in (1, 2, 3):
        if (country := _main_country(digits[:length])) is not None:
            numbering = _numbering(country)
            return None if numbering is None else _complete(digits[length:], numbering, prefix_may_go=True)
    return None


def _complete(digits: str, numbering: _Numbering, *, prefix_may_go: bool) -> str | None:
    """A national number with its calling code, if it is certainly valid, as it stands or without the prefix."""
    prefix = numbering.prefix.match(digits) if numbering.prefix else None
    if prefix is not None:
        if not (prefix_may_go and numbering.prefix_goes):
            return None
        digits = digits[prefix.end() :]
    return f"+{numbering.code}{digits}" if numbering.valid.fullmatch(digits) else None


@lru_cache(maxsize=2_048)
def _main_country(code: str) -> str | None:
    """The country whose rules a calling code has; None: it is not a calling code."""
    # No calling code begins with 0, though int() would read one with it.
    if not code.isdecimal() or code[0] == "0":
        return None
    return next(iter(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code), ())), None)


@lru_cache(maxsize=512)
def _numbering(country: str) -> _Numbering | None:
    """A country's numbering; None where it has rules that the quick way does not know."""
    metadata = PhoneMetadata.metadata_for_region(country, None) if country.isascii() and country.isupper() else None
    if metadata is None or metadata.country_code is None or metadata.international_prefix is None:
        return None
    countries = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[metadata.country_code]
    # Of countries that share a code the first whose numbers match is asked, unless leading digits tell them apart.
    if countries[0] != country or (len(countries) > 1 and metadata.leading_digits is not None):
        return None
    prefix = re.compile(metadata.national_prefix_for_parsing) if metadata.national_prefix_for_parsing else None
    return _Numbering(
        code=str(metadata.country_code),
        valid=_valid(metadata),
        abroad=re.compile(metadata.international_prefix),
        prefix=prefix,
        prefix_goes=prefix is not None and prefix.groups == 0 and not metadata.national_prefix_transform_rule,
    )


def _valid(metadata: PhoneMetadata) -> re.Pattern[str]:
    """Of the general lengths and pattern, and of those of one type."""
    types = [found for name in TYPES if (found := _of(getattr(metadata, name)))]
    return re.compile(rf"(?={_of(metadata.general_desc)}\Z)(?:{'|'.join(types)})")


def _of(description: PhoneNumberDesc | None) -> str:
    """A pattern for the numbers that a description allows; empty: it allows none."""
    if description is None or not description.national_number_pattern:
        return ""
    # No lengths: any. A length of -1: no number is meant, as with \d{0} in front of a pattern that needs digits.
    lengths = "|".join(rf"\d{{{max(length, 0)}}}\Z" for length in description.possible_length)
    return f"(?:(?={lengths})(?:{description.national_number_pattern}))"

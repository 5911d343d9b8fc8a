"""What a value is in HubSpot, and what HubSpot's texts mean, in plain Python, for the few values of these histories.

Keep out: what becomes of a value (``portal_model``).
"""

from collections.abc import Mapping

__all__ = ["code_of", "means", "said_by", "texts_of"]

_ENGLISH = {"ES": "Spain", "FR": "France", "": ""}
_COUNTRIES = {"spain": "ES", "españa": "ES", "es": "ES", "france": "FR", "fr": "FR", "peru": "PE"}
_PROPERTIES = {
    "name": ("firstname", "lastname"),
    "phone": ("phone",),
    "country": ("country",),
    "company_name": ("company",),
    "mrr": ("mrr",),
}


def texts_of(name: str, value: str) -> dict[str, str]:
    """What a field's properties get for a value, the code of a country besides."""
    if name == "name":
        first, _, last = value.partition(" ")
        return {"firstname": first, "lastname": last}
    if name == "country":
        return {"country": _ENGLISH.get(value, ""), "hs_country_region_code": code_of(value)}
    return {_PROPERTIES[name][0]: value}


def code_of(country: str) -> str:
    """The code of a golden record's country: itself."""
    return country if country in _ENGLISH else ""


def said_by(name: str, record: Mapping[str, str]) -> str:
    """What HubSpot's texts of a field, or of one property, mean, in one form for each meaning; empty: nothing."""
    texts = [record.get(each) or "" for each in _PROPERTIES.get(name, (name,))]
    text = " ".join(" ".join(texts).split())
    if name == "country":
        return _COUNTRIES.get(text.casefold(), text)
    if name == "phone":
        digits = "".join(filter(str.isdecimal, text))
        return f"+34{digits}" if len(digits) == 9 else f"+{digits}" if digits else ""
    if name == "mrr":
        return str(float(text)) if text else ""
    return text


def means(name: str, value: str, record: Mapping[str, str], *, whole: bool = False) -> bool:
    """Whether HubSpot holds a value in some form; ``whole``: and nothing besides, where a name has no rest."""
    if not value:
        return False
    texts = texts_of(name, value)
    texts.pop("hs_country_region_code", None)
    if said_by(name, texts) == said_by(name, record):
        return True
    if name != "name":
        return False
    last = texts["lastname"]
    first_is_it = said_by("firstname", texts) == said_by("firstname", record)
    return first_is_it and not last and not (whole and said_by("lastname", record))

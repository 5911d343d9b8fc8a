"""Plain words for what pydantic finds wrong with one key.

Put here: a sentence for each of its kinds of error. Keep out: where it is (``shapes``), and checks of our own.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from hubsync_assets.model.meant import meant, nearest, one_of

__all__ = ["Misfit", "in_passing", "quoted", "words_for"]

_MOST_QUOTED = 60

_KEYS = "keys with values"

_WANTED: Mapping[str, str] = {
    "string_type": "a text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "tuple_type": "a list",
    "list_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": _KEYS,
    "mapping_type": _KEYS,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
}
"""What belongs where something else stands."""

_PATTERNS: Mapping[str, str] = {
    "^[a-z][a-z0-9_]{0,39}$": "a name has small letters, digits and _, begins with a letter and has 40 characters at most",
    "^[A-Z]{2}$": "a country's code is two capital letters, as in ES",
}

_BOUNDS: Mapping[str, str] = {
    "greater_than_equal": "{ge} is the least",
    "greater_than": "it has to be more than {gt}",
    "less_than_equal": "{le} is the most",
    "less_than": "it has to be less than {lt}",
}

_NOUNS = {"rule": "rule", "keep": "rule", "kind": "kind", "by": "field", "how": "way to write", "write": "way to write"}


class Misfit(NamedTuple):
    """A value that does not fit.

    Attributes:
        key: what it stands under.
        description: what the key is for.
        is_secret: whether it may be one, so that it is not shown.
    """

    key: str
    description: str
    is_secret: bool = False


def words_for(errors: Sequence[Mapping[str, Any]], misfit: Misfit) -> str:
    """What is wrong with the value of a key.

    Args:
        errors: what pydantic says of it; several where it could have been one of several things.
        misfit: where it stands.
    """
    wanted = [_WANTED[error["type"]] for error in errors if error["type"] in _WANTED]
    value = errors[0]["input"]
    if misfit.is_secret and isinstance(value, str):
        return f"{_belongs(wanted)} here, not a text" if wanted else _does_not_fit("this", misfit)
    if value is None:
        return _of_emptiness(value, {}, misfit)
    if wanted:
        return _of_wanted(wanted, value)
    kind, context = errors[0]["type"], errors[0].get("ctx", {})
    if kind in _BOUNDS:
        return f"{quoted(value)} cannot be: {_BOUNDS[kind].format(**context)}"
    words = _SENTENCES.get(kind)
    return words(value, context, misfit) if words is not None else _does_not_fit(quoted(value), misfit)


def quoted(value: Any) -> str:  # noqa: ANN401 - whatever stands in the file
    """A value as it may be shown."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return _KEYS
    if isinstance(value, list | tuple):
        return "a list"
    text = _one_line(str(value))
    if "://" in text:
        # There may be a password in it.
        return "a URL"
    return f"'{text}'" if len(text) <= _MOST_QUOTED else f"'{text[:_MOST_QUOTED]}...'"


def in_passing(description: str) -> str:
    """A key's description in the middle of a line."""
    text = description.rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _belongs(wanted: Sequence[str]) -> str:
    things = list(dict.fromkeys(wanted))
    if "a text" in things:
        # Every number and every true is a text as well.
        things = [each for each in things if each in {"a text", "a list", _KEYS}]
    return f"{one_of(things)} {'belong' if things[-1] == _KEYS else 'belongs'}"


def _of_wanted(wanted: Sequence[str], value: Any) -> str:  # noqa: ANN401 - as ``quoted``
    words = f"{_belongs(wanted)} here, not {quoted(value)}"
    return f"{words}: write [{value}]" if set(wanted) == {"a list"} and isinstance(value, str) and value else words


def _of_choice(value: Any, context: Mapping[str, Any], misfit: Misfit) -> str:  # noqa: ANN401 - as ``quoted``
    allowed = re.findall(r"'(.*?)'(?=, | or |$)", context["expected"])
    if not isinstance(value, str):
        return f"{one_of(allowed)} belongs here, not {quoted(value)}"
    noun = _NOUNS.get(misfit.key)
    return f"{quoted(value)} {f'is no {noun}' if noun else 'cannot stand here'}{meant(value, allowed)}"


def _of_pattern(value: Any, context: Mapping[str, Any], misfit: Misfit) -> str:  # noqa: ANN401 - as ``quoted``
    pattern = context["pattern"]
    words = _PATTERNS.get(pattern)
    if words is None:
        return _does_not_fit(quoted(value), misfit)
    for like in (value.upper(), re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_")):
        if re.fullmatch(pattern, like):
            return f"{quoted(value)}: {words}; did you mean '{like}'?"
    return f"{quoted(value)}: {words}"


def _of_emptiness(value: Any, context: Mapping[str, Any], misfit: Misfit) -> str:  # noqa: ANN401 - as ``quoted``
    del value, context
    return f"it is empty: {in_passing(misfit.description)}" if misfit.description else "it is empty"


def _of_length(value: Any, context: Mapping[str, Any], misfit: Misfit) -> str:  # noqa: ANN401 - as ``quoted``
    del misfit
    most = context["max_length"]
    if most != 1:
        return f"{quoted(value)} is too long: {most} characters are the most"
    is_tab = value == "\\t" or nearest(value.lower(), ["tab", "tabulator"]) is not None
    return f"one character belongs here, not {quoted(value)}" + ('; a tab is "\\t", in double quotes' if is_tab else "")


def _of_our_own(value: Any, context: Mapping[str, Any], misfit: Misfit) -> str:  # noqa: ANN401 - as ``quoted``
    del value, misfit
    return _one_line(str(context["error"]))


def _does_not_fit(shown: str, misfit: Misfit) -> str:
    return f"{shown} does not fit" + (f": {in_passing(misfit.description)}" if misfit.description else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


_SENTENCES: Mapping[str, Callable[[Any, Mapping[str, Any], Misfit], str]] = {
    "enum": _of_choice,
    "literal_error": _of_choice,
    "string_pattern_mismatch": _of_pattern,
    "string_too_short": _of_emptiness,
    "too_short": _of_emptiness,
    "string_too_long": _of_length,
    "value_error": _of_our_own,
    "assertion_error": _of_our_own,
}

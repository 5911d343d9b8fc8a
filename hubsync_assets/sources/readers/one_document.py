"""Is this JSON one document that goes over many lines? Then it holds no record a line, however many of its lines look like one.

Line by line, a pretty-printed envelope or an array would give what stands on a line of its own by chance, as if that were all. Keep out:
refusing.
"""

from hubsync_assets.sources.readers.json_value import Fault, scan

__all__ = ["is_one_document"]

_BLANK = " \t\r\n"
_TOKENS = '"tfn-'
"""What a text may break off in: a string, true, false, null or a number."""


def is_one_document(head: str) -> bool:
    r"""Whether a text that should have one JSON object a line is one list, or one value over several lines, or several such.

    Args:
        head: The beginning of the text, or all of it.

    Example:
        >>> is_one_document('{"email": "a"}\n{"email": "b"}\n')
        False
        >>> is_one_document('{\n  "data": [{"email": "a"}]\n}\n')
        True
    """
    text = head.lstrip(_BLANK)
    if not text.startswith(("[", "{")):
        return False
    end, is_whole = _value_end(text)
    begins_below = text.find("\n") + 1
    over_lines = bool(begins_below and text[begins_below:end].strip(_BLANK))
    if text[end:].strip(_BLANK):
        return over_lines
    return over_lines or (text.startswith("[") and end > 0 and (is_whole or not begins_below))


def _value_end(text: str) -> tuple[int, bool]:
    """The index behind the JSON value that a text begins with, and whether it is all there; 0 where the text is no JSON."""
    try:
        return scan(text, 0)[1], True
    except Fault as fault:
        rest = text[fault.at :].strip(_BLANK)
        breaks_off = not rest or (fault.cut and rest[0] in _TOKENS)
        return (len(text) if breaks_off else 0), False

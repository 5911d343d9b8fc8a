"""Windows-1252 or MacRoman? Told by which of the two makes sensible words of the bytes beyond ASCII.

The two place the same letters elsewhere: what is é in one is Ž or È in the other, in the middle of a word, where no capital stands. So each
character is judged by its neighbours, and the encoding wins in which more characters make sense than do not. Where neither is convincing
(Cyrillic, Greek, DOS, Japanese), nobody guesses. Keep out: UTF-8 and everything with zero bytes (``encoding``).
"""

import re

__all__ = ["western_encoding"]

_CANDIDATES = ("cp1252", "mac_roman")
"""Windows-1252 first: of two that make equal sense it is by far the more common one."""

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_ENOUGH = 20_000
"""So many characters tell as much as all."""

_CONVINCING = 0.5
"""Three of four characters make sense, if the others make none."""

_DOUBTFUL = frozenset("ÝýÞþÐðŠšŽžŒœŸ")
"""Letters of Iceland, which are also what Turkish and Polish ones become, and what MacRoman's ä, ö, ú, é and ü become; they prove nothing alone."""

_LIGATURES = frozenset("\ufb01\ufb02\u0192\u00aa\u00ba\u00b5")
_APOSTROPHE = "\u2019"
_ORDINALS = "\u00aa\u00ba"
_OPENING = frozenset("\u201e\u201c\u2018\u00ab\u201a\u2039\u00bf\u00a1")
_CLOSING = frozenset("\u201d\u2019\u00bb\u203a\u201c\u2018\u2026")
_ALONE = frozenset(
    "\u20ac\u00a3\u00a9\u00ae\u2122\u00b0\u00a7\u2013\u2014\u2022\u00b7\u00bd\u00bc\u00be\u00b2\u00b3\u00a0\u00b4\u00a8"
)
"""Quotes, and signs that stand between blanks or beside digits."""


def western_encoding(head: bytes) -> str | None:
    """``cp1252`` or ``mac_roman``; ``None`` where the text makes sense in neither.

    Args:
        head: The beginning of a text that is not UTF-8.

    Example:
        >>> western_encoding("José Núñez".encode("mac_roman"))
        'mac_roman'
    """
    found: str | None = None
    best = 0.0
    for encoding in _CANDIDATES:
        share = _share(head.decode(encoding, "replace"))
        if share > best and share >= _CONVINCING:
            found, best = encoding, share
    return found


def _share(text: str) -> float:
    judged = [
        _sense(text, match.start()) for _, match in zip(range(_ENOUGH), _BEYOND_ASCII.finditer(text), strict=False)
    ]
    return sum(judged) / len(judged) if judged else 0.0


def _sense(text: str, at: int) -> int:
    """1 where a character makes sense among its neighbours, -1 where it makes none, 0 where that proves nothing."""
    char, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if char.isalpha() and char not in _LIGATURES:
        return _sense_of_letter(char, before, after)
    inside = before.isalpha() and after.isalpha()
    if char == _APOSTROPHE and inside:
        # Before Brien in O'Brien, or in Ann's; within a word it may be MacRoman's í.
        return int(after.isupper() or (after == "s" and not text[at + 2 : at + 3].isalpha()))
    if char in _OPENING and not before.isalpha() and (after.isalnum() or not after.strip()):
        return 1
    if char in _CLOSING and not after.isalpha() and before.strip():
        return 1
    if char in _ALONE and not inside:
        return 1 if not before.isalpha() and not after.isalpha() else 0
    return 1 if char in _ORDINALS and (before.isdigit() or before == ".") else -1


def _sense_of_letter(char: str, before: str, after: str) -> int:
    if not before.isalpha() and not after.isalpha():
        return 0
    if char in _DOUBTFUL:
        return -1 if char.isupper() and before.islower() else 0
    # No word of these languages has only such letters, and one of another alphabet has.
    if not (before.isascii() and before.isalpha()) and not (after.isascii() and after.isalpha()):
        return -1
    if char.isupper() and before.islower():
        return -1
    if char.islower() and before.isupper() and after.isupper():
        return -1 if char != "ß" else 1
    return -1 if char.islower() and after.isupper() else 1

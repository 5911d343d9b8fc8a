"""Which known word somebody meant.

Put here: how near two words are, and how a suggestion reads. Keep out: which words are known.
"""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

__all__ = ["meant", "nearest", "one_of"]

_MOST_LISTED = 25


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one; None where none is.

    One slip of the finger always counts, in the shortest words, too.
    """
    words = list(dict.fromkeys(known))
    folded = {other.casefold(): other for other in reversed(words)}
    if word.casefold() in folded:
        return folded[word.casefold()]
    one_slip = [other for other in words if _is_one_slip(word, other)]
    close = get_close_matches(word, one_slip or words, n=1, cutoff=0.0 if one_slip else 0.6)
    return close[0] if close else None


def meant(word: str, known: Collection[str]) -> str:
    """``; did you mean 'union'?`` where a known word is like this one, else which there are."""
    close = nearest(word, known)
    if close is not None:
        return f"; did you mean '{close}'?"
    if not 0 < len(known) <= _MOST_LISTED:
        return ""
    shown = known if all(other.replace("_", "a").isalnum() for other in known) else [f"'{other}'" for other in known]
    return f"; there {'is' if len(shown) == 1 else 'are'} {', '.join(shown)}"


def one_of(words: Collection[str]) -> str:
    """``a, b or c``."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _is_one_slip(word: str, other: str) -> bool:
    """Whether one letter is missing, too many, another one, or has changed places with its neighbour."""
    if abs(len(word) - len(other)) > 1 or min(len(word), len(other)) < 1:
        return False
    front = 0
    while front < min(len(word), len(other)) and word[front] == other[front]:
        front += 1
    a, b = word[front:], other[front:]
    swapped = len(a) > 1 and len(b) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
    changed = a[1:] == b[1:] and len(other) > 1
    return changed or swapped or a[1:] == b or a == b[1:]

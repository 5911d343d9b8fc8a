"""Where records stand in JSON, as it is declared: ``data.items``, ``hits.hits[]._source``, ``[2].data``.

Put here: what can be written, and what it means. Keep out: looking for it in a file (``sources.readers``).
"""

import re
from dataclasses import dataclass

__all__ = ["RecordsPath"]

_STEP = r"[^.\[\]\s]+(?:\[\d+\])*"
_PATH = re.compile(rf"(?:(?:{_STEP}|(?:\[\d+\])+)(?:\.{_STEP})*)?(?:\[\](?:\.[^.\[\]\s]+)*)?")
_PART = re.compile(r"\[(\d+)\]|([^.\[\]\s]+)")


@dataclass(frozen=True, slots=True)
class RecordsPath:
    """The steps to the array, and the keys from each of its elements to the record that it wraps."""

    path: tuple[str | int, ...]
    wrapper: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> "RecordsPath":
        """What is declared means.

        Raises:
            ValueError: Nothing.

        Example:
            >>> RecordsPath.of("hits.hits[]._source")
            RecordsPath(path=('hits', 'hits'), wrapper=('_source',))
        """
        if not text or not _PATH.fullmatch(text):
            message = f"'{text}': write the keys that lead to the records with a point between them, as in data.items"
            raise ValueError(message)
        outside, _, inside = text.partition("[]")
        path = tuple(int(number) if number else key for number, key in _PART.findall(outside))
        return cls(path, tuple(key for key in inside.split(".") if key))

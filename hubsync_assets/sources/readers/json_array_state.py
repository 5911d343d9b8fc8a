"""Where the reader of an array is between two parts of its text. Keep out: reading."""

from enum import Enum, auto

__all__ = ["State", "Wait"]


class State(Enum):
    """Before the array, in it, behind it, or past what can be read."""

    BEFORE = auto()
    FIRST = auto()
    NEXT = auto()
    SKIPPING = auto()
    ENDED = auto()
    GIVING_UP = auto()
    STOPPED = auto()


class Wait(Exception):  # noqa: N818 - no error: the answer lies in text that is not here yet
    """``at``: the text from here on is needed again."""

    def __init__(self, at: int) -> None:
        self.at = at

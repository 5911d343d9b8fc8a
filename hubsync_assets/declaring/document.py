"""What stands in the file, and in which line: mappings, lists and texts that know where they are from.

Put here: the tree between YAML and the models, and the way from a path to a line. Keep out: reading YAML (``yaml_text``) and what may stand
there (``shapes``).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

__all__ = ["Items", "Keys", "Line", "Place", "at", "place_of"]


class Line(NamedTuple):
    """One fault, where it is.

    Attributes:
        number: of the line, from 1.
        path: of the key, as people write it; empty: the whole file.
        words: what is wrong.
    """

    number: int
    path: str
    words: str


class Keys(dict[str, Any]):
    """A mapping. Values are ``Keys``, ``Items``, text or None.

    Attributes:
        line: where it begins.
        lines: of each key.
        written: keys that were taken for another one, and how they are written in the file.
    """

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.written: dict[str, str] = {}

    def put(self, key: str, value: Any, line: int) -> None:  # noqa: ANN401 - see the class
        """Add a key."""
        self[key] = value
        self.lines[key] = line

    def take_for(self, written: str, key: str) -> None:
        """Read a key as if it was another one, in the same place."""
        entries = [(key if name == written else name, value, self.lines[name]) for name, value in self.items()]
        self.clear()
        for name, value, line in entries:
            self.put(name, value, line)
        self.written[key] = self.written.pop(written, written)


class Items(list[Any]):
    """A list, of the same values.

    Attributes:
        line: where it begins.
        lines: of each element.
    """

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []

    def put(self, value: Any, line: int) -> None:  # noqa: ANN401 - see the class
        """Add an element."""
        self.append(value)
        self.lines.append(line)


class Place(NamedTuple):
    """Where a path leads: the line, and the path as it is shown."""

    line: int
    path: str


def place_of(data: Keys, path: Sequence[str | int]) -> Place:
    """The line of a key, or of the nearest key above it that is there.

    What a path says below a word or a list that stands for more (``keep: max``) is not shown.
    """
    node: Any = data
    line = data.line
    shown = ""
    for part in path:
        if isinstance(node, Keys):
            text = str(part)
            shown += f".{node.written.get(text, text)}" if shown else node.written.get(text, text)
            line = node.lines.get(text, line)
            node = node.get(text)
        elif isinstance(node, Items) and str(part).isdecimal() and int(part) < len(node):
            shown += f"[{part}]"
            line = node.lines[int(part)]
            node = node[int(part)]
        else:
            break
    return Place(line, shown)


def at(data: Any, path: Sequence[str | int]) -> Any:  # noqa: ANN401 - see ``Keys``
    """What stands at a path; None where nothing does."""
    node: Any = data
    for part in path:
        if isinstance(node, Keys) and part in node:
            node = node[str(part)]
        elif isinstance(node, Items) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            return None
    return node

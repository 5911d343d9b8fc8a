"""YAML into a ``document``: what is written, without YAML's own opinions about words and numbers.

Put here: the tree, and faults of the YAML itself. Keep out: the words for text that is no YAML (``yaml_words``), and what the keys mean.
"""

from typing import Any

import yaml

from hubsync_assets.declaring.document import Items, Keys, Line
from hubsync_assets.declaring.yaml_words import line_of_no_yaml

__all__ = ["read_yaml"]

_MOST_NODES = 20_000
"""An alias can stand for a hundred others, each of which stands for a hundred."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))


def read_yaml(text: str) -> tuple[Keys | None, list[Line]]:
    """What stands in a file.

    Returns:
        The mapping, None where there is none, and what is wrong with the YAML.
    """
    try:
        # No loader that makes anything of the nodes, so nothing in the file can run.
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        return None, [line_of_no_yaml(error, text)]
    except RecursionError:
        return None, [Line(1, "", "it is nested too deeply")]
    if root is None:
        return None, [Line(1, "", "there is nothing in it: declare sources and fields, as docs/declare.md shows")]
    if not isinstance(root, yaml.MappingNode):
        return None, [Line(1, "", "keys with values belong here, sources: and fields: at least")]
    growing = _Growing()
    data = growing.mapping(root, ())
    return (None if growing.is_endless else data), growing.faults


class _Growing:
    """The tree, as far as it has grown."""

    def __init__(self) -> None:
        self.faults: list[Line] = []
        self.is_endless = False
        self._nodes = 0
        self._above: list[yaml.Node] = []
        self._told: set[int] = set()

    def mapping(self, node: yaml.MappingNode, path: tuple[str, ...]) -> Keys:
        keys = Keys(_line(node))
        for key, value in self._merged(node, path):
            keys.put(key.value, self._value(value, (*path, key.value), in_list=False), _line(key))
        return keys

    def _value(self, node: yaml.Node, path: tuple[str, ...], *, in_list: bool) -> Any:  # noqa: ANN401 - see ``Keys``
        self._nodes += 1
        if self._nodes > _MOST_NODES or node in self._above:
            self._stop(node, "it contains itself" if node in self._above else "there is too much in it")
            return None
        if node.tag not in _TAGS:
            self.faults.append(Line(_line(node), ".".join(path), "a tag (!) means nothing here: leave it out"))
        self._above.append(node)
        try:
            match node:
                case yaml.MappingNode():
                    return self.mapping(node, path)
                case yaml.SequenceNode():
                    items = Items(_line(node))
                    for element in node.value:
                        items.put(self._value(element, path, in_list=True), _line(element))
                    return items
        finally:
            self._above.pop()
        # In a list of words null can only be the word.
        is_null = node.style is None and node.value in ({""} if in_list else _NULLS)
        return None if is_null else node.value

    def _merged(self, node: yaml.MappingNode, path: tuple[str, ...]) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
        """The keys of a mapping and their values; of a key that is there twice all that stands under both."""
        found: dict[str, tuple[yaml.ScalarNode, yaml.Node]] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.faults.append(Line(_line(key), ".".join(path), "a key is one word"))
                continue
            if key.value == "<<" and key.style is None and isinstance(value, yaml.MappingNode):
                self.faults.append(Line(_line(key), ".".join(path), "<< means nothing here: write the keys out"))
                more = {below.value: (below, each) for below, each in value.value if isinstance(below, yaml.ScalarNode)}
                found = {**more, **found}
                continue
            first, before = found.setdefault(key.value, (key, value))
            if first is key:
                continue
            if id(key) not in self._told:
                words = f"the same key stands in line {_line(first)} already"
                self.faults.append(Line(_line(key), ".".join((*path, key.value)), words))
            if isinstance(before, yaml.MappingNode) and isinstance(value, yaml.MappingNode):
                # So that nothing is called unknown that one of both declares.
                both = yaml.MappingNode(value.tag, [*before.value, *value.value], before.start_mark, value.end_mark)
                found[key.value] = (first, both)
                # One is enough: the keys below are there twice because of it.
                self._told.update(id(below) for below, _ in value.value)
        return list(found.values())

    def _stop(self, node: yaml.Node, words: str) -> None:
        if not self.is_endless:
            self.faults.append(Line(_line(node), "", words))
        self.is_endless = True


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1

"""The tables of docs/declare.md, made of the models, so that the page says what the code does.

Put here: the tables and where they stand. ``python -m hubsync_assets.declaring.page`` writes them anew. Keep out: the words around them, which
stand on the page.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel

from hubsync_assets.declaring.known_keys import keys_of, summary_of
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Keep, Rule, Write
from hubsync_assets.kinds.property import PropertyDetail
from hubsync_assets.kinds.registry import KINDS
from hubsync_assets.model.declaration import ContactSync, Source
from hubsync_assets.model.pages import Pages

__all__ = ["PAGE", "with_tables"]

PAGE = Path("docs") / "declare.md"

_PART = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)

_RULES: Mapping[Rule, str] = {
    Rule.FIRST: "The value of the source that comes first, and there of the newest file. The usual rule.",
    Rule.NEWEST: "The value of the record with the newest date in the field that `by` names.",
    Rule.MAX: "The greatest value; of texts the last in the alphabet.",
    Rule.MIN: "The least value; of texts the first in the alphabet.",
    Rule.LONGEST: "The longest text.",
    Rule.ANY: "true if any record says so.",
    Rule.ALL: "true if all records that say anything say so.",
    Rule.UNION: "All elements of all records.",
}


def with_tables(page: str) -> str:
    """The page with every table as the models have it now.

    Raises:
        KeyError: a table that does not exist is asked for.
    """
    return _PART.sub(lambda part: f"{part[1]}{_TABLES[part[2]]()}\n{part[3]}", page)


def _of_keys(model: type[BaseModel]) -> str:
    return _table(("key", "what it says"), [(f"`{key}`", words) for key, words in keys_of(model).items()])


def _of_shared_keys() -> str:
    shared = keys_of(Field)
    words = keys_of(next(iter(KINDS.values())))
    return _table(("key", "what it says"), [(f"`{key}`", words[key]) for key in shared])


def _of_kinds() -> str:
    rows = []
    for kind, model in KINDS.items():
        rules = [rule.value for rule in Rule if rule in model.rules]
        rows.append((f"`{kind}`", summary_of(model), _code(model.forms), _code(rules), " / ".join(model.made)))
    return _table(("kind", "what it is", "forms", "`keep`", "property that is created"), rows)


def _of_kinds_keys() -> str:
    shared = keys_of(Field)
    users: dict[tuple[str, str], list[str]] = {}
    for kind, model in KINDS.items():
        for key, words in keys_of(model).items():
            if key not in shared:
                users.setdefault((key, words), []).append(kind)
    return _table(
        ("key", "of", "what it says"), [(f"`{key}`", _code(kinds), words) for (key, words), kinds in users.items()]
    )


def _of_rules() -> str:
    rows = []
    for rule in Rule:
        kinds = [kind for kind, model in KINDS.items() if rule in model.rules]
        rows.append(
            (f"`{rule.value}`", _RULES[rule], "every kind" if len(kinds) == len(KINDS) else _code(kinds) or "none yet")
        )
    return _table(("rule", "which value is kept", "of"), rows)


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in (head, *rows)]
    return "\n".join((lines[0], "|---" * len(head) + "|", *lines[1:]))


_TABLES: Mapping[str, Callable[[], str]] = {
    "whole": lambda: _of_keys(ContactSync),
    "sources": lambda: _of_keys(Source),
    "pages": lambda: _of_keys(Pages),
    "fields": _of_shared_keys,
    "keep": lambda: _of_keys(Keep),
    "write": lambda: _of_keys(Write),
    "property": lambda: _of_keys(PropertyDetail),
    "kinds": _of_kinds,
    "keys_of_kinds": _of_kinds_keys,
    "rules": _of_rules,
}


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

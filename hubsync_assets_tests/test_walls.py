"""The walls between the rooms, as the table of docs/architecture.md puts them up, against the imports of every module.

The table is the one place that says what a room may import: a new import is a new word there. So the page stays true, too.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hubsync_assets"
TESTS = ROOT / "hubsync_assets_tests"
BENCHMARKS = ROOT / "benchmarks"
OURS = PACKAGE.name

DOORS = {
    "files": {"glob", "io", "os", "pathlib", "shutil", "tempfile"},
    "network": {"asyncio", "http", "socket", "socketserver", "ssl", "urllib.request"},
    "processes": {"multiprocessing", "signal", "subprocess"},
    "SQLite": {"sqlite3"},
}
"""The parts of the standard library that lead out of the process, by the word that the table has for them."""


class Import(NamedTuple):
    """``name`` is dotted, and for ``from a import b`` it is ``a.b``."""

    path: Path
    name: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)} imports {self.name}"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[Import]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (Import(path, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (Import(path, f"{node.module}.{name.name}") for name in node.names)


def is_within(name: str, wall: str) -> bool:
    return name == wall or name.startswith(f"{wall}.")


def table() -> dict[str, set[str]]:
    """For each room what it may import, in the order of the page."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = page.partition("| room | what it does | may import | must not know |\n|---|---|---|---|\n")[2].partition(
        "\n\n"
    )[0]
    rooms: dict[str, set[str]] = {}
    for row in rows.splitlines():
        name, _, may_import, _ = row.strip("|").split("|")
        rooms[name.strip(" `")] = set(re.findall(r"[\w./]+", may_import))
    assert rooms
    assert len(rooms) == len(rows.splitlines()), "a room stands there twice"
    return rooms


ALLOWED = table()


def room_of(module: str) -> str:
    """The longest row that fits ``sources/files/fetch.py`` or ``sources/files/fetch/a_name``; else the module's folder."""
    parts = module.removesuffix(".py").split("/")
    fitting = [
        room
        for room in ALLOWED
        if parts[: room.strip("/").count("/") + 1] == room.strip("/").removesuffix(".py").split("/")
    ]
    return max(fitting, key=len, default=parts[0])


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def word_for(name: str) -> str | None:
    """How the table names what is imported; ``None`` for what everybody may import."""
    if is_within(name, OURS):
        return room_of(name.removeprefix(f"{OURS}.").replace(".", "/"))
    for door, behind in DOORS.items():
        if any(is_within(name, module) for module in behind):
            return door
    package = name.partition(".")[0]
    return None if package in sys.stdlib_module_names else package


@cache
def used() -> dict[str, dict[str, list[str]]]:
    """For each room what it imports, and where."""
    rooms: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in modules():
        room = room_of(path.relative_to(PACKAGE).as_posix())
        for found in imports(path):
            word = word_for(found.name)
            if word is not None and word != room:
                rooms[room][word].append(str(found))
    return rooms


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_what_the_page_says_and_nothing_else(room: str) -> None:
    assert {word: places for word, places in used()[room].items() if word not in ALLOWED[room]} == {}


@pytest.mark.parametrize("room", ALLOWED)
def test_the_page_names_nothing_that_a_room_does_not_import(room: str) -> None:
    assert ALLOWED[room] - used()[room].keys() == set()


def test_a_room_knows_only_rooms_above_it_on_the_page() -> None:
    rooms = list(ALLOWED)
    upwards = {room: {word for word in ALLOWED[room] if word in rooms[number:]} for number, room in enumerate(rooms)}
    assert {room: words for room, words in upwards.items() if words} == {}


def test_every_module_of_the_package_is_in_a_room_on_the_page() -> None:
    assert {room_of(path.relative_to(PACKAGE).as_posix()) for path in modules()} == ALLOWED.keys()


@pytest.mark.parametrize("room", ["emulator/", "sample_data/"])
def test_a_room_that_stands_alone_knows_no_room_and_no_room_knows_it(room: str) -> None:
    assert ALLOWED[room] & ALLOWED.keys() == set()
    assert [other for other, words in ALLOWED.items() if room in words] == []


def public_names(init: Path) -> set[str] | None:
    """What a room's ``__init__`` gives to others; ``None`` where it has a docstring only."""
    body = tree(init).body[1:]
    if not body:
        return None
    found = [
        ast.literal_eval(node.value)
        for node in body
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]
    ]
    assert len(found) == 1, f"{init} holds code, but no __all__"
    return set(found[0])


FACES = {
    init.parent: names
    for init in sorted(PACKAGE.rglob("__init__.py"))
    if init.parent != PACKAGE and (names := public_names(init)) is not None
}
"""The rooms with a public face. All others have none: what is to be had of them is their modules."""


def is_inside(path: Path, room: Path) -> bool:
    """Whether a file is part of a room, or tests or measures that room alone."""
    within = room.relative_to(PACKAGE)
    return (
        path.is_relative_to(room)
        or path.is_relative_to(TESTS / within)
        or path == BENCHMARKS / f"{within.as_posix().replace('/', '_')}.py"
    )


@pytest.mark.parametrize("room", FACES, ids=lambda room: room.relative_to(PACKAGE).as_posix())
def test_a_room_with_a_public_face_is_imported_through_it_only(room: Path) -> None:
    name = ".".join((OURS, *room.relative_to(PACKAGE).parts))
    face = {f"{name}.{public}" for public in FACES[room]}
    past_it = [
        str(found)
        for folder in (PACKAGE, TESTS, BENCHMARKS)
        for path in sorted(folder.rglob("*.py"))
        if not is_inside(path, room)
        for found in imports(path)
        if is_within(found.name, name) and found.name not in face
    ]
    assert past_it == []


@pytest.mark.parametrize("room", FACES, ids=lambda room: room.relative_to(PACKAGE).as_posix())
def test_every_public_name_of_a_room_exists(room: Path) -> None:
    bound = {
        alias.asname or alias.name
        for node in tree(room / "__init__.py").body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    } | {
        ast.unparse(node.target if isinstance(node, ast.AnnAssign) else node.targets[0])
        for node in tree(room / "__init__.py").body
        if isinstance(node, ast.Assign | ast.AnnAssign)
    }
    assert FACES[room] - bound == set()


def test_no_room_has_lint_rules_of_its_own_that_could_be_a_second_wall() -> None:
    assert list(PACKAGE.rglob("ruff.toml")) == []


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_first_what_lives_in_it(path: Path) -> None:
    docstring = ast.get_docstring(tree(path))
    assert docstring is not None
    assert len(docstring) > 20


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_is_longer_than_250_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250

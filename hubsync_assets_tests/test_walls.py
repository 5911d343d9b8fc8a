"""The walls between the rooms: what each may import, read from the source of every module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "hubsync_assets"

DAGSTER = {"dagster"}
HTTP = {"requests", "urllib3", "http.client", "starlette", "uvicorn"}
OURS = "hubsync_assets"

FORBIDDEN = {
    "model": DAGSTER
    | HTTP
    | {"sqlalchemy", *(f"{OURS}.{room}" for room in ("contacts", "hubspot", "sources", "steps", "sync_log", "tables"))},
    "contacts": DAGSTER
    | HTTP
    | {"sqlalchemy", f"{OURS}.hubspot", f"{OURS}.sources", f"{OURS}.steps", f"{OURS}.tables"},
    "sources": DAGSTER | {"sqlalchemy", f"{OURS}.hubspot", f"{OURS}.steps", f"{OURS}.tables", f"{OURS}.sync_log"},
    "hubspot": DAGSTER
    | {"polars", "sqlalchemy", f"{OURS}.sources", f"{OURS}.steps", f"{OURS}.tables", f"{OURS}.sync_log"},
    "tables": DAGSTER | HTTP | {"sqlalchemy", f"{OURS}.hubspot", f"{OURS}.sources", f"{OURS}.steps"},
    "sync_log": DAGSTER | HTTP | {f"{OURS}.hubspot", f"{OURS}.sources", f"{OURS}.steps"},
    "steps": DAGSTER | HTTP | {"sqlalchemy", f"{OURS}.assets", f"{OURS}.resources"},
    "assets": HTTP | {"polars", "sqlalchemy", f"{OURS}.contacts.merge", f"{OURS}.contacts.changes"},
    "automation": HTTP | {"polars", "sqlalchemy", f"{OURS}.steps", f"{OURS}.hubspot", f"{OURS}.contacts"},
    "emulator": DAGSTER | {"polars", "sqlalchemy"},
    "sample_data": DAGSTER | HTTP | {"polars", "sqlalchemy"},
}
STAND_ALONE = {"emulator", "sample_data"}


def modules(room: str) -> list[Path]:
    return sorted((PACKAGE / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def is_within(name: str, wall: str) -> bool:
    return name == wall or name.startswith(f"{wall}.")


@pytest.mark.parametrize("room", sorted(FORBIDDEN))
def test_a_room_imports_nothing_it_must_not_know(room: str) -> None:
    assert modules(room)
    broken = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in modules(room)
        for name in imports(path)
        if any(is_within(name, wall) for wall in FORBIDDEN[room])
    ]
    assert broken == []


@pytest.mark.parametrize("room", sorted(STAND_ALONE))
def test_a_room_that_stands_alone_knows_nothing_of_the_project_and_the_project_nothing_of_it(room: str) -> None:
    own = f"{OURS}.{room}"
    inside = [
        name for path in modules(room) for name in imports(path) if is_within(name, OURS) and not is_within(name, own)
    ]
    outside = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in PACKAGE.rglob("*.py")
        if path not in modules(room)
        for name in imports(path)
        if is_within(name, own)
    ]
    assert (inside, outside) == ([], [])


def test_every_folder_is_a_room_with_a_wall_or_one_that_may_know_everything() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms == set(FORBIDDEN) | {"resources", "launch"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_first_what_lives_in_it(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring is not None
    assert len(docstring) > 20

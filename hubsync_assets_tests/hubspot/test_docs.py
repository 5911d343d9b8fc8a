"""docs/writer.md names a test for every answer: each must exist."""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NAMED = sorted(set(re.findall(r"`(test_\w+)`", (HERE.parents[1] / "docs" / "writer.md").read_text("utf-8"))))
DEFINED = {
    node.name
    for path in HERE.glob("test_*.py")
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.FunctionDef)
}


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_the_page_names_exists(name: str) -> None:
    assert name in DEFINED


def test_the_page_names_many() -> None:
    assert len(NAMED) > 30

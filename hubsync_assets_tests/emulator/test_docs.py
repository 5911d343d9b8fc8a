"""docs/emulator.md says what is there: tests, switches and faults by their names, and an example that runs."""

import re
from dataclasses import fields
from pathlib import Path

from hubsync_assets.emulator import HubSpotEmulator, Switches
from hubsync_assets.emulator.faults import KINDS
from hubsync_assets.emulator.limits import TIERS

HERE = Path(__file__).parent
DOCS = (HERE.parents[1] / "docs" / "emulator.md").read_text()


def test_every_test_that_the_table_names_exists() -> None:
    there = set(re.findall(r"^def (test_\w+)", "".join(it.read_text() for it in HERE.glob("test_*.py")), re.MULTILINE))

    assert set(re.findall(r"`(test_\w+)`", DOCS)) - there == set()


def test_every_line_of_the_table_has_a_source_a_grade_and_a_test() -> None:
    lines = [line.split("|")[1:-1] for line in DOCS.splitlines() if line.count("|") == 6 and "---" not in line]
    behaviours = [line for line in lines if line[0].strip() != "behaviour"]

    assert len(behaviours) > 70
    assert [line for line in behaviours if not re.search("documented|observed|assumed", line[2])] == []
    assert [line for line in behaviours if "test_" not in line[4]] == []
    assert [
        line for line in behaviours if "assumed" in line[2] and "no switch" not in line[2] and "`" not in line[3]
    ] == []


def test_every_switch_fault_and_tier_is_described() -> None:
    names = [field.name for field in fields(Switches)] + [*KINDS, *TIERS]

    assert [name for name in names if f"`{name}`" not in DOCS] == []


def test_the_example_of_seeding_runs(hubspot: HubSpotEmulator) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)

    exec(example, {"hubspot": hubspot})

    (contact,) = hubspot.contacts()
    assert (contact["email"], contact["country"], contact["mrr"]) == ("ana@example.net", "spain", "120")

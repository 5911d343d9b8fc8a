"""Names that are taken, against what takes them."""

import re
from pathlib import Path

import pytest

from hubsync_assets.kinds.registry import KINDS
from hubsync_assets.model.schema import CONFLICT_SCHEMA, DROPPED_SCHEMA, REJECTED_SCHEMA, Schemas
from hubsync_assets.model.taken_names import OUTCOMES, TAKEN_VARIABLES, clashes, is_taken_column

PACKAGE = Path(__file__).parents[2] / "hubsync_assets"

FIELDS = [KINDS["email"].model_validate({"name": "email"}), KINDS["phone"].model_validate({"name": "p"})]


def test_every_variable_that_the_package_reads_is_taken() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    read = {name.lower() for name in re.findall(r"HUBSYNC_([A-Z][A-Z_]*[A-Z])(?![A-Z_0-9])", source)}
    # What documentation says of a source called crm, and of a prefix.
    assert read - {"crm", "db", "eu_storage"} <= TAKEN_VARIABLES


@pytest.mark.parametrize("schema", ["raw", "merged", "state", "failed", "portal", "plan"])
def test_no_field_can_have_the_name_of_a_column(schema: str) -> None:
    columns = getattr(Schemas(FIELDS, ["s"]), schema).keys()
    free = [name for name in columns if ":" not in name and not is_taken_column(name, ["p"], ["s"])]
    assert free in ([], ["p"])


@pytest.mark.parametrize("schema", [REJECTED_SCHEMA, DROPPED_SCHEMA], ids=["rejected", "dropped"])
def test_no_field_can_have_the_name_of_a_column_of_what_is_rejected(schema: dict[str, object]) -> None:
    assert [name for name in schema if not is_taken_column(name, [], [])] in ([], ["field", "raw"], ["field"])


def test_conflicts_have_a_row_a_field_so_no_name_of_theirs_is_taken() -> None:
    assert set(CONFLICT_SCHEMA) >= {"email", "field"}


def test_no_source_has_the_name_of_an_outcome_or_of_an_asset() -> None:
    assert set(Schemas(FIELDS, ["s"]).said.categories.to_list()) >= OUTCOMES
    assert clashes("merged_contacts", []) == "a table of the project"
    assert clashes("crm", ["crm", "billing"]) is None
    assert clashes("raw_crm", ["crm", "raw_crm"]) == "an asset of the source 'crm'"
    assert clashes("x_export", ["x_export", "raw_x"]) == "an asset of the source 'raw_x'"

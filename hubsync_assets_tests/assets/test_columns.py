"""What Dagster shows of every asset: a stranger finds a sentence for each column, what tells the rows apart, and the code."""

import dagster as dg
import pytest

from hubsync_assets.assets import assets_of
from hubsync_assets.building import build_definitions
from hubsync_assets.resources import Sync
from hubsync_assets_tests.shipped import MODEL, TABLES


def specs() -> dict[str, dg.AssetSpec]:
    found: dict[str, dg.AssetSpec] = {}
    for made in assets_of(Sync(MODEL)):
        for spec in made.specs if isinstance(made, dg.AssetsDefinition) else [made]:
            found[spec.key.to_user_string()] = spec
    return found


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_every_table_has_a_description_and_every_table_a_key(table: str) -> None:
    schema = specs()[table].metadata["dagster/column_schema"]
    assert [column.name for column in schema.columns] == list(TABLES[table])
    assert all(len(column.description or "") > 10 for column in schema.columns)
    (key,) = schema.constraints.other
    assert set(key.removeprefix("key: ").split(", ")) <= set(TABLES[table])


def test_the_email_of_a_golden_record_is_unique_and_never_empty() -> None:
    schema = specs()["merged_contacts"].metadata["dagster/column_schema"]
    (email,) = [column for column in schema.columns if column.name == "email"]
    assert (email.constraints.nullable, email.constraints.unique) == (False, True)


def test_every_asset_has_a_description_an_owner_and_a_tag_and_what_we_make_leads_to_its_code() -> None:
    for name, spec in specs().items():
        assert spec.description, name
        assert spec.owners, name
        assert spec.tags.get("hubsync"), name
        assert ("dagster/code_references" in spec.metadata) == (name in TABLES), name


def test_every_job_sensor_schedule_and_check_has_a_description() -> None:
    defs = build_definitions()
    named = [*(defs.jobs or []), *(defs.sensors or []), *(defs.schedules or [])]
    assert [each for each in named if not getattr(each, "description", "")] == []
    checks = list(defs.resolve_asset_graph().asset_check_keys)
    assert checks
    for made in assets_of(Sync(MODEL)):
        if isinstance(made, dg.AssetsDefinition):
            assert [spec.name for spec in made.check_specs if not spec.description] == []

"""What Dagster loads: the whole graph, with what people need to find their way in it."""

import dagster as dg
import pytest

from hubsync_assets.building import build_definitions
from hubsync_assets.declaring.errors import DeclarationError
from hubsync_assets.model.declaration import ContactSync

TABLES = {
    "raw_db1": {"db1_export"},
    "raw_db2": {"db2_export"},
    "rejected_rows": {"db1_export", "db2_export"},
    "merged_contacts": {"raw_db1", "raw_db2"},
    "contact_conflicts": {"raw_db1", "raw_db2"},
    "contact_changes": {"merged_contacts"},
    "hubspot_contacts": {"contact_changes"},
    "failed_contacts": {"contact_changes"},
    "settled_values": {"contact_changes"},
}


def test_the_definitions_load() -> None:
    dg.Definitions.validate_loadable(build_definitions())


def test_the_graph_is_the_one_of_the_readme() -> None:
    graph = build_definitions().resolve_asset_graph()
    found = {
        node.key.to_user_string(): {parent.to_user_string() for parent in node.parent_keys}
        for node in graph.asset_nodes
    }
    assert found == {**TABLES, "db1_export": set(), "db2_export": set()}
    assert {key.to_user_string() for key in graph.external_asset_keys} == {"db1_export", "db2_export"}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_asset_says_what_it_is(name: str) -> None:
    node = build_definitions().resolve_asset_graph().get(dg.AssetKey(name))
    assert len(node.description or "") > 50
    assert node.group_name in {"sources", "contacts", "hubspot"}
    assert node.owners == ["team:revops"]
    assert node.kinds
    assert node.metadata["dagster/column_schema"].columns


@pytest.mark.parametrize(
    ("job", "assets"),
    [
        ("sync_contacts", set(TABLES)),
        ("plan_contacts", set(TABLES) - {"hubspot_contacts", "failed_contacts", "settled_values"}),
        ("retry_failed_contacts", set(TABLES)),
    ],
)
def test_each_job_covers_its_part_of_the_graph(job: str, assets: set[str]) -> None:
    selected = build_definitions().resolve_job_def(job).asset_layer.selected_asset_keys
    assert {key.to_user_string() for key in selected} == assets


def test_a_check_stands_before_everything_that_writes() -> None:
    checks = build_definitions().resolve_asset_graph().asset_check_keys
    assert {f"{key.asset_key.to_user_string()}.{key.name}" for key in checks} == {
        "raw_db1.every_record_is_accounted_for",
        "raw_db1.agrees_with_last_accepted_reading",
        "raw_db2.agrees_with_last_accepted_reading",
        "raw_db2.every_record_is_accounted_for",
        "merged_contacts.every_record_is_merged",
        "merged_contacts.emails_are_unique",
        *(f"raw_{source}.every_{what}" for source in ("db1", "db2") for what in ("column_is_used", "file_is_read")),
        "contact_changes.every_contact_is_decided",
        "contact_changes.every_difference_is_decided",
        "contact_changes.changes_as_much_as_usual",
        *(
            f"raw_{source}.{what}"
            for source in ("db1", "db2")
            for what in ("columns_are_as_before", "few_records_are_rejected")
        ),
        "failed_contacts.nothing_is_refused",
        "failed_contacts.few_contacts_are_refused",
        "hubspot_contacts.every_planned_contact_is_accounted_for",
        "hubspot_contacts.every_contact_sent_has_an_answer",
        "hubspot_contacts.every_acknowledgement_has_a_proof",
        "hubspot_contacts.every_answer_belongs_to_its_call",
        "hubspot_contacts.log_and_tables_agree",
    }


def test_a_declaration_made_in_python_is_checked_like_a_file() -> None:
    fields = {"email": {"kind": "email"}, "age": {"kind": "whole", "keep": "union"}}
    sync = ContactSync.model_validate({"sources": {"crm": {"read": "crm.csv"}}, "fields": fields})
    with pytest.raises(DeclarationError, match=r"fields\.age\.keep: 'union' is no rule for kind whole"):
        build_definitions(file=sync)

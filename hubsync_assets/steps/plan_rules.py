"""What a plan goes by: the portal's properties, and the policies with what the run was told.

Put here: reading the one, and making the rules of both. Keep out: what the rules mean (``contacts.rules``), and planning (``plan``).
"""

from collections.abc import Mapping
from datetime import datetime

from hubsync_assets.contacts.rules import Rules, policy_digest
from hubsync_assets.contacts.staleness import Written
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.errors import mapping_refused
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.portal_values import PortalValues
from hubsync_assets.hubspot.schema_check import portal_faults
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.steps.plan_report import PlanOptions

__all__ = ["portal_values", "rules_of"]


def portal_values(client: HubSpotClient, mapping: PropertyMapping, model: ContactModel) -> PortalValues:
    """Read the portal's properties, one call.

    Raises:
        MappingRefusedError: they cannot take what the declared fields send; all of them are named.
    """
    schema = client.properties()
    if faults := portal_faults(model, schema):
        raise mapping_refused(faults)
    return PortalValues(mapping, schema)


def rules_of(  # all that a plan goes by
    model: ContactModel,
    options: PlanOptions,
    values: PortalValues,
    version: int,
    mappings: Mapping[int, Mapping[str, str]],
    now: datetime,
) -> Rules:
    """The rules of one plan.

    Args:
        model: what a contact is.
        options: what the run was told.
        values: the portal's properties.
        version: the number of the mapping that is used now.
        mappings: all that there were, by number.
        now: an aware time.
    """
    digests = {
        field.name: policy_digest(
            field, options.mode, values.described(field.name), clear_unknown=options.clear_unknown
        )
        for field in model.sent_fields
    }
    return Rules(
        mode=options.mode,
        clear_unknown=options.clear_unknown,
        written=Written.now(version, mappings),
        now=now,
        digests=digests,
        reformat=options.reformat,
        retry_failed=options.retry_failed,
        recreate=model.declared.gone_in_hubspot == "recreate",
    )

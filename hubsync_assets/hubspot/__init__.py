"""HubSpot: a client that keeps to the portal's limits, the mapping of a contact, and a writer that accounts for every contact.

Start reading at ``writer``; ``docs/writer.md`` explains it in a page. Nothing here knows Dagster, polars or the emulator.
"""

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import MAPPING_VERSION, FieldState, compare, read_properties, to_properties
from hubsync_assets.hubspot.records import Account, Outcome, Page, PortalContact, PropertySchema, ReadAnswer, Upsert
from hubsync_assets.hubspot.tally import WriteReport
from hubsync_assets.hubspot.writer import Progress, Writer

__all__ = [
    "MAPPING_VERSION",
    "Account",
    "FieldState",
    "HubSpotClient",
    "Outcome",
    "Page",
    "PortalContact",
    "Progress",
    "PropertySchema",
    "ReadAnswer",
    "Upsert",
    "WriteReport",
    "Writer",
    "compare",
    "read_properties",
    "to_properties",
]

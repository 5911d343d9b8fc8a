"""HubSpot: a client that keeps to the portal's limits, the mapping of a contact, and a writer that accounts for every contact.

Start reading at ``writer``; ``docs/writer.md`` explains it in a page. Nothing here knows Dagster, polars or the emulator.
"""

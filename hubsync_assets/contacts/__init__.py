"""What a contact is, and how many records become one: pure functions over polars frames.

Put here: rules about values. Keep out: Dagster, HTTP, files, and what HubSpot thinks of a value.
"""

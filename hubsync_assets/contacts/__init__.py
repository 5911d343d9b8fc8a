"""How values are cleaned, how many records become one contact, and what of it is to be written: pure functions over polars frames.

Put here: rules about values. Keep out: Dagster, HTTP, files, and what HubSpot thinks of a value.
"""

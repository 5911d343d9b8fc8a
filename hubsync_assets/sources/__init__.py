"""Where contacts come from: a source's files, their bytes, and chunks of rows out of them.

Two seams: ``files`` finds, fetches and opens (a path, gzip, an http(s) URL); ``readers`` make chunks of rows from bytes (JSON, NDJSON,
CSV, Parquet, Arrow). Keep out of the room: what a valid contact is, Dagster, HubSpot.
"""

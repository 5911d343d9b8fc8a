"""Versioned Parquet tables in one storage folder.

Put here: how a table is written beside its older version, swapped in with one rename, described by a manifest and read by
bucket; and the lock that lets one writer at a time into the folder. Keep out: what the columns mean, Dagster, HTTP.
"""

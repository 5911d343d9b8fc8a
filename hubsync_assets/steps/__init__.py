"""The four steps over the data: read, merge, plan, upload; and the report each one returns.

A step ties rooms together (sources, contacts, tables, sync log, HubSpot) and counts. Put here: the order of things, what is
published when, and which sums must close. Keep out: Dagster (``assets`` calls these), rules about values (``contacts``), and
what an HTTP status means (``hubspot``).
"""

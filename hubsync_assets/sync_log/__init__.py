"""What HubSpot answered, contact by contact, kept until nothing follows from it; and its fold into the acknowledged state.

Put here: the append-only table (SQLite or PostgreSQL through SQLAlchemy Core) and how its rows become ``hubspot_contacts`` and
``failed_contacts``. Keep out: Dagster, HTTP, and deciding what to write (``contacts.changes``).
"""

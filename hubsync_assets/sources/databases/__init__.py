"""Rows of a database as chunks: connect without writing, take one snapshot, stream it in a fixed order, and say how it ended.

Start at ``query_reading``. Put here: SQLAlchemy, drivers and SQL. Keep out: which source is a database (``connectors``), and which values are
valid (``contacts``).
"""

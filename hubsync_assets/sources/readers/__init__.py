"""Bytes to chunks of rows: JSON arrays, NDJSON, CSV, Parquet and Arrow, in bounded memory, with the position and text of every record that is not a row.

Start at ``read_chunks``. Put here: formats. Keep out: where bytes come from (``files``), and which values are valid (``contacts``).
"""

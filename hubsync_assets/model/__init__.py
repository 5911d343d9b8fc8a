"""What a contact is: the declaration of fields, sources and rules, and what follows from it.

Put here: the pydantic models that ``hubsync.yaml`` is checked with (they are the Python API, too), and the schemas, names, columns and
digests that follow. Keep out: anything that reads files, writes or computes values; so that every room may import this one. What a
kind of field is stands in ``kinds``. The model is an argument wherever it is needed: no module holds one.
"""

"""Messages of Singer and Airbyte that stand between their records, by their ``type``.

Put here: their names. Keep out: what is done with them.
"""

__all__ = ["NO_RECORDS"]

NO_RECORDS = frozenset({"SCHEMA", "STATE", "ACTIVATE_VERSION", "LOG", "TRACE", "CONTROL", "SPEC", "CATALOG"})

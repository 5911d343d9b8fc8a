"""Where contacts come from: a source's files, their bytes, and chunks of rows out of them.

Two seams: "open bytes" (a file, gzip, an http(s) URL) and "bytes to chunks of rows" (JSON array, NDJSON, CSV). Put here:
nothing but the names other rooms use. Keep out of the room: what a valid contact is, Dagster, HubSpot.
"""

from hubsync_assets.sources.chunks import BROKEN_SCHEMA, MALFORMED, NOT_AN_OBJECT, ROW_SCHEMA, Chunk
from hubsync_assets.sources.fetch import fetch
from hubsync_assets.sources.files import Known, SourceFile
from hubsync_assets.sources.fingerprint import Fingerprint, fingerprint
from hubsync_assets.sources.keys import OTHERS, UNKNOWN_LIMIT
from hubsync_assets.sources.locate import is_url, locate, refuse_same_files
from hubsync_assets.sources.patience import Patience
from hubsync_assets.sources.reading import RECORD_LIMIT, read_chunks

__all__ = [
    "BROKEN_SCHEMA",
    "MALFORMED",
    "NOT_AN_OBJECT",
    "OTHERS",
    "RECORD_LIMIT",
    "ROW_SCHEMA",
    "UNKNOWN_LIMIT",
    "Chunk",
    "Fingerprint",
    "Known",
    "Patience",
    "SourceFile",
    "fetch",
    "fingerprint",
    "is_url",
    "locate",
    "read_chunks",
    "refuse_same_files",
]

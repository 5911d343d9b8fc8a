"""Whether a source can be read now, without reading it: for a person who asks how things stand.

Keep out: whether anything changed (``Source.look``), which not every source can say.
"""

import os

from hubsync_assets.sources.connectors.credentials import headers_of
from hubsync_assets.sources.connectors.database import Database
from hubsync_assets.sources.connectors.exports import RemoteFile
from hubsync_assets.sources.connectors.source import Source
from hubsync_assets.sources.databases.query_reading import fingerprint_of
from hubsync_assets.sources.files.following import Following
from hubsync_assets.sources.files.reaching import reach
from hubsync_assets.sources.files.source_file import SourceFile

__all__ = ["reachable"]


def reachable(source: Source, seconds: float) -> list[SourceFile]:
    """The exports of a source, newest first, when it has been seen that they can be read.

    A database is connected to and its columns are compared with the declaration, a bucket is listed, a URL is asked for its headers.

    Args:
        source: The source.
        seconds: How long a database may take, or a server may be silent.

    Raises:
        HubsyncError: It cannot be read, or has nothing.
    """
    if isinstance(source, Database):
        fingerprint_of(source.spec, seconds, connect=True)
    found = source.find()
    if isinstance(source, RemoteFile):
        headers = headers_of(source.source, source.setting, source.declared, os.environ)
        for file in found[:1]:
            reach(file, Following(source.setting, headers), seconds)
    return found

"""The two databases' exports: external assets, so that lineage begins at the file.

The sensor reports what it saw of them. Keep out: reading them (``sources``).
"""

import dagster as dg

from hubsync_assets.assets.describe import OWNERS
from hubsync_assets.model.fields import SOURCES
from hubsync_assets.model.tables import EXPORT

__all__ = ["EXPORTS"]

EXPORTS = [
    dg.AssetSpec(
        EXPORT[source],
        group_name="sources",
        kinds={"file"},
        owners=OWNERS,
        description=(
            f"The export files of {source}, as HUBSYNC_{source.upper()} names them: a file, a folder, a glob or a URL; "
            "JSON, NDJSON or CSV, plain or gzipped. Made by the database, not by Dagster."
        ),
    )
    for source in SOURCES
]

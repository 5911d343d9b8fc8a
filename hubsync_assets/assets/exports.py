"""The sources' exports: external assets, so that lineage begins at the file.

The sensor reports what it saw of them. Keep out: reading them (``sources``).
"""

import dagster as dg

from hubsync_assets.assets.describe import OWNERS
from hubsync_assets.resources import Sync

__all__ = ["exports_of"]


def exports_of(sync: Sync) -> list[dg.AssetSpec]:
    """One for each source."""
    return [
        dg.AssetSpec(
            sync.key(export),
            group_name="sources",
            kinds={"file"},
            owners=OWNERS,
            tags={"hubsync": "sources"},
            description=(
                f"The export files of {source}, as hubsync.yaml names them: a file, a folder, a glob or a URL; "
                "JSON, NDJSON, CSV or TSV, plain or packed, Parquet, Arrow, or a zip of them. Made by the database, not by Dagster."
            ),
        )
        for source, export in sync.model.tables.export.items()
    ]

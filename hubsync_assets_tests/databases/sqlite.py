"""A SQLite file, with the life of a server: what cannot be reached there is a file that is not there.

Keep out: the sync log's own SQLite file.
"""

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from hubsync_assets_tests.databases.server import Server


class SQLite(Server):
    """It has no users and no password, and anybody who may write the file may write it."""

    name = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.path = self.folder / "contacts.db"
        self._away = self.folder / "contacts.db.away"
        self.path.touch()

    @property
    def url(self) -> str:
        return sa.URL.create("sqlite", database=str(self.path)).render_as_string()

    def engine(self) -> sa.Engine:
        return sa.create_engine(self.url, poolclass=NullPool)

    def kill(self) -> None:
        """The file is gone, as with a disk that is no longer mounted; who has it open keeps it."""
        if self.path.exists():
            self.path.rename(self._away)

    def restart(self) -> None:
        if self._away.exists():
            self._away.rename(self.path)

    def stop(self) -> None:
        """Nothing runs."""

"""Where pages stand: a folder that keeps those of the last runs, each file readable by its owner alone.

Put here: names, modes and how many are kept. Keep out: what is in a page.
"""

import os
from datetime import datetime
from pathlib import Path

from hubsync_assets.errors import PermanentError

__all__ = ["Shelf", "write_private"]


class Shelf:
    """A folder of reports.

    Args:
        folder: is made, for its owner alone, where there is none.
        kept: of how many runs the pages are kept.
    """

    def __init__(self, folder: Path, kept: int) -> None:
        self.folder = folder.absolute()
        self.kept = kept

    def put(self, run_id: str, at: datetime, page: str, rows: str) -> Path:
        """Write a run's page and table, in place of those that it wrote before; the oldest runs' are removed.

        Returns:
            The page.

        Raises:
            PermanentError: the folder cannot be written to.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            before = sorted(self.folder.glob(f"*-{run_id}.html"))
            path = before[0] if before else self.folder / f"{at:%Y-%m-%dT%H%M%S}-{run_id}.html"
            write_private(path.with_suffix(".csv"), rows)
            write_private(path, page)
            for old in sorted(self.folder.glob("????-??-??T??????-*.html"))[: -self.kept]:
                old.with_suffix(".csv").unlink(missing_ok=True)
                old.unlink(missing_ok=True)
        except OSError as error:
            msg = f"no report could be written into {self.folder} ({error.strerror}): make it writable, or set HUBSYNC_REPORTS"
            raise PermanentError(msg) from None
        return path


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, at once or not at all.

    Raises:
        OSError: it cannot be written.
    """
    waiting = path.with_name(f".{path.name}.writing")
    waiting.unlink(missing_ok=True)
    try:
        # Made with its mode: there is no moment in which others could open it.
        with os.fdopen(
            os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
        ) as file:
            file.write(text)
        waiting.replace(path)
    except OSError:
        waiting.unlink(missing_ok=True)  # Half a page holds contacts, and nobody would find it.
        raise

"""Who holds a lock, for the message that the next one gets.

Put here: what is said of a run that writes, in a form that fits into 63 characters (PostgreSQL's ``application_name``), and its words.
Keep out: locks (``storage_lock``, ``sync_log.database_lock``).
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

__all__ = ["Holder"]

_MARK = "hubsync"
_MOST = 63
"""Longer names are cut by PostgreSQL."""
_FORM = re.compile(rf"{_MARK}:(?P<run>[^:]*):(?P<pid>\d+):(?P<since>\d+):(?P<host>.*)", re.DOTALL)
_RUN_SHOWN = 8
"""As many characters of a run's id as Dagster's own pages show."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A run that writes.

    Attributes:
        run: Its id, or how it begins.
        pid: Of its process.
        host: Where that runs; a pod's name in Kubernetes.
        since: Seconds since the epoch.
    """

    run: str
    pid: int
    host: str
    since: int

    @classmethod
    def here(cls, run: str) -> Self:
        """A run of this process, as of now.

        Args:
            run: Its id.
        """
        return cls(run, os.getpid(), os.uname().nodename, int(datetime.now(UTC).timestamp()))

    @classmethod
    def of(cls, text: str) -> Self | None:
        """The other way of ``text``; None: it is none."""
        found = _FORM.fullmatch(text)
        return None if found is None else cls(found["run"], int(found["pid"]), found["host"], int(found["since"]))

    @property
    def text(self) -> str:
        """In at most 63 characters of ASCII; a long host loses its end."""
        run = re.sub(r"[^\x21-\x39\x3b-\x7e]", "?", self.run)[:_RUN_SHOWN]
        return f"{_MARK}:{run}:{self.pid}:{self.since}:{self.host.encode('ascii', 'replace').decode()}"[:_MOST]

    def __str__(self) -> str:
        since = datetime.fromtimestamp(self.since, UTC)
        return f"run {self.run[:_RUN_SHOWN]} (process {self.pid} on {self.host}, since {since:%Y-%m-%d %H:%M} UTC)"

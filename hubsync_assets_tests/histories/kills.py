"""A run that ends in the middle, inside this process: at a chosen effect, before or after it.

Three things take effect outside of the process: a commit to the log, a table that is published, a call to HubSpot. From the moment of
the kill on none of them happens any more, whatever the code does on its way out, as when the process is gone. Put here: that, and the
orderly stop of Ctrl-C. Keep out: real signals (``benchmarks.kill_campaign``).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from unittest import mock

import sqlalchemy as sa

from hubsync_assets.hubspot.transport import Transport
from hubsync_assets.sync_log.database_lock import DatabaseLock
from hubsync_assets.tables.table import VersionWriter

__all__ = ["Ending", "Killed", "ends_at"]

Kind = Literal["any", "write", "log", "table"]


class Killed(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class Ending:
    """Where a run ends: at the effect of this number, of those of a kind.

    ``how``: killed before it took effect, killed after it, or stopped in an orderly way after it (Ctrl-C).
    """

    kind: Kind
    number: int
    how: Literal["before", "after", "stop"]


@dataclass
class Effects:
    """What took effect so far, by kind."""

    ending: Ending | None
    counts: dict[str, int] = field(default_factory=dict)
    dead: bool = False
    under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def effect(self, kind: str) -> Iterator[None]:
        """Around one effect."""
        with self.lock:
            hit = self._count(kind)
            if self.dead or (hit is not None and hit.how == "before"):
                self.dead = True
                raise Killed
            self.under_way += 1
        try:
            yield
        finally:
            with self.lock:
                self.under_way -= 1
        if hit is not None and hit.how == "stop":
            raise KeyboardInterrupt
        if hit is not None:
            self.dead = True
            raise Killed

    def _count(self, kind: str) -> Ending | None:
        for name in {kind, "any"}:
            self.counts[name] = self.counts.get(name, 0) + 1
        ending = self.ending
        if ending is not None and ending.kind in (kind, "any") and self.counts[ending.kind] == ending.number:
            return ending
        return None

    def wait(self) -> None:
        """Until the calls that were under way are over."""
        while self.under_way:
            time.sleep(0.001)


@contextmanager
def ends_at(ending: Ending | None) -> Iterator[Effects]:
    """Let runs inside the block end there; None: only watch."""
    effects = Effects(ending)
    transaction, publish, send = DatabaseLock.transaction, VersionWriter.publish, Transport.send

    @contextmanager
    def counted_transaction(lock: DatabaseLock) -> Iterator[sa.Connection]:
        with effects.effect("log"), transaction(lock) as connection:
            yield connection

    def counted_publish(writer: VersionWriter, *arguments: Any, **named: Any) -> Any:
        with effects.effect("table"):
            return publish(writer, *arguments, **named)

    def counted_send(transport: Transport, method: str, path: str, *arguments: Any, **named: Any) -> Any:
        with effects.effect("write" if path.endswith("/batch/upsert") else "call"):
            return send(transport, method, path, *arguments, **named)

    patches: list[tuple[type, str, Callable[..., Any]]] = [
        (DatabaseLock, "transaction", counted_transaction),
        (VersionWriter, "publish", counted_publish),
        (Transport, "send", counted_send),
    ]
    with mock.patch.object(*patches[0]), mock.patch.object(*patches[1]), mock.patch.object(*patches[2]):
        try:
            yield effects
        finally:
            effects.wait()

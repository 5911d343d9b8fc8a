"""Looking at several things at the same time, each with a limit of its own: what hangs does not keep the rest from being told.

A look cannot be ended from outside, so its thread is left behind, and the command ends its process without waiting for it. Keep out: the looks.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hubsync_assets.doctor.findings import Finding, Level, Part
from hubsync_assets.errors import HubsyncError

__all__ = ["Look", "look_at_all"]


@dataclass(frozen=True, slots=True)
class Look:
    """One thing to look at.

    Attributes:
        name: Of its part.
        find: Gives what it finds, bit by bit: what it gave counts, also where it hangs afterwards.
        seconds: How long it may take.
        failing: How bad it is when it says that it cannot be done, or does not come to its end.
        do: What to do then.
    """

    name: str
    find: Callable[[], Iterable[Finding]]
    seconds: float = 12.0
    failing: Level = Level.ATTENTION
    do: str = ""


def look_at_all(looks: Sequence[Look]) -> list[Part]:
    """Look at everything at once.

    Args:
        looks: At what.

    Returns:
        A part for each, in their order, after at most the longest of their limits.
    """
    parts = [Part(look.name) for look in looks]
    threads = [
        threading.Thread(target=_run, args=(look, part), name=f"doctor {look.name}", daemon=True)
        for look, part in zip(looks, parts, strict=True)
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    told = []
    for look, part, thread in zip(looks, parts, threads, strict=True):
        thread.join(max(0.0, started + look.seconds - time.monotonic()))
        found = list(part.findings)  # a thread that is left behind may still add to its own
        if thread.is_alive():
            found.append(Finding(f"no answer within {look.seconds:.0f} s", look.failing, look.do))
        told.append(Part(look.name, found))
    return told


def _run(look: Look, part: Part) -> None:
    try:
        for finding in look.find():
            part.findings.append(finding)
    except HubsyncError as error:
        part.findings.append(Finding(str(error), look.failing, look.do))
    except Exception as error:  # noqa: BLE001 - one part that fails must not hide the others, and its text may quote anything
        part.findings.append(Finding(f"could not be looked at ({type(error).__name__})", Level.ATTENTION, look.do))

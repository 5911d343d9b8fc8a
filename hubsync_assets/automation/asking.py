"""Whether a sensor asks for a run, without Dagster: what its sources look like now against what the last syncs were made from.

That a run was asked for is no proof that it did its work: only a sync that came to an end says so, in the log. The cursor holds what was asked for last, and no
run keys, which a failed run would burn (github.com/dagster-io/dagster issue 15982). Keep out: looking at sources and at the log.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Self

from hubsync_assets.sources.errors import some_left_out
from hubsync_assets.sources.files.fingerprint import Fingerprint
from hubsync_assets.sync_log.sync_ends import PastSync, SyncEnd

__all__ = ["Again", "Asked", "Decision", "decide"]


@dataclass(frozen=True, slots=True)
class Again:
    """How a sync that did not finish is asked for again.

    Attributes:
        after: Seconds until then; twice as many after each further time.
        times: How often.
    """

    after: float = 60
    times: int = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sensor remembers.

    Attributes:
        looks: By source, what it looked like when a run was asked for, or when one was found to have been made from it.
        since: Syncs that ended before this row of the log do not count.
        times: How often a run was asked for without one that finished.
        at: When, or when a run was last seen at work, in seconds since the epoch.
    """

    looks: Mapping[str, str]
    since: int = 0
    times: int = 0
    at: float = 0

    @classmethod
    def of(cls, cursor: str | None) -> Self | None:
        """What a cursor holds; None: nothing, or what an earlier version remembered."""
        values = json.loads(cursor) if cursor else {}
        return cls(**values) if isinstance(values.get("looks"), dict) else None

    @property
    def cursor(self) -> str:
        """The other way."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a look came to: whether to ask for a run, and because of which sources; or why not; and the next cursor."""

    ask: bool = False
    changed: Mapping[str, Fingerprint] = field(default_factory=dict)
    cursor: str = ""
    skip: str | None = None


def decide(
    cursor: str | None,
    seen: Mapping[str, Fingerprint],
    past: Sequence[PastSync],
    now: float,
    again: Again | None = None,
) -> Decision:
    """Decide whether to ask for a sync. Nobody is at work.

    Args:
        cursor: What the last decision left.
        seen: What each watched source looks like now. None is watched: only a sync that was cut off is asked for again.
        past: How the last syncs ended, newest first.
        now: Seconds since the epoch.
        again: How one that did not finish is asked for again.
    """
    moving = [source for source, look in seen.items() if not look.settled]
    if moving:
        return Decision(cursor=cursor or "", skip=f"files of {' and '.join(moving)} are still being written")
    looks = {source: look.digest for source, look in seen.items()}
    asked, newest = _by_this_clock(Asked.of(cursor), now), past[0] if past else None
    if asked is None or asked.looks != looks:
        if newest is None or not _is_of(newest, looks):
            return _changed(seen, looks, asked, newest, now)
        # Somebody else's run was made from what is there now: the schedule's, or a person's.
        asked = Asked(looks, newest.seq - 1)
    ended = next((sync for sync in past if sync.seq > asked.since and _is_of(sync, looks)), None)
    if ended is not None and not ended.cut_off_since and ended.end is not SyncEnd.UNFINISHED:
        return Decision(cursor=replace(asked, times=0, at=now).cursor, skip=_rest(ended, seen))
    return _again(asked, _why(ended), now, again or Again())


def _by_this_clock(asked: Asked | None, now: float) -> Asked | None:
    """What a clock that has been set back since remembers: pauses count from now, not from a time that may be years away."""
    return replace(asked, at=now) if asked is not None and asked.at > now else asked


def _changed(
    seen: Mapping[str, Fingerprint], looks: Mapping[str, str], asked: Asked | None, newest: PastSync | None, now: float
) -> Decision:
    if not seen:
        return Decision(cursor="", skip="no source is one that can be watched, so there is nothing to do")
    before = asked.looks if asked else newest.looks if newest else {}
    changed = {source: look for source, look in seen.items() if before.get(source) != look.digest}
    next_one = Asked(looks, newest.seq if newest else 0, 1, now)
    # A source that is not watched any more is no reason for a run.
    if not changed and asked is not None:
        return Decision(cursor=replace(asked, looks=looks).cursor, skip=f"nothing has changed{_beside(seen)}")
    return Decision(ask=True, changed=changed or seen, cursor=next_one.cursor)


def _again(asked: Asked, why: str, now: float, again: Again) -> Decision:
    """The first time at once, where this sensor has not asked yet; then with pauses that grow."""
    if asked.times > again.times:
        words = f"{why}; it was asked for {asked.times} times: look at its last run. The next change of a source starts another one, and so does the schedule"
        return Decision(cursor=asked.cursor, skip=words)
    due = asked.at + again.after * 2 ** (asked.times - 1) if asked.times else now
    if now < due:
        return Decision(
            cursor=asked.cursor, skip=f"{why}; it is asked for again in {timedelta(seconds=round(due - now))}"
        )
    return Decision(ask=True, cursor=replace(asked, times=asked.times + 1, at=now).cursor)


def _is_of(sync: PastSync, looks: Mapping[str, str]) -> bool:
    """Whether it was made from what the sources look like."""
    if not looks:
        return not sync.looks  # nobody can look at its sources
    return all(sync.looks.get(source) == look for source, look in looks.items())


def _rest(ended: PastSync, seen: Mapping[str, Fingerprint]) -> str:
    """Why nothing is to be done, of a sync that needs no other."""
    nothing = f"nothing has changed{_beside(seen)}"
    if ended.end is SyncEnd.WAITS:
        return f"{nothing}, and the plan waits for a person: {ended.why}"
    return f"{nothing}, and {ended.why}" if ended.end is SyncEnd.DOUBT else nothing


def _why(ended: PastSync | None) -> str:
    if ended is None:
        return "the sync of what is there now has not finished: it failed, was killed, or waits to be started"
    if ended.cut_off_since:
        return "the last upload was cut off"
    return f"the last sync has not finished: {ended.why}"


def _beside(seen: Mapping[str, Fingerprint]) -> str:
    """What the sources leave out, in words."""
    told = [f"; {source} {some_left_out(look.left_out)}" for source, look in seen.items() if look.left_out]
    return "".join(told)

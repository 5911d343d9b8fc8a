"""Whether the files behind a setting have changed, and have come to rest. For a sensor that starts a run on new files.

Only names and ``stat``, never content, so that an evaluation takes milliseconds whatever the files hold. Keep out: Dagster.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from hubsync_assets.sources import errors
from hubsync_assets.sources.files.locate import is_url, look_for

__all__ = ["Fingerprint", "fingerprint", "fingerprint_of_paths"]


_NO_CLOCK_IS_SO_WRONG = 86_400.0
"""Seconds by which a file server's clock may be ahead of ours. A ctime beyond that is of a clock that has been set back since, and of a file that
nobody has written to after that; what is ahead by less settles by itself within a day."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a source's files look like from outside.

    Attributes:
        digest: SHA-256 (hex) of the sorted ``name:size:mtime_ns:inode:ctime_ns`` listing. New, gone, grown, touched or replaced files change it.
        files: How many there are; none is not a fault: an export may still come.
        settled: No file was written, renamed or linked in the last few seconds, so that none is half-written.
        left_out: Names of what is there and is not read, and why; it starts nothing.
    """

    digest: str
    files: int
    settled: bool
    left_out: Mapping[str, str] = field(default_factory=dict, compare=False)


def fingerprint(
    setting: str, *, still_seconds: float = 5.0, now: float | None = None, follow_links: bool = False
) -> Fingerprint | None:
    """Look at the files that ``setting`` names.

    Args:
        setting: As for ``locate``.
        still_seconds: How long a file must have been left alone, by its ctime, which no copying tool can set back.
        now: Seconds since the epoch, for tests.
        follow_links: As for ``locate``.

    Returns:
        ``None`` for a URL or an empty setting: there is nothing to watch.

    Raises:
        PermanentError: A folder that is not there or cannot be listed; an empty one is fine.
    """
    if not setting or is_url(setting):
        return None
    found = look_for(setting, follow_links=follow_links)
    return replace(fingerprint_of_paths(found.paths, still_seconds=still_seconds, now=now), left_out=found.left_out)


def fingerprint_of_paths(paths: Iterable[Path], *, still_seconds: float = 5.0, now: float | None = None) -> Fingerprint:
    """Look at these files.

    Args:
        paths: Where they are; one that is gone does not count.
        still_seconds: As above.
        now: As above.

    Raises:
        PermanentError: One may not be looked at.
    """
    moment = time.time() if now is None else now
    lines, youngest = [], 0.0
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue  # gone since it was listed: the next look sees a listing without it
        except PermissionError:
            raise errors.denied(str(path)) from None
        lines.append(f"{path}:{status.st_size}:{status.st_mtime_ns}:{status.st_ino}:{status.st_ctime_ns}\n")
        if status.st_ctime < moment + _NO_CLOCK_IS_SO_WRONG:
            youngest = max(youngest, status.st_ctime)
    digest = hashlib.sha256("".join(sorted(lines)).encode("utf-8", "surrogateescape")).hexdigest()
    return Fingerprint(digest, len(lines), settled=moment - youngest >= still_seconds)

"""What a glob matches, and the folder that all of it is in.

Put here: names alone. Keep out: which files are read (``locate``).
"""

import glob
from pathlib import Path

from hubsync_assets.sources.files.leaving_out import UNFINISHED, why_folder_left_out

__all__ = ["fixed_part", "matches"]


def matches(pattern: str) -> tuple[list[Path], dict[Path, str]]:
    """What a glob names.

    Args:
        pattern: Of the ``glob`` module, ``**`` for any number of folders.

    Returns:
        The matches; and below the folder that all are in those in a folder that is not finished, such as Spark's ``_temporary``, and why.
    """
    fixed = fixed_part(pattern)
    hits = [Path(hit) for hit in glob.glob(pattern, recursive=True)]  # noqa: PTH207 - takes absolute patterns
    whys = {hit: why_folder_left_out(hit.relative_to(fixed).parts[:-1]) for hit in hits}
    unfinished = {hit.relative_to(fixed): why for hit, why in whys.items() if why == UNFINISHED}
    return [hit for hit, why in whys.items() if why != UNFINISHED], unfinished


def fixed_part(pattern: str) -> Path:
    """The folder that all matches of a glob are in."""
    fixed: list[str] = []
    for part in Path(pattern).parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return Path(*fixed)

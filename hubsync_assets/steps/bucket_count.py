"""How many buckets the raw table of a source needs, from the size of its files.

Keep out: what buckets are (``tables.buckets``).
"""

from collections.abc import Iterable

from hubsync_assets.sources.files.byte_stream import is_packed
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.tables.buckets import bits_for

__all__ = ["BYTES_A_BUCKET", "bits_for_files"]

BYTES_A_BUCKET = 14_142_135
"""Input bytes a bucket of the raw tables holds at most, 10 MB (7 to 14) with the count being a power of two: merging one takes about
six times that in memory, measured, and two are merged at a time. Two sources of about one size mostly have as many buckets; one
with fewer would be read twice."""

GZIP_RATIO = 12
"""Bytes of text per byte of a gzipped export: the most seen so far. Too many buckets cost little, too few cost memory."""


def bits_for_files(files: Iterable[SourceFile]) -> int:
    """The raw table of these files has 2**bits buckets."""
    return bits_for(sum(map(_text_size, files)), BYTES_A_BUCKET)


def _text_size(file: SourceFile) -> int:
    """About how many bytes of text a file holds."""
    if file.text_size is not None:
        return file.text_size
    size = file.size or 0
    return size * GZIP_RATIO if file.path is not None and is_packed(file.path) else size

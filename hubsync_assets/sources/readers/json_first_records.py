"""The first records of a JSON text as values, out of what they are wrapped in: for people who want to see which keys they have.

Keep out: where they stand (``json_layout``), and reading them for their values.
"""

from collections.abc import Iterator

from hubsync_assets.sources.readers.json_beginning import beginning
from hubsync_assets.sources.readers.json_layout import Layout, at_path, opened
from hubsync_assets.sources.readers.json_value import Members

__all__ = ["first_records"]


def first_records(text: str, layout: Layout) -> Iterator[Members]:
    """The records at the beginning of a text, the last perhaps not all there. Where nobody knows where they stand: its values."""
    for value in beginning(text):
        found = at_path(value, layout.path)
        for record in found if isinstance(found, list) and not isinstance(found, Members) else [found]:
            inner: object = record
            for key in layout.wrapper:
                inner = opened(at_path(inner, (key,)))
            # Beside records there may be some without a wrapper.
            if isinstance(record, Members):
                yield inner if isinstance(inner, Members) else record

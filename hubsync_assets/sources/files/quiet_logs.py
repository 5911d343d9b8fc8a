"""What the HTTP libraries log while something is downloaded: nothing, since it quotes URLs.

Keep out: our own words, which never do.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["no_urls_in_logs"]

_TALKATIVE = ("urllib3.connectionpool", "urllib3.util.retry", "urllib3.poolmanager", "requests")


@contextmanager
def no_urls_in_logs() -> Iterator[None]:
    """Drop what the HTTP libraries log in this thread: at DEBUG level, which helps to find a fault, urllib3 logs queries."""
    own = threading.get_ident()

    def from_elsewhere(record: logging.LogRecord) -> bool:
        return record.thread != own

    loggers = [logging.getLogger(name) for name in _TALKATIVE]
    for logger in loggers:
        logger.addFilter(from_elsewhere)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(from_elsewhere)

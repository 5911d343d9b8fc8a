"""Keeps signed URLs out of the logs while a download runs.

urllib3 logs each request with its query at DEBUG level, which somebody who looks for a fault will switch on. Keep out:
everything else.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["no_urls_in_logs"]

_TALKATIVE = ("urllib3.connectionpool", "urllib3.util.retry", "urllib3.poolmanager", "requests")


@contextmanager
def no_urls_in_logs() -> Iterator[None]:
    """Drop what the HTTP libraries log in this thread, and in this thread only."""
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

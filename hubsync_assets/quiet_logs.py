"""What the HTTP libraries log while a URL is called that may be a secret, or has one in it: nothing, since they quote it.

Keep out: our own words, which never do.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["no_urls_in_logs"]

_TALKATIVE = (
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.response",
    "urllib3.util.retry",
    "requests",
)
"""The loggers that they write to: a filter of an upper one would not see what these are told."""


@contextmanager
def no_urls_in_logs() -> Iterator[None]:
    """Drop what the HTTP libraries log in this thread.

    At DEBUG level, which helps to find a fault, urllib3 logs queries, and of headers that it cannot read it warns with the whole URL.
    """
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

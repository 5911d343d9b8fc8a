"""How long a download is tried and how much of it is taken: timeouts, attempts, pauses that grow, a lowest speed, a greatest size.

Put here: the policy; sleep and chance are passed in, so that tests need neither. Keep out: making requests, and which answers are worth
another try (``retrying``).
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hubsync_assets.retrying import backoff

__all__ = ["DownloadRetry"]


@dataclass(frozen=True)
class DownloadRetry:
    """When to give up. All times in seconds.

    Attributes:
        attempts: How many requests in a row may fail without any progress.
        connect_seconds: For a connection.
        read_seconds: Between two parts of an answer.
        answer_seconds: Until the headers of an answer are complete, over all redirects: a server that makes an export on demand needs some.
        slow_seconds: Over so long the speed is measured ...
        lowest_speed: ... and is not lower than this, in bytes a second: of a file of 10 MB that is three hours.
        most_bytes: Of one file. A tenth of it takes a day at 1 Mbit/s, so what is more is a mistake, or an answer without end.
        total_seconds: For the whole file, over all attempts.
        first_pause: Before the second attempt; doubled each time.
        longest_pause: No pause is longer, whatever ``Retry-After`` says.
    """

    attempts: int = 6
    connect_seconds: float = 10
    read_seconds: float = 60
    answer_seconds: float = 180
    slow_seconds: float = 60
    lowest_speed: float = 1000
    most_bytes: int = 100 << 30
    total_seconds: float = 6 * 3600
    first_pause: float = 0.5
    longest_pause: float = 30
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    chance: Callable[[], float] = field(default=random.random, repr=False)

    @property
    def timeout(self) -> tuple[float, float]:
        """As requests takes it."""
        return self.connect_seconds, self.read_seconds

    def pause(self, failures: int, retry_after: str | None) -> None:
        """Wait before the next attempt: between half and all of the doubled pause, so that two sources do not retry in step.

        Args:
            failures: Attempts in a row without progress.
            retry_after: What the server asks for, in seconds; a date or nonsense counts as nothing.
        """
        grown = backoff(max(failures, 1), self.first_pause, self.longest_pause, self.chance, certain=0.5)
        wished = float(retry_after) if retry_after and retry_after.isdecimal() else 0.0
        self.sleep(min(max(grown, wished), self.longest_pause))

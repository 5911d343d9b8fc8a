"""The settings of a client that a portal or a test may want to change, with the values that suit HubSpot.

Put here: numbers, and where time and chance come from. Keep out: what they are used for.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hubsync_assets.hubspot.retry import RetryPolicy
from hubsync_assets.hubspot.transport import Timeouts

__all__ = ["Tuning"]


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a client behaves.

    Attributes:
        max_in_flight: The most requests at one time, and so the most threads of a writer. 250 calls in 10 s at 2 s each need 50.
        policy: The retry policy's numbers.
        timeouts: The longest waits of one request.
        sleep: Waits so many seconds.
        clock: Seconds that never go back.
        chance: Spreads retries.
        plain: Whether plain http may leave this machine: to an emulator, which gets no token that is worth anything.
    """

    max_in_flight: int = 64
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    timeouts: Timeouts = field(default_factory=Timeouts)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: random.Random = field(default_factory=random.Random)
    plain: bool = False

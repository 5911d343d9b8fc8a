"""Which HTTP answers are worth another try, and how long to wait before it.

Put here: what every caller of a server knows. Keep out: HTTP libraries, making requests, and what one server alone does
(``hubspot.retry``, ``sources.files.download_retry``). Time and chance are handed in, so that tests need neither.
"""

from collections.abc import Callable

__all__ = ["backoff", "is_retryable"]

_ASK_LATER = frozenset({408, 425, 429})
"""A timeout of the server's, too early, too many requests: the only faults of a client's that time mends."""
_TLS_FAULTS = frozenset({525, 526})
"""A proxy (Cloudflare's numbers) does not trust the server behind it: somebody has to renew a certificate."""


def is_retryable(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status in _ASK_LATER or (status >= 500 and status not in _TLS_FAULTS)


def backoff(failures: int, first: float, longest: float, chance: Callable[[], float], *, certain: float = 0.0) -> float:
    """Seconds to wait before the next try: exponential, capped, and with jitter, so that callers that failed together part.

    Args:
        failures: Failed tries in a row, from 1.
        first: The most seconds after one failure; doubled for each further one.
        longest: The most seconds after any number of failures.
        chance: Gives a number from 0 to 1.
        certain: The share of the bound that is always waited. 0: anything up to the bound.
    """
    # Nothing doubles for ever: 2 to the power of some thousands is no float.
    bound = min(longest, first * 2.0 ** min(failures - 1, 30))
    return bound * (certain + (1 - certain) * chance())

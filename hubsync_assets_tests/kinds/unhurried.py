"""How property tests run here."""

from hypothesis import HealthCheck, settings

__all__ = ["UNHURRIED"]

UNHURRIED = settings(
    derandomize=True,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""The same examples each time; the machine may be busy, so no example has to be quick."""

"""The digests that a person types into a config, which is YAML: of a plan, of a reading.

Put here: that they stay texts there. Keep out: of what they are made (``steps.plan_digest``, ``steps.health``).
"""

__all__ = ["short_digest"]

_DIGITS = 12
_LETTERS = frozenset("acdf")
"""Without one of these YAML may read a number (012345678901, 5e1234567890, 0b0101010101), and the config is refused."""


def short_digest(whole: str) -> str:
    """Twelve of a digest's hexadecimal digits, enough to tell apart and to be typed: the first twelve in a row that YAML takes for a text.

    Args:
        whole: at least twelve digits in small letters.
    """
    several = (whole[start : start + _DIGITS] for start in range(len(whole) - _DIGITS + 1))
    return next((digits for digits in several if _LETTERS & set(digits)), whole[:_DIGITS])

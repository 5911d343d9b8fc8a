"""Which email addresses HubSpot takes, and the form it stores them in.

The rules are HubSpot's published ones (legacydocs.hubspot.com, "how does HubSpot validate email addresses"): RFC 2822 form,
no quoted local part, and a top-level domain of IANA's list after handling Unicode. ``top_level_domains.txt`` is IANA's
tlds-alpha-by-domain list, as it stood on 2026-10-01 (its first line says so). Keep out: who owns an address (``contacts``).
"""

import re
from functools import cache, lru_cache
from importlib.resources import files

__all__ = ["is_valid", "normalise", "top_level_domains"]

LOCAL = re.compile(r"[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f]+")
LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


def normalise(text: str) -> str:
    """The form HubSpot stores: without white space around it, lower-cased."""
    return text.strip().lower()


@cache
def top_level_domains() -> frozenset[str]:
    """IANA's top-level domains, lower-cased: ``com``, and the international ones in punycode and in Unicode."""
    lines = (files(__package__) / "top_level_domains.txt").read_text("ascii").splitlines()
    labels = [line.strip().lower() for line in lines if line and not line.startswith("#")]
    international = [label[4:].encode("ascii").decode("punycode") for label in labels if label.startswith("xn--")]
    return frozenset(labels + international)


def is_valid(email: str) -> bool:
    """Whether HubSpot takes an address that is already normalised."""
    local, at, domain = email.rpartition("@")
    if not at or not LOCAL.fullmatch(local) or local[0] == "." or local[-1] == "." or ".." in local:
        return False
    return _is_domain(domain)


@lru_cache(maxsize=4096)
def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    if len(labels) < 2 or not all(LABEL.fullmatch(label) and "_" not in label for label in labels):
        return False
    return labels[-1] in top_level_domains()

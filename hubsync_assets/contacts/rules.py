"""What a run may do to values that HubSpot holds, field by field: the declared policies and the run's options together.

Put here: policies and their digests. Keep out: what follows for a contact (``deciding``).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from hubsync_assets.contacts.staleness import Written
from hubsync_assets.kinds.field import Field

__all__ = ["Mode", "Rules", "policy_digest"]

Mode = Literal["replace", "never_clear"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be done, and how contacts are written.

    Attributes:
        mode: ``replace``: what is gone is made empty where we wrote it. ``never_clear``: nothing is made empty.
        clear_unknown: With ``replace``, an empty value also clears what somebody else wrote.
        written: How contacts are written now, and what was written otherwise.
        digests: By field, what its policy and its property are now (``policy_digest``): what was settled under another one is decided anew.
        reformat: What we wrote and is written otherwise now is written again, though it means the same.
        retry_failed: Contacts and values that HubSpot refused are tried again.
        recreate: Contacts that are gone in HubSpot are created again.
        now: An aware time: a refusal that is some days old is tried again.
    """

    mode: Mode
    clear_unknown: bool
    written: Written
    now: datetime
    digests: Mapping[str, str] = field(default_factory=dict)
    reformat: bool = False
    retry_failed: bool = False
    recreate: bool = False

    def may_clear(self, of: Field) -> bool:
        """Whether a field may be made empty: the stricter of mode and policy counts."""
        return self.mode == "replace" and of.write.how == "overwrite"

    @property
    def may_clear_theirs(self) -> bool:
        """Whether what somebody else wrote may be made empty at all."""
        return self.mode == "replace" and self.clear_unknown


def policy_digest(of: Field, mode: Mode, portal: str, *, clear_unknown: bool) -> str:
    """Names all that decides what becomes of a field's value beside the values.

    Args:
        of: The field.
        mode: The run's.
        portal: The field's properties, as the portal has them, in some words.
        clear_unknown: The run's.
    """
    parts = [of.write.how, of.write.edited, mode, clear_unknown, portal]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]

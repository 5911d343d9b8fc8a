"""What is assumed of HubSpot, as switches: each default is the choice that ``docs/emulator.md`` explains.

Put here: behaviour that HubSpot doesn't document and nobody was seen to have observed beyond doubt, and what differs between
portals (time zone, scopes). Keep out: rate limits (``limits``) and faults (``faults``).
"""

from dataclasses import dataclass, fields, replace
from zoneinfo import ZoneInfo

from hubsync_assets.emulator.bounds import LONGEST_SECONDS, number

__all__ = ["Switches"]

MERGED_IDS = ("left_out", "lead_on", "not_found")


@dataclass(frozen=True, slots=True)
class Switches:
    """One field a switch; ``changed`` gives a copy with some of them set."""

    token: str = ""
    """The only token that is accepted; empty: any token that isn't empty."""
    scopes: str = ""
    """The scopes that tokens have, separated by spaces; empty: all of them."""
    api_version: str = ""
    """The only version whose paths exist (``v3``, ``2026-03``, ``2026-09``); empty: all."""
    time_zone: str = "UTC"
    """The portal's time zone: the daily limit starts again at its midnight."""
    multi_status_in_2026_09: bool = True
    """2026-09 answers partial success with 207, as the older versions do; otherwise with 200 and ``errors``."""
    echo_trace_ids: bool = False
    """Batch results repeat ``objectWriteTraceId``."""
    case_variants_are_duplicates: bool = True
    """``A@x.com`` and ``a@x.com`` in one batch are a duplicate id."""
    conflict_fails_batch: bool = True
    """An upsert to an email that belongs to another contact is a 409 for the whole batch, trace ids or not."""
    omitted_properties_stay: bool = True
    """An upsert by email leaves what it doesn't name; otherwise it clears it ("partial upserts are not supported")."""
    batch_update_by_email: bool = False
    """Batch update takes ``idProperty: email``; otherwise it answers that email isn't unique, as somebody saw."""
    secondary_becomes_primary: bool = False
    """Writing a contact's own secondary address into ``email`` makes it the primary one; otherwise it changes nothing."""
    new_lifecycle_stage: str = "lead"
    """The stage that a contact gets when it is made without one; empty: none."""
    shuffle_results: bool = True
    """Results come in another order than the inputs."""
    search_lag_seconds: float = 2.0
    """How long it takes until search sees a write."""
    negative_filters_find_missing: bool = True
    """NEQ, NOT_IN and NOT_CONTAINS_TOKEN find contacts without a value too."""
    merged_ids_lead_on: bool = True
    """The id of a contact that was merged away reads and changes the contact that took over; otherwise it is not found."""
    merged_ids_in_batches: str = "left_out"
    """What batch read and batch update by record id do with such an id: ``left_out`` without a word, ``lead_on`` or ``not_found``."""
    deleting_nothing_is_not_found: bool = False
    """Deleting a contact that doesn't exist is a 404; otherwise a 204."""
    merge_keeps_primary_id: bool = False
    """A merged contact keeps the id of the primary one; otherwise it gets a new id."""
    erased_emails_are_refused: bool = False
    """An address erased by gdpr-delete can't be written again; otherwise a write makes the contact anew."""
    throttled_calls_count: bool = False
    """A call answered with 429 counts in the windows, and so delays the next one."""
    retry_after_on_429: bool = False
    """429 carries ``Retry-After`` in seconds."""

    def changed(self, **changes: object) -> "Switches":
        """A copy with some switches set; ValueError for one that doesn't exist or a value that it doesn't take."""
        kinds = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in changes.items():
            if name not in kinds:
                raise ValueError(f"There is no switch {name}: use one of {', '.join(kinds)}.")
            if type(value) is not kinds[name] and not (kinds[name] is float and type(value) is int):
                raise ValueError(f"The switch {name} takes a {kinds[name].__name__}.")
        changed = replace(self, **changes)  # type: ignore[arg-type]
        number(changed.search_lag_seconds, "The switch search_lag_seconds", 0, LONGEST_SECONDS)
        if changed.merged_ids_in_batches not in MERGED_IDS:
            raise ValueError(f"The switch merged_ids_in_batches takes one of {', '.join(MERGED_IDS)}.")
        if not _is_time_zone(changed.time_zone):
            raise ValueError("The switch time_zone takes a name of the time zone database, such as US/Eastern.")
        return changed


def _is_time_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return name == "UTC"  # known without a database, which a small container may lack

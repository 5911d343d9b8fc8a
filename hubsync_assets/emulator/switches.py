"""What is assumed of HubSpot, as switches: each default is the choice that ``docs/emulator.md`` explains.

Put here: behaviour that HubSpot doesn't document and nobody was seen to have observed beyond doubt. Keep out: rate limits
(``limits``) and faults (``faults``), which are set at run time.
"""

from dataclasses import dataclass, fields, replace

__all__ = ["Switches"]


@dataclass(frozen=True, slots=True)
class Switches:
    """One field a switch; ``changed`` gives a copy with some of them set."""

    token: str = ""
    """The only token that is accepted; empty: any token that isn't empty."""
    api_version: str = ""
    """The only version whose paths exist (``v3``, ``2026-03``, ``2026-09``); empty: all."""
    multi_status_in_2026_09: bool = False
    """2026-09 answers partial success with 207, as the older versions do; otherwise with 200 and ``errors``."""
    echo_trace_ids: bool = False
    """Upsert results repeat ``objectWriteTraceId``."""
    case_variants_are_duplicates: bool = True
    """``A@x.com`` and ``a@x.com`` in one batch are a duplicate id."""
    conflict_fails_batch: bool = True
    """An email that belongs to another contact is a 409 for the whole batch, trace ids or not."""
    new_lifecycle_stage: str = "lead"
    """The stage that a contact gets when it is made without one; empty: none."""
    shuffle_results: bool = True
    """Results come in another order than the inputs."""

    def changed(self, **changes: str | bool) -> "Switches":
        """A copy with some switches set; ValueError for one that doesn't exist or has another type."""
        kinds = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in changes.items():
            if name not in kinds:
                raise ValueError(f"There is no switch {name}: use one of {', '.join(kinds)}.")
            if type(value) is not kinds[name]:
                raise ValueError(f"The switch {name} takes a {kinds[name].__name__}.")
        return replace(self, **changes)  # type: ignore[arg-type]

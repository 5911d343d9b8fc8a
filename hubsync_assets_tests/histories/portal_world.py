"""Random histories of a small portal: what people do there, what the sources say, and how each run is told to write.

Put here: hypothesis strategies and the deeds of people. Keep out: what comes of them (``portal_model``).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from hypothesis import strategies as st

from hubsync_assets.emulator import ControlError, EmulatorControl

__all__ = ["ANCHOR", "EMAILS", "FIELDS", "Deed", "PortalHistory", "PortalStep", "do", "portal_histories"]

EMAILS = tuple(f"p{n}@example.com" for n in range(4))
STRANGERS = ("s0@example.com", "s1@example.com")
ANCHOR = "anchor@example.com"
"""In every source at all times, so that no source is in doubt because it has become small."""

FIELDS = ("name", "phone", "country", "company_name", "mrr")
VALUES: Mapping[str, tuple[str, ...]] = {
    "name": ("Ana Lopez", "Ana Ruiz", "Ana", "Bea Ruiz", ""),
    "phone": ("+34600000001", "+34600000002", ""),
    "country": ("ES", "FR", ""),
    "company_name": ("Acme", "Beta", ""),
    "mrr": ("1", "2", ""),
}
"""Canonical values, few of them, so that sources and people come to the same ones by themselves."""

TYPED: Mapping[str, tuple[str, ...]] = {
    "firstname": ("Ana", "Bea", " ana lopez", "Ana Lopez", ""),
    "lastname": ("Lopez", "Ruiz", "Old", ""),
    "phone": ("+34600000001", "600 000 001", "+34 600 00 00 02", "911", ""),
    "country": ("Spain", "España", "ES", "France", "Peru", ""),
    "hs_country_region_code": ("ES", "FR", "PE", ""),
    "company": ("Acme", "Beta ", "Gamma", ""),
    "mrr": ("1", "1.0", "2", "7", ""),
}
"""What people type in HubSpot."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Deed:
    """What a person does in HubSpot to a contact, named by any address; what is not possible then does not happen."""

    what: Literal["edit", "address", "merge", "archive", "erase", "make"]
    who: str
    other: str = ""
    values: Row = field(default_factory=dict)


@dataclass(frozen=True)
class PortalStep:
    """What the sources hold, by source and email; what people do before a run and between its plan and its upload; and the run's options."""

    rows: Mapping[str, Mapping[str, Row]]
    before: tuple[Deed, ...]
    during: tuple[Deed, ...]
    mode: Literal["replace", "never_clear"]
    clear_unknown: bool


@dataclass(frozen=True)
class PortalHistory:
    """How fields are written, by field ``how`` and ``edited``; whether who is gone is made again; what HubSpot holds at first; the steps."""

    policies: Mapping[str, tuple[str, str]]
    recreate: bool
    seeded: tuple[Row, ...]
    steps: tuple[PortalStep, ...]


def do(hubspot: EmulatorControl, deed: Deed) -> None:
    """Let a person do something."""
    with suppress(ControlError):
        match deed.what:
            case "edit":
                hubspot.edit(deed.who, dict(deed.values))
            case "address":
                hubspot.edit(deed.who, {"email": deed.other})
            case "merge":
                hubspot.merge(deed.who, deed.other)
            case "archive":
                hubspot.archive(deed.who)
            case "erase":
                hubspot.erase(deed.who)
            case "make":
                hubspot.contact(deed.who)  # who is there is not made anew
    if deed.what == "make":
        _make(hubspot, deed)


def _make(hubspot: EmulatorControl, deed: Deed) -> None:
    taken = {
        address
        for contact in hubspot.contacts()
        for address in (contact["email"], *contact.get("hs_additional_emails", "").split(";"))
    }
    if deed.who not in taken:
        hubspot.seed([{"email": deed.who, **deed.values}])


_ANYBODY = st.sampled_from((*EMAILS, *EMAILS, *STRANGERS))
_ROW = st.fixed_dictionaries({name: st.sampled_from(VALUES[name]) for name in FIELDS})
_TYPED = st.lists(st.sampled_from(sorted(TYPED)), min_size=1, max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: st.sampled_from(TYPED[name]) for name in names})
)
_REMOVAL = st.one_of(
    st.builds(Deed, st.sampled_from(["archive", "erase"]), st.sampled_from(EMAILS)),
    st.builds(Deed, st.just("merge"), _ANYBODY, st.sampled_from(EMAILS)),
)
_EDIT = st.builds(Deed, st.just("edit"), _ANYBODY, values=_TYPED)
_DEED = st.one_of(
    _EDIT,
    _EDIT,
    st.builds(Deed, st.sampled_from(["address", "merge"]), _ANYBODY, _ANYBODY),
    st.builds(Deed, st.sampled_from(["archive", "erase"]), _ANYBODY),
    st.builds(Deed, st.just("make"), _ANYBODY, values=_TYPED),
)
# Nobody gives away an address while it is sent as a new contact's: which of two writes to the record is the last is nobody's to say.
_MEANWHILE = st.one_of(
    _EDIT,
    st.builds(Deed, st.just("address"), _ANYBODY, st.sampled_from(STRANGERS)),
    st.builds(Deed, st.just("make"), _ANYBODY, values=_TYPED),
)
_SOURCE = st.dictionaries(st.sampled_from(EMAILS), _ROW, max_size=len(EMAILS))
_STEP = st.builds(
    PortalStep,
    rows=st.fixed_dictionaries({"db1": _SOURCE, "db2": _SOURCE}),
    before=st.lists(_DEED, max_size=4).map(tuple),
    during=st.one_of(st.lists(_MEANWHILE, max_size=2), st.lists(_REMOVAL, min_size=1, max_size=2)).map(tuple),
    mode=st.sampled_from(["replace", "replace", "never_clear"]),
    clear_unknown=st.sampled_from([False, False, False, True]),
)


def _small_changes(steps: list[PortalStep]) -> tuple[PortalStep, ...]:
    """Every other step keeps most of what the sources held: a change of one field shows what becomes of the rest."""
    found = steps[:1]
    for step in steps[1:]:
        last = found[-1].rows
        rows = {
            source: {
                email: {
                    **last[source][email],
                    **{it: cell for it, cell in step.rows[source].get(email, {}).items() if hash_of(email, it, cell)},
                }
                for email in last[source]
            }
            for source in last
        }
        found.append(
            step if len(found) % 3 == 2 else PortalStep(rows, step.before, step.during, step.mode, step.clear_unknown)
        )
    return tuple(found)


def hash_of(*parts: str) -> bool:
    """A coin that falls the same way each time, one in three."""
    return sum(map(ord, "".join(parts))) % 3 == 0


_SEED: st.SearchStrategy[Row] = st.builds(
    lambda email, other, values: {
        "email": email,
        **({"hs_additional_emails": other} if other != email else {}),
        **values,
    },
    _ANYBODY,
    st.one_of(_ANYBODY, st.just("other@example.com")),
    _TYPED,
)
_POLICY = st.tuples(
    st.sampled_from(["overwrite", "overwrite", "fill", "set_once", "never_clear"]), st.sampled_from(["ours", "theirs"])
)


def _apart(seeds: list[Row]) -> tuple[Row, ...]:
    """Only those whose addresses nobody before them has."""
    taken: set[str] = set()
    found = []
    for seed in seeds:
        addresses = {seed["email"], seed.get("hs_additional_emails", seed["email"])}
        if not addresses & taken:
            found.append(seed)
            taken |= addresses
    return tuple(found)


portal_histories: st.SearchStrategy[PortalHistory] = st.builds(
    PortalHistory,
    policies=st.fixed_dictionaries(dict.fromkeys(FIELDS, _POLICY)),
    recreate=st.booleans(),
    seeded=st.lists(_SEED, max_size=4).map(_apart),
    steps=st.lists(_STEP, min_size=3, max_size=6).map(_small_changes),
)
"""Four people in two sources, two strangers, five fields; three to six runs."""

"""Ready-made portals: ``free``, a new one, and ``mature``, one that people have used for years.

Put here: which tier, definitions and contacts a preset has, and who of them was merged, archived or erased since. Keep out:
the people (``mature``) and the definitions (``mature_properties``). A preset is the same each time, its ids and times included.
"""

from random import Random

from hubsync_assets.emulator import removal
from hubsync_assets.emulator.clock import DAY
from hubsync_assets.emulator.mature import USERS, Person, people
from hubsync_assets.emulator.mature_properties import MATURE_PROPERTIES
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.records import Contact, Source
from hubsync_assets.emulator.seeding import edit, seed_contact, seed_definition

__all__ = ["PRESETS", "fill", "is_empty", "preset_tier"]

PRESETS = {"free": "free", "mature": "professional"}
"""The presets, and whose limits apply in each (``limits.TIERS``)."""
PEOPLE = 360
SECOND_ADDRESSES, PAIRS, ARCHIVED, ERASED = 25, 12, 15, 6
SEED = 20_261_126


def preset_tier(name: str) -> str:
    """Whose limits apply in a preset; ValueError if there is none of that name."""
    if name not in PRESETS:
        raise ValueError(f"There is no preset {name}: use one of {', '.join(PRESETS)}.")
    return PRESETS[name]


def fill(portal: Portal, name: str) -> None:
    """Give an empty portal a preset's definitions and contacts; inside a transaction. The limits are the caller's to set.

    Raises:
        ValueError: there is no such preset, or the portal has contacts.
    """
    preset_tier(name)
    if not is_empty(portal):
        raise ValueError("A preset fills an empty portal, and this one has contacts: reset it first.")
    if name == "mature":
        _mature(portal, Random(SEED))  # noqa: S311  (repeatable, not secret)


def is_empty(portal: Portal) -> bool:
    """Whether a portal has no contacts, archived ones included."""
    return not portal.contacts.page(1) and not portal.contacts.page(1, archived=True)


def _mature(portal: Portal, random: Random) -> None:
    for definition in MATURE_PROPERTIES:
        seed_definition(portal, definition)
    everybody = people(random, PEOPLE)
    ids = {person.email: seed_contact(portal, person.seed) for person in everybody}
    chosen = random.sample(everybody, SECOND_ADDRESSES + PAIRS + ARCHIVED + ERASED)
    for number, person in enumerate(chosen):
        contact = portal.contacts.get([ids[person.email]])[ids[person.email]]
        user = random.choice(USERS)
        who = Source("CRM_UI", f"userId:{user}", user)
        at = person.until + random.randint(1, 60) * DAY
        if number < SECOND_ADDRESSES:
            edit(portal, contact, {"hs_additional_emails": _other_address(person)}, source=who, at=at)
        elif number < SECOND_ADDRESSES + PAIRS:
            removal.merge(portal, contact, _double(portal, person, at), source=who, at=at)
        elif number < SECOND_ADDRESSES + PAIRS + ARCHIVED:
            removal.archive(portal, [contact], source=who, at=at)
        else:
            removal.erase(portal, contact)


def _other_address(person: Person) -> str:
    return f"{person.email.partition('@')[0]}@home.example.org"


def _double(portal: Portal, person: Person, at: int) -> Contact:
    """A contact that somebody made for a person who had one."""
    first = person.seed["history"][0]["properties"]
    values = {"email": _other_address(person), **{name: first[name] for name in ("firstname", "lastname")}}
    return edit(portal, None, values, source=Source("FORM", "5f2c1d1e-0000-4000-8000-000000000002"), at=at)

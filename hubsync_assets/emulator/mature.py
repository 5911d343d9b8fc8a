"""The contacts of the preset ``mature``: some hundred people whom forms, imports, integrations and colleagues have written.

Put here: inventing them and their past, the same for the same seed. Keep out: definitions (``mature_properties``) and how a past
is kept (``seeding``). Nobody is real: addresses are of example.com and example.org, phone numbers are made up.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from hubsync_assets.emulator.clock import DAY, iso
from hubsync_assets.emulator.mature_properties import CUSTOM, SIZES

__all__ = ["USERS", "Person", "people"]

FIRST_DAY, DAYS = 1_609_750_800_000, 1_200
"""2021-01-04, 09:00 UTC, and for how many days people were added; all of it is past, whatever the clock says."""
USERS = (1001, 1002, 1003, 1004, 1005)
FORMS = ("5f2c1d1e-0000-4000-8000-000000000001", "5f2c1d1e-0000-4000-8000-000000000002")
APPS = ("2034521", "3120044")
COMPANIES = (
    "Northwind",
    "Lumen",
    "Bluebird",
    "Harbour",
    "Granite",
    "Juniper",
    "Meridian",
    "Quill",
    "Saffron",
    "Tamarind",
)
KINDS = ("Labs", "Foods", "Logistics", "Studio", "Energy", "Health", "Robotics", "Travel")
TITLES = ("CEO", "Head of Sales", "Marketing Manager", "Office Manager", "Engineer", "Buyer", "Consultant", "Founder")
LANDS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "spain": ("+34 600 000 {:03}", ("Ana", "María José", "Íñigo", "Lucía"), ("García López", "Núñez", "Ruiz", "Vidal")),
    "france": (
        "01 99 00 {:02} 17",
        ("Chloé", "Jean-Luc", "Inès", "Hugo"),
        ("Lefèvre", "de La Tour", "Moreau", "Petit"),
    ),
    "germany": ("030 23125 {:03}", ("Jürgen", "Anke", "Lena", "Till"), ("Groß", "von Braun", "Schäfer", "Weiß")),
    "italy": ("+39 06 5550 {:03}", ("Giulia", "Marco", "Elena", "Luca"), ("D'Angelo", "Rossi", "Conti", "Ferri")),
    "united kingdom": (
        "020 7946 0{:03}",
        ("Amelia", "Harry", "Priya", "Owen"),
        ("O'Neill", "Smith-Jones", "Patel", "Hill"),
    ),
    "united states": ("(555) 555-0{:03}", ("Emma", "Liam", "Noah", "Zoe"), ("Johnson", "Lee", "McKay", "Ortiz")),
    "portugal": ("+351 210 000 {:03}", ("Inês", "João", "Rita", "Tiago"), ("da Silva", "Gonçalves", "Sousa", "Reis")),
    "poland": ("+48 22 555 0{:03}", ("Zofia", "Łukasz", "Piotr", "Maja"), ("Wójcik", "Nowak", "Żak", "Lis")),
}
"""By country: how a phone number looks there, first names, last names."""


@dataclass(slots=True)
class Person:
    """A contact as ``seeding`` takes it, and when it was last changed."""

    seed: dict[str, Any]
    until: int

    @property
    def email(self) -> str:
        """The primary address."""
        return str(self.seed["email"])

    def happens(self, random: Random, values: dict[str, object], who: dict[str, object]) -> None:
        """Some time after what was last, somebody sets values."""
        self.until += random.randint(1, 90) * DAY + random.randrange(DAY)
        self.seed["history"].append({"at": iso(self.until), **who, "properties": values})


def people(random: Random, how_many: int) -> list[Person]:
    """So many people, the first to come first; each with one to seven things that happened to their contact."""
    made = [_person(random, number) for number in range(how_many)]
    return sorted(made, key=lambda person: str(person.seed["history"][0]["at"]))


def _plain(text: str) -> str:
    """Letters only, lower-cased, without marks: what an address is made of."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ł", "l"))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def _person(random: Random, number: int) -> Person:
    country = random.choice(list(LANDS))
    phone, firsts, lasts = LANDS[country]
    first, last = random.choice(firsts), random.choice(lasts)
    company = f"{random.choice(COMPANIES)} {random.choice(KINDS)}"
    domain = f"{_plain(company)}.example.com" if random.random() < 0.8 else "mail.example.org"
    person = Person({"email": f"{_plain(first)}.{_plain(last)}{number}@{domain}", "history": []}, 0)
    person.until = FIRST_DAY + random.randrange(DAYS) * DAY
    who = _first_writer(random)
    typed = who["sourceType"] == "FORM" and random.random() < 0.3
    values: dict[str, object] = {
        "firstname": first.lower() if typed else first,
        "lastname": last.lower() if typed else last,
        "country": country,
        "lifecyclestage": random.choice(("subscriber", "lead", "184520113")),
        "signup_source": random.choice(CUSTOM["signup_source"][3]),
    }
    if not typed:
        values |= {"company": company, "company_size": random.choice(SIZES), "jobtitle": random.choice(TITLES)}
    if random.random() < 0.7:
        values["phone"] = phone.format(random.randrange(100))
    person.happens(random, values, who)
    if typed and random.random() < 0.5:
        person.happens(random, {"firstname": first, "lastname": last}, _somebody(random))
    for change, writer in _later(random, number, phone):
        person.happens(random, change, writer)
    return person


def _somebody(random: Random) -> dict[str, object]:
    return {"sourceType": "CRM_UI", "updatedByUserId": random.choice(USERS)}


def _app(random: Random) -> dict[str, object]:
    return {"sourceType": "INTEGRATION", "sourceId": random.choice(APPS)}


def _first_writer(random: Random) -> dict[str, object]:
    """A form, an import, an integration or a colleague."""
    form: dict[str, object] = {"sourceType": "FORM", "sourceId": random.choice(FORMS)}
    imported: dict[str, object] = {"sourceType": "IMPORT", "updatedByUserId": random.choice(USERS)}
    return random.choices((form, imported, _app(random), _somebody(random)), (35, 25, 25, 15))[0]


def _later(random: Random, number: int, phone: str) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    """What happens to a contact in its years, and by whom."""
    if random.random() < 0.4:
        plan = random.choice(CUSTOM["product_plan"][3])
        seats = random.randint(1, 80)
        bought = {"product_plan": plan, "seats": seats, "customer_number": f"C-{number:05}", "terms_accepted": "true"}
        yield {**bought, "lifecyclestage": "customer"}, _app(random)
        yield {"mrr": seats * 15, "num_notes": random.randint(0, 9)}, {"sourceType": "CALCULATED"}
    if random.random() < 0.35:
        yield {"phone": phone.format(random.randrange(100)), "hs_lead_status": "CONNECTED"}, _somebody(random)
    custom = random.sample([name for name in CUSTOM if name not in ("customer_number", "seats", "product_plan")], 4)
    yield {name: _value(random, name) for name in custom}, random.choice((_somebody, _app))(random)


def _value(random: Random, name: str) -> object:
    """Something that a custom property may hold."""
    label, kind, _, options = CUSTOM[name]
    if options:
        return random.choice(options)
    day = iso(FIRST_DAY + random.randrange(DAYS) * DAY)
    by_kind = {"number": random.randint(0, 100), "bool": random.choice(("true", "false")), "date": day[:10]}
    return {**by_kind, "datetime": day, "string": f"{label} {random.randint(1, 99)}"}[kind]

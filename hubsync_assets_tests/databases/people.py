"""Contacts as a company's database has them: as many as wanted, the same ones every time, with what people get wrong.

Keep out: how a database stores them (filling.py), and values that no company's contacts have (odd_types.py).
"""

import datetime as dt
import random
from decimal import Decimal
from typing import TypedDict

SEED = 20_240_229
FIRST = (
    "Anna",
    "José",
    "Zoë",
    "Søren",
    "Łukasz",
    "Nguyễn",
    "Мария",
    "李",
    "محمد",
    "Ana-Sofía",
    "O'Neil",
    "Jürgen",
    "👩‍💻 Kim",
    "Ægir",
    "Ἀθηνᾶ",
    "",
)
LAST = (
    "Müller",
    "O'Brien",
    "García Márquez",
    "van der Berg",
    "Kowalski",
    "Smith",
    "Ångström",
    "王",
    "Иванов",
    "d'Árbo",
    "Nuñez",
    "Straße",
    "İnan",
)
COMPANIES = (
    "Müller & Söhne GmbH",
    "Acme, Inc.",
    'The "Best" Ltd',
    "株式会社",
    "Ромашка и партнёры",
    "Nordic; Trade",
    "C:\\Tools",
)
COUNTRIES = ("DE", "France", "United States", "us", "Österreich", "GB", "brasil", None)
PHONES = ("+49 30 {0:07d}", "030/{0:07d}", "(415) 555-{1:04d}", "+33 1 {0:07d}", "not known", None)
TAGS = ("vip", "news;letter", "früh", 'quo"ted', "a,b", "{braces}", "back\\slash", "")
PLANS = ("free", "basic", "pro")
CHANNELS = ("email", "phone", "post")
INVALID = ("none", "a@b@c.example", "@nobody.example", "spaces in@it.example", "")
FIRST_CHANGE = dt.datetime(2019, 1, 1, tzinfo=dt.UTC)
FIRST_BIRTH = dt.date(1925, 1, 1)


class Person(TypedDict):
    """One row; the key of a table with text keys is made of `id` by `text_id`."""

    id: int
    email: str | None
    first_name: str
    last_name: str | None
    phone: str | None
    country: str | None
    company: str | None
    employees: int | None
    mrr: Decimal | None
    is_customer: bool | None
    plan: str | None
    tags: list[str] | None
    channels: list[str]
    born: dt.date | None
    updated_at: dt.datetime


def people(count: int) -> list[Person]:
    """The first ones are the same whatever the count; about 2 % have an email that another has too, 2 % a wrong one, 2 % none."""
    dice = random.Random(SEED)
    return [_person(number, dice) for number in range(1, count + 1)]


def text_id(number: int) -> str:
    """Unique in every collation, and in another order than the numbers: a database may compare without case, Python does not."""
    return f"{'cC'[number % 2]}-{number}"


def _person(number: int, dice: random.Random) -> Person:
    roll = dice.random
    first, last = FIRST[int(roll() * len(FIRST))], LAST[int(roll() * len(LAST))]
    return {
        "id": number,
        "email": _email(number, roll()),
        "first_name": first,
        "last_name": None if roll() < 0.03 else last,
        "phone": _phone(roll(), number),
        "country": COUNTRIES[int(roll() * len(COUNTRIES))],
        "company": None if roll() < 0.2 else COMPANIES[int(roll() * len(COMPANIES))],
        "employees": None if roll() < 0.2 else int(10 ** (roll() * 6)),
        "mrr": None if roll() < 0.2 else Decimal(int(roll() * 10_000_000) - 100_000).scaleb(-2),
        "is_customer": None if roll() < 0.1 else roll() < 0.5,
        "plan": None if roll() < 0.1 else PLANS[int(roll() * len(PLANS))],
        "tags": None if roll() < 0.1 else [tag for tag in TAGS if roll() < 0.2],
        "channels": [channel for channel in CHANNELS if roll() < 0.4],
        "born": None if roll() < 0.3 else FIRST_BIRTH + dt.timedelta(days=int(roll() * 30_000)),
        "updated_at": FIRST_CHANGE + dt.timedelta(microseconds=int(roll() * 2e14)),
    }


def _email(number: int, roll: float) -> str | None:
    """Distinct for most."""
    if roll < 0.02:
        return None
    if roll < 0.04:
        return INVALID[number % len(INVALID)]
    if roll < 0.06:
        number = number // 2 + 1  # somebody before has it
    return f"Person.{number}@Example.com" if roll < 0.3 else f"person.{number}@example.com"


def _phone(roll: float, number: int) -> str | None:
    pattern = PHONES[int(roll * len(PHONES))]
    return None if pattern is None else pattern.format(1_000_000 + number % 9_000_000, number % 10_000)

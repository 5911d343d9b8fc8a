"""What the people of a database mean, record by record, for the naive model.

Keep out: which of several records counts (``declared.naive``), and HubSpot (``declared.portal``).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from hubsync_assets_tests.databases.people import Person
from hubsync_assets_tests.declared.naive import EMPTY, UNREADABLE, Record

__all__ = ["meant"]


def meant(people: Iterable[Person], source: str) -> Iterator[Record]:
    """Their records, without those that no contact is of."""
    for person in people:
        email = (person["email"] or "").lower()
        if "example" in email and email.count("@") == 1 and not email.startswith("@") and " " not in email:
            yield Record(
                source, email, {name: EMPTY if value in {None, ""} else value for name, value in _cells(person)}
            )


def _cells(person: Person) -> Iterator[tuple[str, Any]]:
    yield "name", " ".join(part for part in (person["first_name"], person["last_name"]) if part)
    yield "company", person["company"]
    yield "employees", person["employees"]
    yield "mrr", person["mrr"]
    yield "is_customer", person["is_customer"]
    yield "plan", person["plan"]
    tags = frozenset(tag for tag in person["tags"] or () if tag)
    # HubSpot has this sign between two of them.
    yield "tags", UNREADABLE if any(";" in tag for tag in tags) else tags or None
    yield "born", person["born"]
    # HubSpot has milliseconds, and no more.
    moment = person["updated_at"]
    yield "updated_at", moment.replace(microsecond=moment.microsecond // 1000 * 1000).astimezone(dt.UTC)

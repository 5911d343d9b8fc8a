"""Storage of commit 9696a42 under today's code: nobody is written whom neither the sources nor the reading rules changed.

Put here: the first run after the upgrade, and what later changes cost. Keep out: how the storage was made (``make_storage_9696a42``).
"""

import csv
import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.end_to_end.project import Project, environment
from hubsync_assets_tests.upgrade.make_storage_9696a42 import (
    FIELDS,
    FIXTURE,
    MODIFIED,
    NULL_WORDS,
    email_of,
    restore_times,
)

pytestmark = pytest.mark.services

REFUSED = "typo@example.invalidtld"
PROPERTIES = ("firstname", "lastname", "country", "hs_country_region_code", "phone", "company", "company_size", "mrr")
NEWEST = "db1/day2.csv"

Row = dict[str, str]
Edit = Callable[[str], str]


@pytest.fixture
def upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A copy of the storage, its sources and its portal, before today's code has run on it."""
    folder = tmp_path / "project"
    shutil.copytree(FIXTURE, folder, symlinks=True)
    restore_times(folder)
    (tmp_path / "dagster_home").mkdir()
    overrides = {"telemetry": {"enabled": False}}
    with (
        HubSpotEmulator(db=folder / "storage" / "emulator.sqlite") as hubspot,
        dg.DagsterInstance.local_temp(str(tmp_path / "dagster_home"), overrides) as instance,
    ):
        for name in [name for name in os.environ if name.startswith(("HUBSYNC_", "HUBSPOT_"))]:
            monkeypatch.delenv(name)
        # Relative, as when the storage was made: the names of the files are part of what it knows of them.
        settings = {**environment(folder, hubspot.base_url), "HUBSYNC_DB1": "db1", "HUBSYNC_DB2": "db2"}
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(folder)
        yield Project(folder, hubspot, instance)


def held(project: Project) -> dict[str, Row]:
    """What HubSpot holds in the properties that the project writes, by email; empty: nothing."""
    return {email: {name: contact.get(name) or "" for name in PROPERTIES} for email, contact in project.held().items()}


def written(project: Project) -> tuple[int, int]:
    """Write calls so far, and the contacts in them."""
    calls = project.hubspot.write_calls()
    return len(calls), sum(call["inputs"] for call in calls)


def planned(project: Project) -> list[str]:
    return list(project.table("contact_changes")["email"])


def edit(project: Project, change: Edit) -> None:
    """Let db1's newest file be written anew."""
    path = project.folder / NEWEST
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    os.utime(path, (MODIFIED[NEWEST] + 10_000,) * 2)


def set_to(number: int, **values: str) -> Edit:
    """Other values in one row; the row with a comma too many stays as it is."""

    def change(text: str) -> str:
        old = _line(text, email_of(number))
        new = io.StringIO()
        row = {**dict(zip(FIELDS, next(csv.reader([old])), strict=True)), **values}
        csv.DictWriter(new, FIELDS, lineterminator="").writerow(row)
        return text.replace(old, new.getvalue())

    return change


def without(email: str) -> Edit:
    return lambda text: text.replace(_line(text, email) + "\n", "")


def _line(text: str, email: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"{email},"))


def differing(before: dict[str, Row], after: dict[str, Row]) -> dict[str, Row]:
    """The properties that are not what they were, with what they are now."""
    assert before.keys() == after.keys()
    changes = {
        email: {name: value for name, value in after[email].items() if value != before[email][name]} for email in after
    }
    return {email: change for email, change in changes.items() if change}


def test_the_first_run_plans_only_whom_the_new_reading_rules_read_otherwise(upgraded: Project) -> None:
    before, calls = held(upgraded), written(upgraded)
    run = upgraded.run()
    assert run.success, run.failures
    # A country by its name, which the fixture's version could not read; and null words, which it took for values.
    # One that HubSpot refused is tried once more, since a country is written another way now; it is refused again.
    assert planned(upgraded) == [email_of(31), NULL_WORDS, REFUSED]
    assert written(upgraded) == (calls[0] + 2, calls[1] + 3)
    assert differing(before, held(upgraded)) == {
        email_of(31): {"country": "Spain", "hs_country_region_code": "ES"},
        NULL_WORDS: {"firstname": "Nuria", "lastname": "Words", "phone": "+34600123188"},
    }
    # The fixture's version was refused one contact, which is still refused.
    assert [name for name, passed in run.checks.items() if not passed] == ["failed_contacts.nothing_is_refused"]


def test_the_run_after_it_writes_nothing_and_reads_no_contact(upgraded: Project) -> None:
    assert upgraded.run().success
    before, calls = held(upgraded), written(upgraded)
    again = upgraded.run()
    assert again.success, again.failures
    assert (planned(upgraded), written(upgraded), held(upgraded)) == ([], calls, before)


CHANGES: dict[str, tuple[Edit, dict[str, Row]]] = {
    "another value": (
        set_to(10, company_name="Renamed again"),
        {"contact10@example.com": {"company": "Renamed again"}},
    ),
    "a value emptied": (
        set_to(9, phone=""),
        {"contact09@example.com": {"phone": ""}},
    ),
    "a value emptied that an older file still has": (
        set_to(6, phone=""),
        {"contact06@example.com": {"phone": ""}},
    ),
    "a last name that we wrote, gone": (
        set_to(10, name="Ana"),
        {"contact10@example.com": {"lastname": ""}},
    ),
    "a contact gone from one of its sources": (
        without("contact24@example.com"),
        # db2 has another size and another number as before, an empty phone, and knows nothing of countries.
        {"contact24@example.com": {"country": "", "phone": ""}},
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_later_change_costs_one_write_of_one_contact(upgraded: Project, what: str) -> None:
    change, expected = CHANGES[what]
    assert upgraded.run().success
    before, calls = held(upgraded), written(upgraded)
    edit(upgraded, change)
    run = upgraded.run()
    assert run.success, run.failures
    assert written(upgraded) == (calls[0] + 1, calls[1] + 1)
    assert differing(before, held(upgraded)) == expected


NO_CHANGES: dict[str, Edit] = {
    "of a value that only HubSpot had": lambda text: text.replace("Theo Irs,,+34600900900", "Theo Irs,,"),
    "of a contact that no source has any more": without("contact13@example.com"),
    "of a value that cannot be read any more": set_to(7, mrr="7,5"),
}


@pytest.mark.parametrize("what", NO_CHANGES)
def test_nothing_is_cleared(upgraded: Project, what: str) -> None:
    assert upgraded.run().success
    before, calls = held(upgraded), written(upgraded)
    edit(upgraded, NO_CHANGES[what])
    run = upgraded.run()
    assert run.success, run.failures
    assert (written(upgraded), held(upgraded)) == (calls, before)


def test_a_last_name_that_people_entered_stays_when_the_contact_is_written_again(upgraded: Project) -> None:
    upgraded.run()
    upgraded.hubspot.seed([{"email": "contact09@example.com", "lastname": "Entered"}])
    edit(upgraded, set_to(9, mrr="900"))
    assert upgraded.run().success
    now = held(upgraded)["contact09@example.com"]
    assert (now["firstname"], now["lastname"], now["mrr"]) == ("Elena", "Entered", "900")


def test_a_source_that_is_empty_in_the_first_run_is_measured_against_the_old_tables(upgraded: Project) -> None:
    before = held(upgraded)
    (upgraded.folder / "db1" / "day1.json").unlink()
    edit(upgraded, lambda text: text[: text.index("\n") + 1])
    run = upgraded.run()
    assert not run.success
    assert not (set(differing(before, held(upgraded))) - {NULL_WORDS})

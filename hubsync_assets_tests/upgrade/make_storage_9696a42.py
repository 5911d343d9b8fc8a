"""Makes the storage that the upgrade test begins with: what commit 9696a42 leaves behind after two runs.

Run it with that commit's code, in a checkout of it at ``/tmp/9696a42``::

    PYTHONPATH=/tmp/9696a42 python hubsync_assets_tests/upgrade/make_storage_9696a42.py

Put here: the sources of the fixture and the two runs. Keep out: what today's code makes of them.
"""

import csv
import io
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import dagster as dg

from hubsync_assets.definitions import build_definitions  # type: ignore[attr-defined]  # of commit 9696a42
from hubsync_assets.emulator import HubSpotEmulator

FIXTURE = Path(__file__).with_name("storage_9696a42")

MODIFIED = {"db1/day1.json": 1_790_000_000, "db1/day2.csv": 1_790_086_400, "db2/export.ndjson": 1_790_086_500}
"""When each source file was last changed, in seconds: what the storage knows of them, and no repository keeps."""

FIELDS = ("email", "name", "country", "phone", "company_name", "company_size", "mrr")
COUNTRIES = ("ES", "IT", "FR", "DE")
FIRST_NAMES = ("Ana", "Bruno", "Carla", "Dario", "Elena")
LAST_NAMES = ("Lopez", "Rossi", "Garcia Diaz", "Meyer")

NULL_WORDS = "null.words@example.com"
"""The one contact whom the rules of issue 10 read otherwise: 9696a42 wrote the words of db1 over the values of db2."""

SEEDED = [
    {"email": "theirs@example.com", "firstname": "Theo", "lastname": "Irs", "phone": "+34600900900"},
    {"email": "contact03@example.com", "firstname": "Someone", "lastname": "Else", "company": "Theirs"},
    {"email": "stranger@example.com", "firstname": "Not", "lastname": "Ours"},
]
"""What HubSpot holds before the first run: one contact as the sources have it, one that differs, one that no source knows."""


def email_of(number: int) -> str:
    """Contacts 1 to 45 are in db1, 20 to 60 in db2."""
    return f"contact{number:02}@example.com"


def db1_record(number: int) -> dict[str, Any]:
    """What db1's newest file has of a contact; every ninth has a name of one word."""
    first, last = FIRST_NAMES[number % 5], LAST_NAMES[number % 4]
    return {
        "email": email_of(number),
        "name": first if number % 9 == 0 else f"{first} {last}",
        "country": "" if number % 5 == 0 else COUNTRIES[number % 4].lower(),
        "phone": f"6001231{number:02}" if number % 3 == 0 else "",
        "company_name": f"Company {number}" if number % 4 else "",
        "company_size": str(number * 3) if number % 2 else "",
        "mrr": f"{number}.5" if number % 3 else "",
    }


def db2_record(number: int) -> dict[str, Any]:
    """What db2 has of a contact: for every seventh another name, and always other numbers. It knows nothing of countries."""
    first, last = FIRST_NAMES[(number + (number % 7 == 0)) % 5], LAST_NAMES[number % 4]
    return {
        "Email": email_of(number).upper() if number % 10 == 0 else email_of(number),
        "full_name": f"{first} {last}",
        "phone": f"+346004441{number:02}" if number % 2 else None,
        "company": f"Company {number}",
        "employees": number * 3 + number % 2,
        "mrr": number + 0.25,
    }


def sources(second: bool) -> dict[str, str]:
    """The text of each source file in the first run, or in the second."""
    rows = [db1_record(number) for number in range(1, 46)]
    rows[4]["mrr"] = "99,5"  # of db1 alone
    rows[29]["mrr"] = "99,5"  # db2 has a number
    rows[30]["country"] = "España"
    rows[7]["company_name"] = "N/A"
    rows.append(
        {**dict.fromkeys(FIELDS, ""), "email": "theirs@example.com", "name": "Theo Irs", "phone": "+34600900900"}
    )
    rows.append(
        {**dict.fromkeys(FIELDS, ""), "email": NULL_WORDS, "name": "NULL", "phone": "-", "company_name": "Kept"}
    )
    rows += [{**dict.fromkeys(FIELDS, ""), "name": "No Email"}, {**dict.fromkeys(FIELDS, ""), "email": "no-email"}]
    if second:
        rows[9].update(phone="600999110", company_name="Renamed 10")
        rows[11].update(phone="", mrr="1200")
        rows[20].update(company_name="", name="Single")
    day2 = io.StringIO()
    writer = csv.DictWriter(day2, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    # A comma too many in a row that an older file has, too, and db2.
    broken = day2.getvalue().replace(f"{email_of(43)},", f"{email_of(43)},Acme, Inc,")
    day1 = [
        *({**db1_record(number), "phone": f"6005550{number:02}"} for number in (6, 12, 43)),
        {"email": "only.day1@example.com", "name": "Olga", "mrr": 3},
    ]
    db2 = [db2_record(number) for number in range(20, 61)]
    db2.append({"Email": NULL_WORDS, "full_name": "Nuria Words", "phone": "+34600123188"})
    db2.append({"Email": "typo@example.invalidtld", "full_name": "Refused By Hubspot"})
    if second:
        db2[30].update(full_name="Changed Name", phone="+34600777050")
        db2[31].update(company=None)
        db2 = [record for record in db2 if record["Email"] != email_of(59)]
    return {
        "db1/day1.json": json.dumps(day1),
        "db1/day2.csv": broken,
        "db2/export.ndjson": "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in db2),
    }


def put_sources(folder: Path, texts: dict[str, str]) -> None:
    """Write the source files."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def restore_times(folder: Path, earlier: int = 0) -> None:
    """Give the source files the times that they had when the storage was made, or so many seconds earlier."""
    for name, modified in MODIFIED.items():
        os.utime(folder / name, (modified - earlier,) * 2)


def main() -> None:
    """Make the fixture anew.

    Raises:
        SystemExit: a run failed, or the code is not that of 9696a42.
    """
    if not (Path(sys.modules["hubsync_assets"].__path__[0]) / "contacts" / "fields.py").exists():
        raise SystemExit("run this with the code of commit 9696a42: see the module's text")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        os.chdir(folder)
        (folder / "storage").mkdir()
        os.environ.update(
            HUBSYNC_DB1="db1", HUBSYNC_DB2="db2", HUBSYNC_STORAGE=str(folder / "storage"), HUBSYNC_TARGET="emulator"
        )
        with (
            HubSpotEmulator(db=folder / "storage" / "emulator.sqlite") as hubspot,
            dg.DagsterInstance.ephemeral() as instance,
        ):
            os.environ["HUBSPOT_BASE_URL"] = hubspot.base_url
            hubspot.seed(SEEDED)
            for second in (False, True):
                # The second run's files are the fixture's. The first run's have other times, or nobody would read them again.
                put_sources(folder, sources(second))
                restore_times(folder, 0 if second else 50_000)
                _run(instance)
            before = hubspot.contacts()
            _run(instance)
            if hubspot.contacts() != before:
                raise SystemExit("a third run of the same code still writes")
        shutil.rmtree(FIXTURE, ignore_errors=True)
        shutil.copytree(folder, FIXTURE, symlinks=True, ignore=shutil.ignore_patterns("*-wal", "*-shm", ".*"))


def _run(instance: dg.DagsterInstance) -> None:
    job = build_definitions().resolve_job_def("sync_contacts")
    if not job.execute_in_process(instance=instance).success:
        raise SystemExit("a run failed")


if __name__ == "__main__":
    main()

"""How fast the emulator is: ``python -m benchmarks.emulator [--contacts 1000000]``.

Fills a database by the emulator's own storage (no HTTP), starts the emulator as a process of its own on it, and measures two
things: what a batch of 100 upserts costs the emulator when one comes after the other, and whether it serves 50 calls a second
for a while. Prints a markdown table. Keep out: the sync (``benchmarks.writer``).
"""

import argparse
import http.client
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from hubsync_assets.emulator import EmulatorControl
from hubsync_assets.emulator.contacts import Contact
from hubsync_assets.emulator.portal import Portal

PATH = "/crm/objects/2026-09/contacts/batch/upsert"
AT_ONCE = 20_000
NAMES = ("Lucía", "Marco", "Hélène", "Jürgen", "Ana", "Paolo", "Chloé", "Lukas")
FAMILIES = ("García", "Rossi", "Dubois", "Müller", "Fernández", "Bianchi", "Laurent", "Schmidt")


def person(number: int, version: int) -> dict[str, str]:
    """The properties of a contact; another version has another phone number."""
    return {
        "email": f"person{number}@example{number % 97}.com",
        "firstname": NAMES[number % 8],
        "lastname": f"{FAMILIES[number % 7]} {FAMILIES[number % 5]}",
        "country": ("ES", "IT", "FR", "DE")[number % 4],
        "phone": f"+34{600_000_000 + number + version}",
        "company": f"Company {number % 1000}",
        "company_size": str(number % 500),
    }


def fill(path: Path, contacts: int) -> float:
    """Seconds to put contacts into a new database, in random order of their emails as a sync would."""
    began = time.perf_counter()
    portal = Portal.open(path)
    numbers = list(range(contacts))
    random.Random(0).shuffle(numbers)
    now = portal.clock.now()
    for start in range(0, contacts, AT_ONCE):
        made = [
            Contact(portal.contacts.new_id(), {**person(number, 0), "lifecyclestage": "lead"}, now, now)
            for number in numbers[start : start + AT_ONCE]
        ]
        with portal.database.transaction():
            portal.contacts.claim((it.properties["email"], it.id) for it in made)
            portal.contacts.save(made, [it.properties for it in made], call=0, source="CRM_UI", grown=len(made))
    portal.database.close()
    return time.perf_counter() - began


def batch(chance: random.Random, contacts: int, version: int) -> bytes:
    """A body with 100 upserts: nine in ten change a contact that is there, one makes a new one."""
    known = chance.sample(range(contacts), 90)
    new = [contacts + chance.randrange(10**9) for _ in range(10)]
    inputs = [
        {"id": it["email"], "idProperty": "email", "objectWriteTraceId": str(place), "properties": it}
        for place, it in enumerate(person(number, version) for number in known + new)
    ]
    return orjson.dumps({"inputs": inputs})


@contextmanager
def emulator(path: Path) -> Iterator[tuple[EmulatorControl, int]]:
    """An emulator in a process of its own, and its process id."""
    command = [sys.executable, "-m", "hubsync_assets.emulator", "--port", "0", "--db", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    control = EmulatorControl(process.stdout.readline().split()[4])
    control.set_limit(1_000_000, daily=None)
    try:
        yield control, process.pid
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def processor_seconds(pid: int) -> float:
    """The processor time of a process so far (Linux only, as it reads /proc)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Caller:
    """A client on one kept-alive connection."""

    def __init__(self, base_url: str) -> None:
        address = urlsplit(base_url)
        self.connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)

    def send(self, body: bytes) -> tuple[int, float]:
        """Status and seconds of one batch; 0: no answer."""
        began = time.perf_counter()
        try:
            self.connection.request(
                "POST", PATH, body, {"Authorization": "Bearer benchmark", "Content-Type": "application/json"}
            )
            answer = self.connection.getresponse()
            answer.read()
        except OSError:
            self.connection.close()
            return 0, time.perf_counter() - began
        return answer.status, time.perf_counter() - began


def one_after_the_other(control: EmulatorControl, pid: int, contacts: int, batches: int) -> list[tuple[str, str]]:
    """What a batch costs when nothing else goes on."""
    chance = random.Random(1)
    caller = Caller(control.base_url)
    for version in range(20):
        caller.send(batch(chance, contacts, version))
    bodies = [batch(chance, contacts, 100 + version) for version in range(batches)]
    before = processor_seconds(pid)
    answers = [caller.send(body) for body in bodies]
    spent = processor_seconds(pid) - before
    caller.connection.close()
    own = [call["own_ms"] for call in control.calls()[-batches:]]
    return [
        ("batches of 100 upserts, one after the other", f"{batches:,}"),
        ("answered 200", f"{sum(status == 200 for status, _ in answers):,}"),
        ("emulator's own time a batch, median", f"{statistics.median(own):.1f} ms"),
        ("emulator's own time a batch, 99 of 100 within", f"{statistics.quantiles(own, n=100)[98]:.1f} ms"),
        ("processor time of its process a batch, mean (HTTP included)", f"{1000 * spent / batches:.1f} ms"),
        ("client waits, median", f"{1000 * statistics.median(seconds for _, seconds in answers):.1f} ms"),
    ]


def at_a_rate(control: EmulatorControl, contacts: int, rate: int, seconds: int) -> list[tuple[str, str]]:
    """Calls at fixed times from 16 connections, each due whether or not the one before was answered."""
    chance = random.Random(2)
    bodies = [batch(chance, contacts, 1000 + version) for version in range(rate)]
    answers: list[tuple[int, float]] = []
    begins = time.perf_counter() + 0.5

    def send(worker: int) -> None:
        caller = Caller(control.base_url)
        for number in range(worker, rate * seconds, 16):
            due = begins + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            status, _ = caller.send(bodies[number % rate])
            answers.append((status, time.perf_counter() - due))
        caller.connection.close()

    workers = [threading.Thread(target=send, args=(worker,)) for worker in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took = time.perf_counter() - begins
    waits = [wait for _, wait in answers]
    return [
        (f"{rate} batches a second for {seconds} s", f"{len(answers):,} sent, {len(answers) / took:.1f} a second"),
        ("not answered 200", f"{sum(status != 200 for status, _ in answers):,}"),
        ("from due to answered, median", f"{1000 * statistics.median(waits):.0f} ms"),
        ("from due to answered, 99 of 100 within", f"{1000 * statistics.quantiles(waits, n=100)[98]:.0f} ms"),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.emulator")
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--db", type=Path, help="a filled database to use again, or where to fill one and keep it")
    parser.add_argument("--batches", type=int, default=300)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    given: Any = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.db or Path(folder) / "portal.db"
        filled = f"filled in {fill(path, given.contacts):.0f} s" if not path.exists() else "filled before"
        rows = [("contacts in the database", f"{given.contacts:,} ({path.stat().st_size / 1e6:,.0f} MB, {filled})")]
        with emulator(path) as (control, pid):
            rows += one_after_the_other(control, pid, given.contacts, given.batches)
            rows += at_a_rate(control, given.contacts, given.rate, given.seconds)
    print("| emulator | measured |\n|---|---|")
    for name, value in rows:
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()

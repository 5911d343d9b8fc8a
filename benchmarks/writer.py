"""The writer against the emulator in its own process: calls, the limit as the server sees it, CPU, memory, a storm. Prints markdown.

    .venv/bin/python benchmarks/writer.py [--seconds 60] [calls|limit|memory|storm ...]

Put here: measuring. Keep out: what must hold, which the tests say. Whole: under 8 minutes; with --seconds 20 under 4.
"""

import argparse
import bisect
import itertools
import multiprocessing
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from hubsync_assets.emulator import EmulatorControl
from hubsync_assets.hubspot import HubSpotClient, Outcome, Upsert, Writer, WriteReport, to_properties
from hubsync_assets.hubspot.policy import Patience
from hubsync_assets.hubspot.schema_check import check_portal
from hubsync_assets.hubspot.tuning import Tuning

LIMITS, LATENCIES = (190, 250), (0.005, 0.3, 1.0)
STORM_KINDS = ("burst_429", "locked_423", "migration_477", "error_500", "error_502", "error_503", "error_504", "error_524", "reset_before",
               "reset_after", "empty_answer", "input_left_out", "conflict_409", "latency", "slow_drip")  # fmt: skip


@contextmanager
def emulator(burst: int = 1_000_000) -> Iterator[EmulatorControl]:
    """An emulator in its own process, with this burst limit."""
    command = [sys.executable, "-m", "hubsync_assets.emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+?:\d+", process.stdout.readline())
        assert found is not None, "the emulator did not say where it listens"
        control = EmulatorControl(found.group())
        control.set_limit(burst, daily=None)
        try:
            yield control
        finally:
            process.terminate()


def contacts(count: int, domain: str = "example.com") -> Iterator[Upsert]:
    """Contacts with every field, mapped as they are pulled."""
    for number in range(count):
        email = f"person{number}@{domain}"
        phone = f"6{number % 10**8:08d}"
        contact = {"email": email, "name": "Ana López García", "country": "ES", "phone": phone, "company_name": "Acme",
                   "company_size": number % 1000, "mrr": number / 4}  # fmt: skip
        yield Upsert(email, to_properties(contact))


@dataclass
class Run:
    """One upload: what it reported, and what it cost."""

    report: WriteReport
    outcomes: list[Outcome]
    cpu: float


def upload(url: str, upserts: Iterator[Upsert], patience: Patience | None = None, *, keep: bool = True) -> Run:
    outcomes: list[Outcome] = []
    tuning = Tuning(patience=patience or Patience())
    with HubSpotClient(url, "pat-benchmark", tuning=tuning) as client:
        check = check_portal(client)
        began = time.process_time()
        report = Writer(client, check=check).write(upserts, outcomes.extend if keep else lambda _: None)
        cpu = (time.process_time() - began) / report.seconds
    if not report.sums_close:
        raise SystemExit(f"the sums do not close: {report}")
    return Run(report, outcomes, cpu)


def calls() -> None:
    """How many write calls each case takes, as the server counts them."""
    print("| 1,000 contacts | write calls | written | refused |\n|---|---|---|---|")
    cases = {
        "all new": None,
        "one invalid": "invalid",
        "one conflict, the batch refused whole, last of its batch": "409",
    }
    for name, culprit in cases.items():
        with emulator() as hubspot:
            upserts = list(contacts(1000))
            if culprit == "invalid":
                upserts[599] = Upsert("x@example.notatld", {"email": "x@example.notatld", "firstname": "X"})
            elif culprit == "409":
                hubspot.fault("conflict_409", times=-1, path="upsert", email=upserts[599].email)
            run = upload(hubspot.base_url, iter(upserts))
            print(
                f"| {name} | {len(hubspot.write_calls())} | {run.report.acknowledged} | {run.report.refused} |",
                flush=True,
            )


def limit(seconds: float) -> None:
    """The burst limit over a minute, at each latency."""
    print(
        "| limit in 10 s | latency | of the limit | most in any 10 s | 429 | contacts/s | CPU of one core |\n|---|---|---|---|---|---|---|"
    )
    for burst, latency in itertools.product(LIMITS, LATENCIES):
        with emulator(burst) as hubspot:
            hubspot.fault("latency", times=-1, path="upsert", seconds=latency)
            run = upload(hubspot.base_url, contacts(int(burst / 10 * seconds * 1.02) * 100), keep=False)
            everything = hubspot.calls()
        starts = sorted(it["started"] for it in everything)
        writes = sorted(it["started"] for it in everything if it["path"].endswith("upsert"))
        window = max(place - bisect.bisect_right(starts, at - 10) + 1 for place, at in enumerate(starts))
        share = (bisect.bisect_left(writes, writes[0] + seconds)) / (burst / 10 * seconds)
        throttled = sum(it["status"] == 429 for it in everything)
        rate = run.report.acknowledged / run.report.seconds
        print(
            f"| {burst} | {latency * 1000:.0f} ms | {share:.2%} | {window} | {throttled} | {rate:,.0f} | {run.cpu:.1%} |",
            flush=True,
        )


def peak(url: str, count: int) -> tuple[int, float]:
    """Peak memory in MiB of a process that uploads so many contacts, and its seconds."""
    run = upload(url, contacts(count), keep=False)
    if run.report.acknowledged != count:
        raise SystemExit(f"not all were written: {run.report}")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, run.report.seconds


def memory(sizes: tuple[int, ...]) -> None:
    """Peak memory by number of contacts, a process each, without a limit."""
    print("| contacts | peak MiB | seconds |\n|---|---|---|")
    for count in sizes:
        with emulator() as hubspot, ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
            mib, seconds = process.submit(peak, hubspot.base_url, count).result()
            print(f"| {count:,} | {mib} | {seconds:.1f} |", flush=True)


def storm(count: int) -> None:
    """Faults in 5 % of the calls: every contact in one state, and the portal holds what was acknowledged."""
    with emulator() as hubspot:
        details = {
            "burst_429": {"retry_after": 0},
            "migration_477": {"retry_after": 0},
            "latency": {"seconds": 1},
            "slow_drip": {"seconds": 1},
        }
        upserts = [*contacts(count), *contacts(count // 200, "example.notatld")]
        hubspot.mix(dict.fromkeys(STORM_KINDS, 0.05 / len(STORM_KINDS)), seed=2026, path="/batch/", **details)
        run = upload(hubspot.base_url, iter(upserts), Patience(base=0.05, lock=0.5))
        met = sum(bool(it["fault"]) for it in hubspot.calls())
        hubspot.clear_faults()
        held = {it["email"]: it for it in hubspot.contacts()}
    once = sorted(it.email for it in run.outcomes) == sorted(it.email for it in upserts)
    sent = {it.email: it.properties for it in upserts}
    taken = [it.email for it in run.outcomes if it.kind in {"created", "updated"}]
    equal = all(held[email].get(name, "") == value for email in taken for name, value in sent[email].items())
    report = run.report
    print(
        "| contacts | calls | met a fault | acknowledged | refused | unsent | each once | portal equal |\n|---|---|---|---|---|---|---|---|"
    )
    print(f"| {len(upserts):,} | {report.write_calls + report.read_calls} | {met} | {report.acknowledged:,} | {report.refused} "
          f"| {report.unsent} | {once} | {equal and set(held) >= set(taken)} |")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Benchmarks of the writer.")
    parser.add_argument("what", nargs="*", default=["calls", "limit", "memory", "storm"])
    parser.add_argument("--seconds", type=float, default=60.0, help="of each cell of the limit's table")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 100_000], help="contacts of the memory's table"
    )
    arguments = parser.parse_args()
    parts: dict[str, Callable[[], None]] = {
        "calls": calls,
        "limit": lambda: limit(arguments.seconds),
        "memory": lambda: memory(tuple(arguments.sizes)),
        "storm": lambda: storm(100_000),
    }
    for name in arguments.what:
        print(f"\n### {name}\n", flush=True)
        parts[name]()


if __name__ == "__main__":
    main()

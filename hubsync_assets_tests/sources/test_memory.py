"""Memory does not grow with the file: measured in a process of its own, between two sizes."""

import subprocess
import sys
from pathlib import Path

import pytest

READ = """
import resource, sys
from hubsync_assets.sources import locate, read_chunks
(file,) = locate(sys.argv[1])
rows = sum(chunk.rows.height + chunk.broken.height for chunk in read_chunks(file))
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
SMALL, LARGE = 60_000, 480_000
RECORD = '{"email":"%07d@example.com","name":"José Núñez","country":"ES","phone":"+34 600 000 000","mrr":179.5}'


def peak(path: Path) -> tuple[int, float]:
    """Records, and the greatest resident size in MiB, of a process that reads the file."""
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    rows, kilobytes = done.stdout.split()
    return int(rows), int(kilobytes) / 1024


def write(path: Path, count: int) -> Path:
    """An export in the format of its suffix."""
    with path.open("w", encoding="utf-8") as out:
        if path.suffix == ".csv":
            out.write("email;name;country;phone;mrr\n")
            out.writelines(f"{number}@example.com;José Núñez;ES;+34 600 000 000;179.5\n" for number in range(count))
        elif path.suffix == ".json":
            out.writelines(("," if number else "[") + RECORD % number for number in range(count))
            out.write("]")
        else:
            out.writelines(RECORD % number + "\n" for number in range(count))
    return path


@pytest.mark.parametrize("name", ["a.json", "a.ndjson", "a.csv"])
def test_a_file_eight_times_as_large_needs_no_more_memory(tmp_path: Path, name: str) -> None:
    small, large = write(tmp_path / f"small{name}", SMALL), write(tmp_path / f"large{name}", LARGE)
    assert large.stat().st_size > 25_000_000
    small_rows, small_peak = peak(small)
    large_rows, large_peak = peak(large)
    assert (small_rows, large_rows) == (SMALL, LARGE)
    assert large_peak - small_peak < 25


def test_an_array_that_never_ends_is_given_up_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'[{"email":"a"},{"name":"' + b"x" * 30_000_000)
    code = READ.replace("read_chunks(file)", "read_chunks(file, record_limit=2_000_000)")
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    rows, kilobytes = done.stdout.split()
    assert rows == "2"
    assert int(kilobytes) / 1024 < 200

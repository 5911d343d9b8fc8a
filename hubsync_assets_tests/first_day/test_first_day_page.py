"""``docs/first-day.md`` is true: its commands, as they stand there, on the mature portal, with a key that may only read until it says otherwise."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.browser.leaks import people_of, someone_in
from hubsync_assets_tests.end_to_end.project import environment, person
from hubsync_assets_tests.first_day.day import OURS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "first-day.md").read_text(encoding="utf-8")
READ = "crm.objects.contacts.read crm.schemas.contacts.read"
PEOPLE = 30


def blocks(language: str = "") -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [text for of, text in found if of == language]


def run(
    folder: Path, settings: dict[str, str], command: str, hubspot: HubSpotEmulator
) -> "subprocess.CompletedProcess[str]":
    """A command as it stands on the page; after each, nobody of the sources stands in what Dagster keeps, what was said, or a URL."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**settings, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    files = [path for path in (folder / "dagster_home").rglob("*") if path.is_file()]
    kept = {str(file): file.read_bytes().decode("utf-8", "replace") for file in files}
    kept |= {"said": done.stdout + done.stderr, "URLs": "\n".join(call["path"] for call in hubspot.calls())}
    assert any("merged_contacts" in text for text in kept.values()), "nothing is kept at all"
    assert someone_in(kept, people_of(json.loads((folder / "db1" / "contacts.json").read_text()))) == []
    return done


@pytest.mark.timeout(1500)
def test_its_commands_lead_from_a_key_that_may_only_read_to_a_staged_sync(
    mature: HubSpotEmulator, tmp_path: Path
) -> None:
    mature.seed(properties=OURS)
    (tmp_path / "dagster_home").mkdir()
    (tmp_path / "db1").mkdir()
    people = [person(n, email=f"first.day{n}@example.com") for n in range(PEOPLE)]
    (tmp_path / "db1" / "contacts.json").write_text(json.dumps(people))
    (tmp_path / "hubsync.yaml").write_text((ROOT / "hubsync.yaml").read_text(encoding="utf-8"))
    ten = tmp_path / "ten.txt"
    ten.write_text("\n".join(each["email"] for each in people[:12]))
    settings_block, plan, few, apply = blocks()
    settings = {
        **environment(tmp_path, mature.base_url),
        "HUBSYNC_DB2": "",
        **dict(line.split("=", 1) for line in settings_block.split("\n") if line),
    }
    settings["HUBSYNC_STORAGE"] = str(tmp_path / settings["HUBSYNC_STORAGE"])
    (tmp_path / "few.yaml").write_text(blocks("yaml")[0].replace("/home/me/ten.txt", str(ten)))
    ten.chmod(0o644)
    before = len(mature.contacts())
    mature.switch(scopes=READ)
    try:
        planned = run(tmp_path, settings, plan, mature)
        assert planned.returncode == 0, planned.stdout + planned.stderr
        told = planned.stdout + planned.stderr
        assert f"# HUBSPOT PORTAL {mature.portal_id}" in told
        assert "Acme sales" in told
        assert f"{PEOPLE} contacts to create" in told
        narrowed = run(tmp_path, settings, few.replace("/home/me/ten.txt", str(ten)), mature)
        assert narrowed.returncode == 0, narrowed.stdout + narrowed.stderr
        assert "10 contacts to create" in narrowed.stdout + narrowed.stderr
        assert run(tmp_path, settings, plan, mature).returncode == 0
    finally:
        mature.switch(scopes="")
    assert len(mature.contacts()) == before
    manifest = Path(settings["HUBSYNC_STORAGE"]) / "contact_changes" / "current" / "_manifest.json"
    digest = json.loads(manifest.read_text())["facts"]["report"]["digest"]
    assert f"echo 'approve: {digest}'" in told
    sent = len(mature.write_calls())
    applied = run(tmp_path, settings, apply.replace("1a2b3c4d5e6f", digest), mature)
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert [call["inputs"] for call in mature.write_calls()[sent:]] == [10, PEOPLE - 10]
    assert len(mature.contacts()) == before + PEOPLE

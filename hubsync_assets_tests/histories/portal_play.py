"""A portal's history is played, run by run: what the plan says, what is written, and what HubSpot holds then are what the model says.

Put here: golden records, one run with its comparison. Keep out: the rules (``portal_model``), and drawing histories (``portal_world``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from hubsync_assets.emulator import EmulatorControl
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets_tests.histories.portal_model import Golden, PortalModel, Record, Told, addresses
from hubsync_assets_tests.histories.portal_world import ANCHOR, FIELDS, PortalHistory, PortalStep, do
from hubsync_assets_tests.histories.replay import QUICK
from hubsync_assets_tests.pipeline import PROPERTIES, Pipeline
from hubsync_assets_tests.shipped import SHIPPED

__all__ = ["play_portal"]

WATCHED = (*PROPERTIES, "hs_country_region_code")
SOURCES = ("db1", "db2")
_ANCHOR = dict(zip(FIELDS, ("Zoe Sun", "+34600000009", "ES", "Omega", "9"), strict=True))

Held = dict[str, Record]


@dataclass
class _Play:
    """One history under way. ``is_done``: nothing vanished between the last plan and its upload, so that another run has nothing to do."""

    pipeline: Pipeline
    model: PortalModel
    number: int = 0
    is_done: bool = True

    def run(self, step: PortalStep) -> None:
        """Everything of one step, and a second run that has nothing to do.

        Raises:
            AssertionError: the model says otherwise.
        """
        self.number += 1
        self.is_done = True
        hubspot = self.pipeline.hubspot
        golden = golden_of(step)
        for source in SOURCES:
            self.pipeline.put(source, {"contacts.csv": _csv({**step.rows[source], ANCHOR: _ANCHOR})})
        for deed in step.before:
            do(hubspot, deed)
        where = f"run {self.number}, {step}, {self.model}"
        portal, last_call = in_hubspot(hubspot), _last_call(hubspot)
        planned = self.model.plan(golden, portal, step)
        during: Held = {}

        def people_act(name: str) -> None:
            if name == "upload":
                self._compare_plan(planned, portal, golden, where)
                for deed in step.during:
                    do(hubspot, deed)
                during.update(in_hubspot(hubspot))

        self.pipeline.tell = people_act
        self.pipeline.sync(mode=step.mode, clear_unknown=step.clear_unknown)
        self.pipeline.tell = lambda _step: None
        written = self._compare_writes(golden, planned, during, where)
        self._compare_call_log(written, during, last_call, where)
        if self.is_done:
            self._run_again(step, golden, where)

    def _compare_plan(
        self, planned: Mapping[str, Told], portal: Held, golden: Mapping[str, Golden], where: str
    ) -> None:
        rows = self.pipeline.table("contact_changes").iter_rows(named=True)
        found = {
            row["email"]: sorted((it["property"], it["action"], it["old"], it["new"]) for it in row["changes"])
            for row in rows
        }
        wanted = {email: list(told.changes) for email, told in planned.items()}
        told = [
            f"{email}: planned {found.get(email)}, should be {wanted.get(email)}; it is {golden.get(email)}, HubSpot has "
            f"{[it for it in portal.values() if email in addresses(it)]}"
            for email in sorted({*found, *wanted})
            if found.get(email) != wanted.get(email)
        ]
        assert not told, f"PLAN {'; '.join(told)} ({where})"

    def _compare_writes(
        self, golden: Mapping[str, Golden], planned: Mapping[str, Told], during: Held, where: str
    ) -> dict[str, Told]:
        """What HubSpot holds is what it held and what the plan says; returns what was written, by record."""
        wanted = {identity: dict(record) for identity, record in during.items()}
        written: dict[str, Told] = {}
        new: dict[str, Told] = {}
        for email, told in planned.items():
            there = next((it["id"] for it in during.values() if email in addresses(it)), "")
            if told.record and told.record not in during:
                self.is_done = False
                self.model.vanished(email, golden[email], moved=bool(there))
            elif identity := told.record or there:
                _apply(wanted[identity], told)
                written[identity] = told
                self.model.wrote(email, identity, told)
            else:
                new[email] = told
        after = in_hubspot(self.pipeline.hubspot)
        made = {record["email"]: record for identity, record in after.items() if identity not in during}
        assert made.keys() == new.keys(), f"MADE {sorted(made)}, should be {sorted(new)} ({where})"
        for email, told in new.items():
            identity = made[email]["id"]
            wanted[identity] = {"id": identity, "email": email}
            _apply(wanted[identity], told)
            written[identity] = told
            self.model.wrote(email, identity, told)
        told_of = [
            f"{after.get(it)}, should be {wanted.get(it)}"
            for it in {*after, *wanted}
            if after.get(it) != wanted.get(it)
        ]
        assert not told_of, f"HELD {'; '.join(told_of)} ({where})"
        return written

    def _compare_call_log(self, written: Mapping[str, Told], during: Held, last_call: int, where: str) -> None:
        """By the histories of the properties: what calls have written since is the plan, property by property."""
        for identity, told in written.items():
            saves = self.pipeline.hubspot.contact(identity)["history"]
            ours = [save for save in saves if save["call"] > last_call and save["sourceType"] == "INTEGRATION"]
            assert len(ours) <= 1, f"WRITTEN {len(ours)} times: {identity} ({where})"
            found = {name: text or None for save in ours for name, text in save["changes"].items() if name in WATCHED}
            was = during.get(identity, {})
            wanted = {name: new for name, _, _, new in told.changes if was.get(name) != new}
            assert found == wanted, f"WRITTEN {identity}: {found}, should be {wanted} ({where})"

    def _run_again(self, step: PortalStep, golden: Mapping[str, Golden], where: str) -> None:
        """The same once more: nobody is asked for, nothing is planned, nothing is sent."""
        last_call = _last_call(self.pipeline.hubspot)
        planned = self.model.plan(golden, in_hubspot(self.pipeline.hubspot), step)
        assert not planned, f"the model plans again: {planned} ({where})"
        again = self.pipeline.sync(mode=step.mode, clear_unknown=step.clear_unknown)
        calls = [call["path"] for call in self.pipeline.hubspot.calls("/objects/") if call["id"] > last_call]
        assert (again.planned, calls) == (0, []), f"AGAIN {again.planned} planned, calls {calls} ({where})"


def play_portal(folder: Path, hubspot: EmulatorControl, history: PortalHistory) -> None:
    """Play a history.

    Raises:
        AssertionError: a plan, a write or HubSpot is not as the model says; the text says of whom.
    """
    hubspot.seed(history.seeded, properties=[{"name": "mrr", "label": "MRR", "type": "number", "fieldType": "number"}])
    play = _Play(
        Pipeline(folder, hubspot, tuning=QUICK, model=declared(history)),
        PortalModel(history.policies, history.recreate),
    )
    for step in history.steps:
        play.run(step)


def declared(history: PortalHistory) -> ContactModel:
    """The shipped declaration with a history's policies; of two sources the first one's value is kept."""
    text = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    del text["fields"]["company_size"]
    del text["fields"]["mrr"]["keep"]
    for name, (how, edited) in history.policies.items():
        text["fields"][name]["write"] = {"how": how, "edited": edited}
    text["gone_in_hubspot"] = "recreate" if history.recreate else "hold"
    return ContactModel(ContactSync.model_validate(text))


def golden_of(step: PortalStep) -> dict[str, Golden]:
    """The first source's value, or else the second one's."""
    first, second = (step.rows[source] for source in SOURCES)
    golden: dict[str, Golden] = {ANCHOR: _ANCHOR}
    for email in {*first, *second}:
        golden[email] = {it: first.get(email, {}).get(it) or second.get(email, {}).get(it, "") for it in FIELDS}
    return golden


def in_hubspot(hubspot: EmulatorControl) -> Held:
    """Every live contact by id: its addresses and what is watched of it."""
    names = ("id", "email", "hs_additional_emails", *WATCHED)
    return {
        contact["id"]: {name: contact[name] for name in names if contact.get(name)} for contact in hubspot.contacts()
    }


def _apply(record: dict[str, str], told: Told) -> None:
    for name, _, _, new in told.changes:
        record.pop(name, None)
        if new:
            record[name] = new


def _csv(rows: Mapping[str, Mapping[str, str]]) -> str:
    lines = [",".join(("email", *FIELDS))]
    lines += [",".join((email, *(cells[name] for name in FIELDS))) for email, cells in sorted(rows.items())]
    return "\n".join(lines) + "\n"


def _last_call(hubspot: EmulatorControl) -> int:
    return max((call["id"] for call in hubspot.calls()), default=0)

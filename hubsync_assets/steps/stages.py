"""A staged upload: ten contacts, a hundred, then the rest, and a look at what HubSpot made of them in between.

It stops where more than a share of a stage was refused, or is read back as something else than was sent: a workflow, a property that
formats its values, a wrong mapping. Two stages cost a batch each above the writer's budget (two where contacts are both created and updated), and a
read each. Put here: the stages and the look. Keep out: when an upload is staged (``upload``), and writing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Any

import orjson

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import EMAIL
from hubsync_assets.hubspot.portal_values import PortalValues
from hubsync_assets.hubspot.report import WriteReport
from hubsync_assets.hubspot.values import Outcome, Upsert

__all__ = ["STAGES", "Stages", "Staging"]

STAGES = (10, 100)
"""Contacts in each, before the rest."""

Write = Callable[[Iterator[Upsert]], WriteReport]


@dataclass(frozen=True, slots=True)
class Staging:
    """How an upload is staged.

    Attributes:
        is_asked: whether a person wants it; else the first sync of a real portal is.
        limit: the share of a stage's contacts that may be refused or read back otherwise.
    """

    is_asked: bool = False
    limit: float = 0.1


@dataclass
class Stages:
    """The stages of one upload.

    Attributes:
        client: the portal.
        values: what it makes of values.
        limit: see ``Staging``.
        done: of each stage that was looked at: ``contacts``, ``refused`` and ``different``.
        stopped: why the upload did not go on; None: it did.
    """

    client: HubSpotClient
    values: PortalValues
    limit: float
    done: list[dict[str, int]] = field(default_factory=list)
    stopped: str | None = None
    _taken: dict[str, Mapping[str, str]] | None = None
    _contacts: int = 0
    _refused: int = 0

    def note(self, outcome: Outcome, row: Mapping[str, Any]) -> None:
        """Keep what is to be looked at of one contact of a stage; of the rest nothing is.

        Args:
            outcome: what became of it.
            row: its row of the plan.
        """
        if self._taken is None:
            return
        self._contacts += 1
        if outcome.kind in {"refused", "gone"}:
            self._refused += 1
        elif outcome.hubspot_id is not None:
            left_out = {value.property_name for value in outcome.left_out}
            sent = orjson.loads(row["properties"])
            self._taken[outcome.hubspot_id] = {name: text for name, text in sent.items() if name not in left_out}

    def write(self, write: Write, upserts: Iterator[Upsert], on_rest: Callable[[], None]) -> WriteReport:
        """Write stage by stage.

        Args:
            write: writes some contacts.
            upserts: all of them.
            on_rest: called when all that was looked at is as it should be.

        Returns:
            The sum of what was written.
        """
        reports = []
        for size in STAGES:
            self._taken, self._contacts, self._refused = {}, 0, 0
            report = write(islice(upserts, size))
            reports.append(report)
            if report.stopped is not None or report.unsent or not self._is_fine():
                return _sum(reports)
        self._taken = None
        on_rest()
        return _sum([*reports, write(upserts)])

    def _is_fine(self) -> bool:
        if not self._contacts:
            return True
        different = self._different()
        self.done.append({"contacts": self._contacts, "refused": self._refused, "different": len(different)})
        if self._refused + len(different) <= self.limit * self._contacts:
            return True
        named = sorted({name for names in different for name in names})
        where = f" ({', '.join(named)})" if named else ""
        self.stopped = (
            f"stage {len(self.done)} of the first contacts was not as it should be: of {self._contacts}, {self._refused} were refused and "
            f"{len(different)} read back otherwise than they were sent{where}, and at most {self.limit:.0%} may be: look at failed_contacts and at "
            "these contacts in HubSpot, then plan again"
        )
        return False

    def _different(self) -> list[list[str]]:
        """Of each contact that HubSpot does not hold as it was sent, the properties."""
        taken = self._taken or {}
        names = sorted({name for sent in taken.values() for name in sent} - {EMAIL})
        there = self.client.read_by_id(list(taken), names) if taken else {}
        found = []
        for identity, sent in taken.items():
            if identity not in there:
                found.append(["the record is gone"])
                continue
            now = there[identity].properties
            if wrong := [name for name, text in sent.items() if name != EMAIL and not self._holds(name, text, now)]:
                found.append(wrong)
        return found

    def _holds(self, name: str, text: str, now: Mapping[str, str | None]) -> bool:
        there = now.get(name) or ""
        return text == there or bool(text and there and self.values.means(name, text, there))


def _sum(reports: Sequence[WriteReport]) -> WriteReport:
    """Of several uploads one after the other; what stopped is what stopped the last."""
    counts = [each.name for each in fields(WriteReport) if each.name != "stopped"]
    added = {name: sum(getattr(report, name) for report in reports) for name in counts}
    return WriteReport(**added, stopped=reports[-1].stopped)

"""The answers that an upload logs: what HubSpot said of each contact, and what it got.

Keep out: sending (``upload``), and what the log makes of them (``sync_log``).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import polars as pl

from hubsync_assets.contacts.held_back import GONE_IN_PORTAL
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.values import Outcome, RefusedValue
from hubsync_assets.model.actions import REFUSED
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.sync_log.answers import Answer, AnswerKind, AnswerText
from hubsync_assets.tables.table import Version

__all__ = ["OF_CALLS", "UploadAnswers"]

OF_CALLS = (AnswerKind.CREATED, AnswerKind.UPDATED, AnswerKind.REFUSED)
"""Answers to what a plan sent."""

_KINDS = {
    "created": AnswerKind.CREATED,
    "updated": AnswerKind.UPDATED,
    "refused": AnswerKind.REFUSED,
    "gone": AnswerKind.REFUSED,
    "unsent": AnswerKind.IN_DOUBT,
}
_IS_GONE = (
    "the contact was deleted or erased in HubSpot between plan and write, and is not made again; if it should be, declare "
    "gone_in_hubspot: recreate"
)


class UploadAnswers:
    """The rows of the log that one upload adds.

    Args:
        model: what a contact is.
        plan: what is sent, with the digests of the policies that it was made by.
        portal_id: the portal.
        run_id: the run that sends.
    """

    def __init__(self, model: ContactModel, plan: Version, portal_id: int, run_id: str) -> None:
        self._model = model
        self._text = AnswerText(model)
        self._digests: Mapping[str, str] = plan.facts["policies"]
        self._portal_id = portal_id
        self._run_id = run_id
        self._field_of = {
            target.property.name: name
            for name, field in PropertyMapping(model).fields.items()
            for target in field.targets
        }

    def of(self, outcome: Outcome, row: Mapping[str, Any], at: datetime) -> Answer:
        """For one contact.

        Args:
            outcome: what became of it.
            row: of the plan.
            at: when.
        """
        kind = _KINDS[outcome.kind]
        left_out = {value.property_name: value for value in outcome.left_out}
        without = {self._field_of[name] for name in left_out}
        only_values = kind is AnswerKind.REFUSED and bool(left_out)
        # Of a contact that was refused everything counts: it is sent again when any of its values changes.
        is_whole = kind is AnswerKind.REFUSED and not only_values
        sent = None if is_whole else [name for name in row["sent"] if name not in without]
        properties = row["properties"]
        if left_out:
            kept = {name: text for name, text in orjson.loads(properties).items() if name not in left_out}
            properties = orjson.dumps(kept).decode()
        settled = row["settled"] if only_values or kind in {AnswerKind.CREATED, AnswerKind.UPDATED} else None
        if left_out:
            entries = [*(orjson.loads(settled) if settled else []), *self._entries(left_out, row)]
            settled = orjson.dumps(entries).decode()
        is_gone = outcome.kind == "gone"
        return Answer(
            portal_id=self._portal_id,
            run_id=self._run_id,
            at=at,
            email=outcome.email,
            kind=kind,
            hubspot_id=row["hubspot_id"] if only_values else outcome.hubspot_id,
            sent=self._text.values(row, sent),
            cleared="[]" if only_values else orjson.dumps(row["cleared"]).decode(),
            provenance=self._text.provenance(row, sent),
            mapping_version=row["mapping_version"],
            category=GONE_IN_PORTAL if is_gone else outcome.category,
            message=_IS_GONE if is_gone else outcome.message,
            correlation_id=outcome.correlation_id,
            properties=properties,
            settled=settled,
        )

    def _entries(self, left_out: Mapping[str, RefusedValue], row: Mapping[str, Any]) -> list[dict[str, str | None]]:
        """The values that HubSpot did not take, as the log keeps them."""
        entries = []
        for name, refused in left_out.items():
            field = self._model.by_name[self._field_of[name]]
            value = pl.DataFrame({field.name: [row[field.name]]}, schema={field.name: field.dtype})
            entries.append(
                {
                    "field": field.name,
                    "value": value.select(field.text(pl.col(field.name))).item(),
                    "decision": REFUSED,
                    "digest": self._digests.get(field.name, ""),
                    "property": name,
                    "category": refused.category,
                    "message": refused.message,
                    "correlation_id": refused.correlation_id,
                }
            )
        return entries

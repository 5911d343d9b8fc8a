"""Contacts and HubSpot's own form: what it holds is compared with ours, and what is to be written is put into properties.

Put here: going through the contacts that a plan looks at, one by one: what a value means in HubSpot is known by Python code. Keep out: what a
value means (``hubspot.live``), and what becomes of it (``contacts.deciding``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from hubsync_assets.contacts.decision_columns import decided
from hubsync_assets.contacts.regions import COUNTRY, OTHERWISE, STAYS, THEN
from hubsync_assets.hubspot.live import Live, LiveField
from hubsync_assets.kinds.country_table import country_of
from hubsync_assets.model.actions import CLEAR, CREATE, FILL
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.schema import CHANGE_SCHEMA, UNFIT_SCHEMA

__all__ = ["FOUND_SCHEMA", "Forming"]

FOUND_SCHEMA = {"email": pl.String, "hubspot_id": pl.String, "properties": pl.String}
"""A contact that the portal holds: the email of the golden record it was found for, its id, and its properties as JSON."""

_ROWS_AT_A_TIME = 20_000
_STATE = "state:"

Row = Mapping[str, Any]


class Forming:
    """The two ways, for one model and portal.

    Args:
        model: what a contact is.
        live: the portal's properties.
        exactly: what we wrote and is written otherwise now is sent, though it means the same.
    """

    def __init__(self, model: ContactModel, live: Live, *, exactly: bool) -> None:
        self._model = model
        self._live = live
        self._exactly = exactly
        # The field of a phone's country, and the property that says it.
        self._phones = {
            field.name: model.by_name[country].targets[0].property.name
            if (country := getattr(field, "region_from", None)) and model.by_name[country].targets
            else ""
            for field in model.contact_fields
            if field.needs_region
        }
        endings = (COUNTRY, STAYS, OTHERWISE, THEN)
        self._regions = [f"{name}{ending}" for name in self._phones for ending in endings]

    def portal_rows(self, looked_at: pl.DataFrame, found: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What the portal holds of contacts, and what it does not take of them.

        Args:
            looked_at: contacts with the columns of ``contacts.regions``.
            found: FOUND_SCHEMA, one row a contact.

        Returns:
            ``Schemas.portal``, one row for each contact that was found; and ``UNFIT_SCHEMA``.
        """
        model, names = self._model, self._model.names
        columns = ["email", *names, *(f"{_STATE}{name}" for name in names), *self._regions]
        both = looked_at.select(columns).join(found, on="email", how="left", maintain_order="left")
        parts, unfit = [pl.DataFrame(schema=model.schema.portal)], []
        for part in both.iter_slices(_ROWS_AT_A_TIME):
            known: list[tuple[str, str, str | None]] = []
            of_fields: list[LiveField] = []
            for row in part.iter_rows(named=True):
                if row["properties"] is None:
                    refused = self._live.unfit(row, self._region(row, {}))
                else:
                    there = orjson.loads(row["properties"])
                    state = {name: row[f"{_STATE}{name}"] for name in names}
                    then = {name: row[f"{name}{THEN}"] for name in self._phones}
                    fields, refused = self._live.compare(row, state, there, self._region(row, there), then)
                    known.append((row["email"], row["hubspot_id"], (there.get("email") or "").strip().lower() or None))
                    of_fields += fields.values()
                unfit += [(row["email"], it.field_name, it.property_name, it.category, it.message) for it in refused]
            parts.append(self._portal(known, of_fields))
        return pl.concat(parts), pl.DataFrame(unfit, schema=UNFIT_SCHEMA, orient="row")

    def _portal(self, known: Sequence[tuple[str, str, str | None]], of_fields: Sequence[LiveField]) -> pl.DataFrame:
        """``Schemas.portal``; ``of_fields``: those of the first contact, then of the second, and so on."""
        schema, sent = self._model.schema.portal, self._model.sent_fields
        columns: dict[str, Sequence[object]] = {}
        columns["email"], columns["hubspot_id"], columns["primary"] = (
            zip(*known, strict=True) if known else ((), (), ())
        )
        for place, field in enumerate(sent):
            flags = zip(*of_fields[place :: len(sent)], strict=True) if known else ((),) * len(LiveField._fields)
            for what, values in zip(LiveField._fields, flags, strict=True):
                columns[f"{field.name}_{what}"] = values
        nothing = (None,) * len(known)
        return pl.DataFrame({name: columns.get(name, nothing) for name in schema}, schema=schema)

    def formed(self, planned: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
        """The plan's rows, with properties and changes.

        Args:
            planned: what ``contacts.plan_rows`` gives.
            found: FOUND_SCHEMA, one row a contact.

        Returns:
            ``Schemas.plan``, in the same order.
        """
        schema = self._model.schema.plan
        if planned.is_empty():
            return pl.DataFrame(schema=schema)
        both = planned.join(
            found.select("email", pl.col("properties").alias("there")), on="email", how="left", maintain_order="left"
        )
        fields = {field.name: decided(field) for field in self._model.sent_fields}
        wanted = ["email", "sent", "cleared", "shortened", "there", *fields, *fields.values()]
        wanted += [name for name in self._regions if name in both.columns]
        parts = []
        for part in both.iter_slices(_ROWS_AT_A_TIME):
            texts = [self._form(row, fields) for row in part.select(wanted).iter_rows(named=True)]
            properties, changes = zip(*texts, strict=True)
            parts.append(
                part.with_columns(
                    pl.Series("properties", properties, pl.String),
                    pl.Series("changes", changes, pl.String).str.json_decode(pl.List(pl.Struct(CHANGE_SCHEMA))),
                ).select(schema.keys())
            )
        return pl.concat(parts)

    def _form(self, row: Row, fields: Mapping[str, str]) -> tuple[str, str]:
        """Properties and changes of one contact, both as JSON."""
        there = orjson.loads(row["there"]) if row["there"] is not None else None
        golden = {name: row[name] for name in row["sent"]}
        golden["email"] = row["email"]
        sent = self._live.to_send(
            golden,
            row["cleared"],
            row["shortened"] or (),
            self._region(row, there or {}),
            there,
            exactly=self._exactly,
        )
        changes = []
        for name, text in sent.items():
            field = self._live.field_of(name)
            old = (there.get(name) or None) if there is not None else None
            action = CREATE if there is None else CLEAR if not text else FILL if old is None else row[fields[field]]
            changes.append({"property": name, "field": field, "old": old, "new": text or None, "action": action})
        return orjson.dumps(sent).decode(), orjson.dumps(changes).decode()

    def _region(self, row: Row, there: Mapping[str, str | None]) -> dict[str, str | None]:
        """The country of each phone: HubSpot's where that stays, or that of the golden record, the source or the declaration."""
        regions = {}
        for name, property_name in self._phones.items():
            text = (there.get(property_name) or "") if row[f"{name}{STAYS}"] and property_name else ""
            of_hubspot = country_of(text) if text else None
            regions[name] = of_hubspot or row[f"{name}{COUNTRY}"] or row[f"{name}{OTHERWISE}"]
        return regions

"""What the portal holds of contacts that the sync log does not know, learned with the fewest calls.

Two ways, the cheaper is taken: reading the contacts by email (a call a hundred), or listing the portal when it has fewer
contacts than that (an empty portal costs one call). Keep out: comparing values (``hubspot.mapping``, ``contacts.changes``).
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import orjson
import polars as pl

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.values import PortalContact
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.tables.bucket_spill import BucketSpill

__all__ = ["FOUND_SCHEMA", "learn", "portal_rows", "read_each"]

FOUND_SCHEMA = {"email": pl.String, "hubspot_id": pl.String, "properties": pl.String}
"""A contact that the portal holds: the email it was found by, its id, and its properties as JSON."""

T = TypeVar("T")

BATCH = 100
IN_FLIGHT = 8
ROWS_AT_A_TIME = 2_000


def learn(
    client: HubSpotClient,
    properties: list[str],
    emails: Iterable[str],
    unknown: int,
    found: BucketSpill,
    *,
    known: int = 0,
) -> None:
    """Put into ``found`` what the portal holds of the given contacts (and of others too, if it was listed).

    Args:
        client: the portal.
        properties: the names of those to read.
        emails: the contacts that the log does not know all of; taken lazily, and only when contacts are read by email.
        unknown: how many there are.
        found: FOUND_SCHEMA, bucketed.
        known: how many contacts the portal has at least: listing those would cost more than reading fewer ones.
    """
    if unknown == 0:
        return
    if known > unknown:
        read_each(client, properties, emails, found)
        return
    page = client.list_contacts(properties)
    pages = 1
    # The count is HubSpot's search, which lags by seconds; so listing also ends when it has cost what reading would.
    if page.after is None or (unknown > BATCH and client.count_contacts() <= unknown):
        _add(found, _listed(page.contacts))
        while page.after is not None and pages < -(-unknown // BATCH):
            page = client.list_contacts(properties, page.after)
            pages += 1
            _add(found, _listed(page.contacts))
    if page.after is not None:
        for answers in _batches(_read(client, emails, properties), ROWS_AT_A_TIME):
            _add(found, answers)


def read_each(client: HubSpotClient, properties: list[str], emails: Iterable[str], found: BucketSpill) -> None:
    """Put into ``found`` (FOUND_SCHEMA, bucketed) what the portal holds of the given contacts now, each read by its email.

    Nothing says how soon a list shows what was just written, so it will not do for contacts in doubt.
    """
    for answers in _batches(_read(client, emails, properties), ROWS_AT_A_TIME):
        _add(found, answers)


def portal_rows(
    model: ContactModel, mapping: PropertyMapping, contacts: pl.DataFrame, found: pl.DataFrame
) -> pl.DataFrame:
    """Compare golden records with what was found of them, in HubSpot's own form.

    Args:
        model: what a contact is.
        mapping: how it is written.
        contacts: the columns of a record, one row a contact.
        found: FOUND_SCHEMA.

    Returns:
        ``Schemas.portal``, one row for each contact that was found.
    """
    rows = []
    for contact in contacts.join(found.unique("email", keep="first"), on="email").iter_rows(named=True):
        fields = mapping.compare(contact, orjson.loads(contact["properties"]))
        row = {"email": contact["email"], "hubspot_id": contact["hubspot_id"]}
        for name, field in fields.items():
            row[f"{name}_old"] = field.old
            row[f"{name}_same"] = field.same
        rows.append(row)
    return pl.DataFrame(rows, schema=model.schema.portal, orient="row")


def _listed(contacts: Iterable[PortalContact]) -> Iterator[tuple[str, PortalContact]]:
    """Each listed contact under every email it has."""
    for contact in contacts:
        if contact.email is not None:
            yield contact.email, contact
        for email in contact.additional_emails:
            yield email, contact


def _read(client: HubSpotClient, emails: Iterable[str], properties: list[str]) -> Iterator[tuple[str, PortalContact]]:
    """Read contacts by email, a few calls at a time and no more answers in memory than that."""

    def ask(batch: list[str]) -> list[tuple[str, PortalContact]]:
        return [(contact.email or "", contact) for contact in client.read_contacts(batch, properties).found]

    with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="learn") as pool:
        batches = _batches(iter(emails), BATCH)
        waiting: list[Future[list[tuple[str, PortalContact]]]] = [
            pool.submit(ask, batch) for batch in islice(batches, IN_FLIGHT)
        ]
        while waiting:
            yield from waiting.pop(0).result()
            waiting.extend(pool.submit(ask, batch) for batch in islice(batches, 1))


def _add(found: BucketSpill, answers: Iterable[tuple[str, PortalContact]]) -> None:
    rows = [(email, contact.id, orjson.dumps(dict(contact.properties)).decode()) for email, contact in answers]
    found.add(pl.DataFrame(rows, schema=FOUND_SCHEMA, orient="row"))


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch

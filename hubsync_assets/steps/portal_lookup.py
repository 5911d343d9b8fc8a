"""What the portal holds of the contacts that a plan looks at, with the fewest calls.

Those whose record id is known are read by it, a hundred a call. For the others there are two ways, and the cheaper is taken: reading them by
email, or listing the portal when it counts fewer contacts than that (an empty portal costs two calls). Keep out: comparing values (``forming``).
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Protocol, TypeVar

import orjson
import polars as pl

from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.values import PortalContact
from hubsync_assets.steps.forming import FOUND_SCHEMA
from hubsync_assets.tables.bucket_spill import BucketSpill

__all__ = ["Asked", "learn", "learn_all", "one_each", "read_each", "read_known"]

T = TypeVar("T")
R = TypeVar("R")


class Asked(Protocol):
    """Whom to ask for: ``steps.looking`` has them."""

    unknown_rows: int

    def known(self) -> Iterator[tuple[str, str]]:
        """Email and record id."""

    def unknown(self) -> Iterator[str]:
        """Emails."""


BATCH = 100
IN_FLIGHT = 8
ROWS_AT_A_TIME = 2_000


def learn_all(  # whom to ask for, and where the answers go
    client: HubSpotClient, properties: list[str], asked: Asked, found: BucketSpill, missed: BucketSpill, known: int
) -> None:
    """Put into ``found`` what the portal holds of everybody who is asked for.

    Args:
        client: the portal.
        properties: the names of those to read.
        asked: whom to ask for.
        found: FOUND_SCHEMA, bucketed.
        missed: ``email``, bucketed and empty: for those whose record id finds nothing. They are asked for once more by email: a merge gives
            the record that stays a new id.
        known: how many contacts the portal has at least.
    """
    for emails in _batches(read_known(client, properties, asked.known(), found), ROWS_AT_A_TIME):
        missed.add(pl.DataFrame({"email": emails}, schema={"email": pl.String}))
    missing = (email for bucket in range(1 << missed.bits) for email in missed.bucket(bucket)["email"])
    read_each(client, properties, missing, found)
    learn(client, properties, asked.unknown(), asked.unknown_rows, found, known=known)


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
    if known > unknown or unknown <= BATCH or client.count_contacts() > unknown:
        read_each(client, properties, emails, found)
        return
    page = client.list_contacts(properties)
    _add(found, _listed(page.contacts))
    # The count is HubSpot's search, which lags by seconds; so listing also ends when it has cost what reading would.
    for _ in range(-(-unknown // BATCH) - 1):
        if page.after is None:
            return
        page = client.list_contacts(properties, page.after)
        _add(found, _listed(page.contacts))
    if page.after is not None:
        read_each(client, properties, emails, found)


def read_each(client: HubSpotClient, properties: list[str], emails: Iterable[str], found: BucketSpill) -> None:
    """Put into ``found`` (FOUND_SCHEMA, bucketed) what the portal holds of the given contacts now, each read by its email.

    Nothing says how soon a list shows what was just written, so it will not do for contacts in doubt.
    """
    for answers in _batches(_read(client, emails, properties), ROWS_AT_A_TIME):
        _add(found, answers)


def read_known(
    client: HubSpotClient, properties: list[str], known: Iterable[tuple[str, str]], found: BucketSpill
) -> Iterator[str]:
    """Put into ``found`` (FOUND_SCHEMA, bucketed) what the portal holds of contacts whose record id is known, read by that.

    Args:
        client: the portal.
        properties: the names of those to read.
        known: email and id of each, taken lazily.
        found: gets those that are there.

    Returns:
        The emails of the others, as they turn out: their records are gone, or were merged into others.
    """

    def ask(batch: list[tuple[str, str]]) -> list[tuple[str, PortalContact | None]]:
        there = client.read_by_id([identity for _, identity in batch], properties)
        return [(email, there.get(identity)) for email, identity in batch]

    for answers in _batches(_in_flight(ask, known), ROWS_AT_A_TIME):
        _add(found, ((email, contact) for email, contact in answers if contact is not None))
        yield from (email for email, contact in answers if contact is None)


def one_each(found: BucketSpill, bucket: int) -> pl.DataFrame:
    """FOUND_SCHEMA: what was found of a bucket's contacts, one row each."""
    return found.bucket(bucket).unique("email", keep="first", maintain_order=True)


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

    yield from _in_flight(ask, emails)


def _in_flight(ask: Callable[[list[T]], list[R]], items: Iterable[T]) -> Iterator[R]:
    """What is answered for each hundred items, in their order."""
    with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="learn") as pool:
        batches = _batches(iter(items), BATCH)
        waiting: list[Future[list[R]]] = [pool.submit(ask, batch) for batch in islice(batches, IN_FLIGHT)]
        while waiting:
            yield from waiting.pop(0).result()
            waiting.extend(pool.submit(ask, batch) for batch in islice(batches, 1))


def _add(found: BucketSpill, answers: Iterable[tuple[str, PortalContact]]) -> None:
    rows = [(email, contact.id, orjson.dumps(dict(contact.properties)).decode()) for email, contact in answers]
    found.add(pl.DataFrame(rows, schema=FOUND_SCHEMA, orient="row"))


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch

"""What a plan settles: values that it looked at and does not send, until the source, the policy or the property changes.

Put here: the entries that the log keeps of them. Keep out: when a value is settled (``deciding``), and what the log makes of them
(``sync_log.settled``).
"""

from typing import Any

import orjson
import polars as pl

from hubsync_assets.contacts.decision_columns import decided, flags_of, is_settled
from hubsync_assets.contacts.joining import KEY
from hubsync_assets.contacts.rules import Rules
from hubsync_assets.model.actions import REFUSED
from hubsync_assets.model.contact_model import ContactModel

__all__ = ["newly_settled"]

_SCHEMA = {KEY: pl.String, "settled": pl.String}
_OF_REFUSAL = ("property", "category", "message")


def newly_settled(model: ContactModel, contacts: pl.DataFrame, unfit: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """What is settled now and was not before.

    Args:
        model: What a contact is.
        contacts: Contacts of whose fields it is decided.
        unfit: ``UNFIT_SCHEMA``: the values that the portal does not take.
        rules: What may be done, with the digests of that. A refusal is settled anew each time that it is looked at.

    Returns:
        ``email`` and ``settled`` (String, as the log keeps it), one row for each contact that has some.
    """
    # Of most buckets nothing is settled.
    found = flags_of(contacts, {field.name: is_settled(field) for field in model.sent_fields})
    names = [name for name, flags in found.items() if flags.any()]
    if not names:
        return pl.DataFrame(schema=_SCHEMA)
    rows = pl.concat([_of_field(model, name, contacts, unfit, rules) for name in names])
    entries: dict[str, list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        entries.setdefault(row.pop(KEY), []).append({name: value for name, value in row.items() if value is not None})
    texts = [orjson.dumps(each).decode() for each in entries.values()]
    return pl.DataFrame({KEY: list(entries), "settled": texts}, schema=_SCHEMA)


def _of_field(
    model: ContactModel, name: str, contacts: pl.DataFrame, unfit: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    field = model.by_name[name]
    digest = rules.digests.get(name, "")
    decision = pl.col(decided(field)).cast(pl.String)
    value = field.text(pl.col(name))
    known = (
        pl.col(f"settled:{name}")
        & pl.col(f"settled:{name}:value").eq_missing(value)
        & (pl.col(f"settled:{name}:digest") == digest)
        & (pl.col(f"settled:{name}:decision") == decision)
        & (decision != REFUSED)
    )
    new = contacts.lazy().filter(is_settled(field), ~known.fill_null(value=False))
    why = unfit.filter(pl.col("field") == name).unique(KEY, keep="first", maintain_order=True)
    return (
        new.select(
            KEY,
            pl.lit(name).alias("field"),
            value.alias("value"),
            decision.alias("decision"),
            pl.lit(digest).alias("digest"),
        )
        .join(why.lazy().select(KEY, *_OF_REFUSAL), on=KEY, how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("decision") == REFUSED).then(column).alias(column) for column in _OF_REFUSAL)
        .collect()
    )

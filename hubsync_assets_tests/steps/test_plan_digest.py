"""The name of a plan: the same for the same writes."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from hubsync_assets.steps.plan_digest import PlanDigest
from hubsync_assets_tests.contacts.tables import Plan, plan

ANNA, EVA = "anna@example.com", "eva@example.com"
GOLDEN: list[dict[str, Any]] = [{"email": ANNA, "name": "Anna", "mrr": 2.0}, {"email": EVA, "name": "Eva"}]
STATE: list[dict[str, Any]] = [{"email": ANNA, "name": "Anna", "mrr": 1.0}]


def digest(*parts: pl.DataFrame) -> str:
    made = PlanDigest()
    for rows in parts:
        made.add(rows)
    return made.hexdigest()


def planned(**changed: Any) -> Plan:
    return plan(**{"merged": GOLDEN, "state": STATE, **changed})


def test_a_plan_has_one_name_whenever_it_is_made_and_however_it_is_cut() -> None:
    rows = planned().rows
    later = planned(state=[{**STATE[0], "at": datetime(2027, 1, 1, tzinfo=UTC), "run_id": "later"}]).rows
    assert digest(rows) == digest(later) == digest(rows[:1], rows[1:]) == digest(rows, rows.clear())
    assert len(digest(rows)) == 12
    # How contacts were written before is no write.
    assert digest(rows.with_columns(pl.lit(9, pl.Int32).alias("mapping_version"))) == digest(rows)


@pytest.mark.parametrize(
    "other",
    [
        {"merged": [{**GOLDEN[0], "mrr": 3.0}, GOLDEN[1]]},
        {"merged": GOLDEN[:1]},
        {"merged": [GOLDEN[0], {**GOLDEN[1], "email": "other@example.com"}]},
        {"merged": [GOLDEN[0], {**GOLDEN[1], "phone": "1"}]},
        {"state": [{**STATE[0], "hubspot_id": "102"}]},
        {"state": []},
    ],
    ids=["another value", "one less", "another contact", "one more value", "another record", "a new contact"],
)
def test_other_writes_make_another_name(other: dict[str, Any]) -> None:
    assert digest(planned(**other).rows) != digest(planned().rows)
